#include <algorithm>
#include <array>
#include <charconv>

#include "ca/base/escape.hpp"
#include "ca/token/pkcs11.hpp"
#include "ca/x509/digest.hpp"

namespace halfday::pkcs11 {

using namespace std::string_view_literals;

namespace {

constexpr std::size_t kIdBytes = 16;
constexpr auto kRsa = "RSA-"sv;
constexpr auto kExponent = "\x01\x00\x01"sv;

struct Curve {
    std::string_view name;
    std::string_view parameters;  // DER of the curve's object identifier (RFC 5480 2.1.1.1)
};
constexpr std::array kCurves = {Curve{"P-256", "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"sv},
                                Curve{"P-384", "\x06\x05\x2b\x81\x04\x00\x22"sv}};

/// What says which key is made: the mechanism, and its attributes of the public half.
struct Kind {
    CK_MECHANISM_TYPE mechanism;
    std::vector<CK_ATTRIBUTE> attributes;
};

Kind kind_of(const KeyAlgorithm& algorithm, CK_ULONG& bits) {
    const std::string& name = algorithm.name();
    const auto* curve =
        std::find_if(kCurves.begin(), kCurves.end(), [&](const Curve& each) { return each.name == name; });
    if (curve != kCurves.end()) {
        return {CKM_EC_KEY_PAIR_GEN, {attribute(CKA_EC_PARAMS, curve->parameters)}};
    }
    if (name.starts_with(kRsa)) {
        std::from_chars(name.data() + kRsa.size(), name.data() + name.size(), bits);
        return {CKM_RSA_PKCS_KEY_PAIR_GEN,
                {{CKA_MODULUS_BITS, &bits, sizeof bits}, attribute(CKA_PUBLIC_EXPONENT, kExponent)}};
    }
    throw Error(ErrorKind::usage, "no key of type " + name + " is made in a PKCS#11 token",
                "use one of P-256, P-384, RSA-3072, RSA-4096, or a key in a file");
}

void add(std::vector<CK_ATTRIBUTE>& attributes, std::initializer_list<CK_ATTRIBUTE> more) {
    attributes.insert(attributes.end(), more.begin(), more.end());
}

}  // namespace

void generate(const Session& session, const Uri& uri, const KeyAlgorithm& algorithm) {
    CK_BBOOL yes = CK_TRUE;
    CK_BBOOL no = CK_FALSE;
    CK_ULONG bits = 0;
    const auto is = [](CK_ATTRIBUTE_TYPE type, CK_BBOOL& value) { return CK_ATTRIBUTE{type, &value, sizeof value}; };
    const auto label = uri.attribute(CKA_LABEL);
    const std::string id = uri.attribute(CKA_ID).value_or(random_bytes(kIdBytes));
    Kind kind = kind_of(algorithm, bits);
    std::vector<CK_ATTRIBUTE>& of_public = kind.attributes;
    add(of_public, {is(CKA_TOKEN, yes), is(CKA_PRIVATE, no), is(CKA_VERIFY, yes), is(CKA_ENCRYPT, no), is(CKA_WRAP, no),
                    attribute(CKA_ID, id)});
    std::vector<CK_ATTRIBUTE> of_private = {is(CKA_TOKEN, yes),      is(CKA_PRIVATE, yes), is(CKA_SENSITIVE, yes),
                                            is(CKA_EXTRACTABLE, no), is(CKA_SIGN, yes),    is(CKA_DECRYPT, no),
                                            is(CKA_UNWRAP, no),      is(CKA_DERIVE, no),   attribute(CKA_ID, id)};
    if (label) {
        add(of_public, {attribute(CKA_LABEL, *label)});
        add(of_private, {attribute(CKA_LABEL, *label)});
    }
    CK_MECHANISM mechanism{kind.mechanism, nullptr, 0};
    CK_OBJECT_HANDLE public_key = CK_INVALID_HANDLE;
    CK_OBJECT_HANDLE private_key = CK_INVALID_HANDLE;
    const Token& token = session.token();
    const CK_RV result =
        token.module->C_GenerateKeyPair(session.get(), &mechanism, of_public.data(), of_public.size(),
                                        of_private.data(), of_private.size(), &public_key, &private_key);
    if (result != CKR_OK) {
        fail(ErrorKind::io, "the token " + token.label() + " made no key of type " + algorithm.name(), result);
    }
}

}  // namespace halfday::pkcs11
