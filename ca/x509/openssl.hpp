#pragma once

// The one header that knows how OpenSSL's objects are owned. Included by ca/x509's sources and distribute/handshake
// alone.

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

#include "ca/base/clock.hpp"
#include "ca/base/error.hpp"

namespace halfday::x509 {

template <auto Free>
struct Deleter {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

template <class T, auto Free>
using Ptr = std::unique_ptr<T, Deleter<Free>>;

using X509Ptr = Ptr<X509, X509_free>;
using X509ReqPtr = Ptr<X509_REQ, X509_REQ_free>;
using X509NamePtr = Ptr<X509_NAME, X509_NAME_free>;
using X509StorePtr = Ptr<X509_STORE, X509_STORE_free>;
using X509StoreCtxPtr = Ptr<X509_STORE_CTX, X509_STORE_CTX_free>;
using X509PubkeyPtr = Ptr<X509_PUBKEY, X509_PUBKEY_free>;
using EvpPkeyPtr = Ptr<EVP_PKEY, EVP_PKEY_free>;
using EvpPkeyCtxPtr = Ptr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using EvpMdCtxPtr = Ptr<EVP_MD_CTX, EVP_MD_CTX_free>;
using BioPtr = Ptr<BIO, BIO_free_all>;
using StoreCtxPtr = Ptr<OSSL_STORE_CTX, OSSL_STORE_close>;
using UiMethodPtr = Ptr<UI_METHOD, UI_destroy_method>;
using OctetStringPtr = Ptr<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using IntegerPtr = Ptr<ASN1_INTEGER, ASN1_INTEGER_free>;
using BasicConstraintsPtr = Ptr<BASIC_CONSTRAINTS, BASIC_CONSTRAINTS_free>;
using NameConstraintsPtr = Ptr<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
using GeneralNamesPtr = Ptr<GENERAL_NAMES, GENERAL_NAMES_free>;
using GeneralNamePtr = Ptr<GENERAL_NAME, GENERAL_NAME_free>;
using GeneralSubtreePtr = Ptr<GENERAL_SUBTREE, GENERAL_SUBTREE_free>;
using AuthorityKeyIdPtr = Ptr<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using ExtendedKeyUsagePtr = Ptr<EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free>;
using BitStringPtr = Ptr<ASN1_BIT_STRING, ASN1_BIT_STRING_free>;
using ObjectPtr = Ptr<ASN1_OBJECT, ASN1_OBJECT_free>;
using StringPtr = Ptr<ASN1_STRING, ASN1_STRING_free>;
using EnumeratedPtr = Ptr<ASN1_ENUMERATED, ASN1_ENUMERATED_free>;
using RevokedPtr = Ptr<X509_REVOKED, X509_REVOKED_free>;
using TimePtr = Ptr<ASN1_TIME, ASN1_TIME_free>;
using ExtensionPtr = Ptr<X509_EXTENSION, X509_EXTENSION_free>;
using AlgorithmPtr = Ptr<X509_ALGOR, X509_ALGOR_free>;
using Pkcs8Ptr = Ptr<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;
using EncryptedPkcs8Ptr = Ptr<X509_SIG, X509_SIG_free>;
using StoreInfoPtr = Ptr<OSSL_STORE_INFO, OSSL_STORE_INFO_free>;

/// Throws Error "WHAT: every reason in OpenSSL's queue", and empties the queue.
[[noreturn]] void throw_openssl(ErrorKind kind, const std::string& what, std::string hint = {});
/// The queue's reasons joined by "; ", emptied; "" when there is none.
[[nodiscard]] std::string drain_openssl_errors();

[[nodiscard]] inline const unsigned char* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}
[[nodiscard]] inline std::string_view view_of(const ASN1_STRING* string) noexcept {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
            static_cast<std::size_t>(ASN1_STRING_length(string))};
}
/// The length as OpenSSL takes it. Throws Error{corrupt} for more than a gigabyte.
[[nodiscard]] int length_of(std::string_view text);

/// What `require` is told of a constructor.
inline constexpr const char* kNoMemory = "out of memory";  // for `require`
/// Throws Error{io} "WHAT: …" unless `done`.
void require(bool done, const char* what);
/// Throws Error{io} "WHAT: …" for a null pointer, which OpenSSL's constructors return when memory is out.
template <class Owner>
[[nodiscard]] Owner require(Owner object, const char* what) {
    require(object != nullptr, what);
    return object;
}

/// DER of an object, by its i2d function. Throws Error{io}.
template <auto Encode, class T>
[[nodiscard]] std::string to_der(const T& object) {
    unsigned char* bytes = nullptr;
    const int length = Encode(&object, &bytes);
    require(length >= 0, "cannot encode DER");
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return der;
}

/// The object that `der` holds, by its d2i function; null when it is malformed or has trailing bytes, with OpenSSL's
/// reasons dropped.
template <class Owner, auto Decode>
[[nodiscard]] Owner from_der(std::string_view der) {
    const unsigned char* next = bytes_of(der);
    Owner object(Decode(nullptr, &next, length_of(der)));
    if (object != nullptr && next == bytes_of(der) + der.size()) return object;
    static_cast<void>(drain_openssl_errors());
    return nullptr;
}

/// The same two for the types that have only an ASN1_ITEM.
[[nodiscard]] std::string encode_item(const ASN1_VALUE* object, const ASN1_ITEM* item);
template <class Owner>
[[nodiscard]] Owner decode_item(std::string_view der, const ASN1_ITEM* item) {
    const unsigned char* next = bytes_of(der);
    Owner object(reinterpret_cast<typename Owner::pointer>(ASN1_item_d2i(nullptr, &next, length_of(der), item)));
    if (object != nullptr && next == bytes_of(der) + der.size()) return object;
    static_cast<void>(drain_openssl_errors());
    return nullptr;
}

/// Throws Error{corrupt} for a time that is malformed.
[[nodiscard]] Time time_of(const ASN1_TIME* time);
/// Dotted.
[[nodiscard]] std::string oid_text(const ASN1_OBJECT* object);

}  // namespace halfday::x509
