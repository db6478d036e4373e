#include "ca/x509/crl.hpp"

#include <functional>

#include "ca/x509/extension_list.hpp"
#include "ca/x509/pem.hpp"
#include "ca/x509/syntax.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/x509/certificates.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kSerial = "0102030405060708090a0b0c0d0e0f10";

struct Crls {
    World world;
    Certificate root = signed_by(world.root_key, world.root());

    [[nodiscard]] CrlToBeSigned tbs() const {
        return {.signature_algorithm = world.root_key.signature_algorithm(),
                .issuer = root.subject_der(),
                .authority_key_identifier = root.subject_key_identifier(),
                .number = 7,
                .this_update = kNow,
                .next_update = kNow + 100h,
                .revoked = {{kSerial, kNow - 1h, RevocationReason::key_compromise}, {"7f", kNow}}};
    }
    [[nodiscard]] std::string der(const std::string& content) const {
        return encode_crl(content, world.root_key.signature_algorithm(), world.root_key.sign(content));
    }
    [[nodiscard]] Crl crl(const CrlToBeSigned& what) const { return Crl::parse_der(der(encode_crl_tbs(what))); }
    /// What parse_der says of a CRL in which `spoil` changed what is signed.
    [[nodiscard]] std::string why(const std::function<void(x509::TbsCrlSyntax&)>& spoil) const {
        const auto syntax = x509::decode<x509::TbsCrlSyntax>(encode_crl_tbs(tbs()), "CRL");
        spoil(*syntax);
        const std::string spoiled = der(x509::encode(*syntax));
        return message_of([&] { return Crl::parse_der(spoiled); });
    }
};

void add(STACK_OF(X509_EXTENSION) * list, const char* oid, bool critical, const std::string& value) {
    x509::add_extension(list, {oid, critical, value});
}

void remove_extension(x509::TbsCrlSyntax& tbs, int at) {
    X509_EXTENSION_free(sk_X509_EXTENSION_delete(tbs.extensions, at));
}

}  // namespace

TEST_CASE("a CRL gives back what was put into it, from DER and PEM") {
    const Crls crls;
    const CrlToBeSigned tbs = crls.tbs();
    const Crl crl = crls.crl(tbs);
    CHECK(crl.issuer() == "CN=Root");
    CHECK(crl.issuer_der() == tbs.issuer);
    CHECK(crl.authority_key_identifier() == tbs.authority_key_identifier);
    CHECK(crl.number() == 7);
    CHECK(crl.this_update() == tbs.this_update);
    CHECK(crl.next_update() == tbs.next_update);
    CHECK(crl.revoked() == tbs.revoked);
    CHECK(Crl::parse_pem(crl.pem()) == crl);
    CHECK(parse_crls(crl.pem() + crl.pem(), 2).size() == 2);
    CHECK(looks_like_crl(crl.pem()));
    CHECK_FALSE(looks_like_crl(crls.root.pem()));
}

TEST_CASE("a CRL without entries, and one whose number has 64 bits, read back") {
    const Crls crls;
    CrlToBeSigned tbs = crls.tbs();
    tbs.revoked.clear();
    tbs.number = ~std::uint64_t{0};
    CHECK(crls.crl(tbs).revoked().empty());
    CHECK(crls.crl(tbs).number() == tbs.number);
}

TEST_CASE("a certificate is found by its issuer, the issuer's key and its serial") {
    const Crls crls;
    ToBeSigned tbs = crls.world.intermediate();
    tbs.serial = Serial::parse(kSerial);
    const Crl crl = crls.crl(crls.tbs());
    REQUIRE(crl.find(signed_by(crls.world.root_key, tbs)) != nullptr);
    CHECK(crl.find(signed_by(crls.world.root_key, tbs))->reason == RevocationReason::key_compromise);
    ToBeSigned other = tbs;
    other.serial = Serial::parse("11020304050607080900000000000000");
    CHECK(crl.find(signed_by(crls.world.root_key, other)) == nullptr);
    other = tbs;
    other.issuer = encode_name("Other Root");
    CHECK(crl.find(signed_by(crls.world.root_key, other)) == nullptr);
    other = tbs;
    replace(other, authority_key_identifier(std::string(20, 'k')));
    CHECK(crl.find(signed_by(crls.world.root_key, other)) == nullptr);
}

TEST_CASE("a CRL is its root's when name, key identifier and signature are") {
    const Crls crls;
    const Crl crl = crls.crl(crls.tbs());
    CHECK(crl_problem(crl, crls.root) == std::nullopt);
    CHECK(*crl_problem(crl, signed_by(crls.world.intermediate_key, crls.world.intermediate())) ==
          "it is of 'CN=Root', not of 'CN=Intermediate'");
    const World elsewhere;  // a root of the same name
    CHECK(*crl_problem(crl, signed_by(elsewhere.root_key, elsewhere.root())) ==
          "another key than the root's signed it");
    std::string der = crl.der();
    der.back() = static_cast<char>(der.back() ^ 1);
    CHECK(*crl_problem(Crl::parse_der(der), crls.root) == "its signature is not the root's");
    ToBeSigned no_crls = crls.world.root();
    replace(no_crls, key_usage(KeyUsage::digital_signature));
    CHECK(*crl_problem(crl, signed_by(crls.world.root_key, no_crls)) == "the root may not sign CRLs");
}

TEST_CASE("a hostile CRL is refused for what it is") {
    const Crls crls;
    struct Row {
        const char* because;
        std::function<void(x509::TbsCrlSyntax&)> spoil;
    };
    const Row rows[] = {
        {"not of version 2",
         [](x509::TbsCrlSyntax& tbs) {
             ASN1_INTEGER_free(tbs.version);
             tbs.version = nullptr;
         }},
        {"not of version 2", [](x509::TbsCrlSyntax& tbs) { ASN1_INTEGER_set(tbs.version, 2); }},
        {"it names two signature algorithms",
         [](x509::TbsCrlSyntax& tbs) { x509::set(tbs.signature_algorithm, "\x30\x03\x06\x01\x2a"); }},
        {"it has no nextUpdate",
         [](x509::TbsCrlSyntax& tbs) {
             ASN1_TIME_free(tbs.next_update);
             tbs.next_update = nullptr;
         }},
        {"its nextUpdate is before its thisUpdate",
         [](x509::TbsCrlSyntax& tbs) { x509::set_time(tbs.next_update, kNow - 1s); }},
        {"the extension 2.5.29.20 twice",
         [](x509::TbsCrlSyntax& tbs) { x509::add_extension(tbs.extensions, crl_number(8)); }},
        {"the critical extension 2.5.29.27",  // a delta CRL
         [](x509::TbsCrlSyntax& tbs) { add(tbs.extensions, "2.5.29.27", true, "\x02\x01\x01"); }},
        {"the critical extension 2.5.29.28",  // of some certificates only
         [](x509::TbsCrlSyntax& tbs) { add(tbs.extensions, "2.5.29.28", true, "\x30"); }},
        {"it has no authority key identifier", [](x509::TbsCrlSyntax& tbs) { remove_extension(tbs, 0); }},
        {"it has no number", [](x509::TbsCrlSyntax& tbs) { remove_extension(tbs, 1); }},
        {"malformed CRL number",
         [](x509::TbsCrlSyntax& tbs) {
             remove_extension(tbs, 1);
             add(tbs.extensions, "2.5.29.20", false, std::string("\x02\x0a") + std::string(10, 'n'));
         }},
        {"malformed CRL number",
         [](x509::TbsCrlSyntax& tbs) {
             remove_extension(tbs, 1);
             add(tbs.extensions, "2.5.29.20", false, "\x02\x01\xff");
         }},
        {"the serial number 7f twice",
         [](x509::TbsCrlSyntax& tbs) {
             sk_X509_REVOKED_push(tbs.revoked, X509_REVOKED_dup(sk_X509_REVOKED_value(tbs.revoked, 1)));
         }},
        {"the critical extension 2.5.29.29",  // an indirect CRL
         [](x509::TbsCrlSyntax& tbs) {
             const x509::GeneralNamesPtr nobody(GENERAL_NAMES_new());
             X509_REVOKED_add1_ext_i2d(sk_X509_REVOKED_value(tbs.revoked, 0), NID_certificate_issuer, nobody.get(), 1,
                                       0);
         }},
    };
    for (const Row& row : rows) {
        CAPTURE(row.because);
        CHECK_THAT(crls.why(row.spoil), Catch::Matchers::Contains(row.because));
    }
}

TEST_CASE("a CRL that is cut off, followed by bytes, too large or not alone is corrupt") {
    const Crls crls;
    const Crl crl = crls.crl(crls.tbs());
    const auto corrupt = [](const std::string& der) {
        return error_of([&] { return Crl::parse_der(der); }).kind() == ErrorKind::corrupt;
    };
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, crl.der().size() / 2, crl.der().size() - 1}) {
        CHECK(corrupt(crl.der().substr(0, size)));
    }
    CHECK(corrupt(crl.der() + "x"));
    CHECK(corrupt(crls.root.der()));
    CHECK(corrupt(std::string(Crl::kMostBytes + 1, '0')));
    CrlToBeSigned many = crls.tbs();
    for (std::size_t at = 0; at <= Crl::kMostRevoked; ++at) {
        many.revoked.push_back({Serial::make(1, std::string(13, 's') + std::string{static_cast<char>(at / 256),
                                                                                   static_cast<char>(at % 256)})
                                    .hex(),
                                kNow});
    }
    CHECK(corrupt(crls.der(encode_crl_tbs(many))));
    for (const std::string& pem : {std::string(), crls.root.pem(), crl.pem() + crl.pem(), std::string("nonsense")}) {
        CHECK(error_of([&] { return Crl::parse_pem(pem); }).kind() == ErrorKind::corrupt);
    }
}

TEST_CASE("reasons are those of RFC 5280 that an intermediate can have") {
    for (const char* text : {"unspecified", "keyCompromise", "cACompromise", "superseded", "cessationOfOperation"}) {
        CHECK(to_text(parse_revocation_reason(text)) == text);
    }
    const Error error = error_of([] { return parse_revocation_reason("boredom"); });
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(error.hint() == "one of unspecified, keyCompromise, cACompromise, superseded, cessationOfOperation");
}
