#pragma once

// The one header that knows how OpenSSL's objects are owned. Included by ca/x509's sources and distribute/handshake alone.

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

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

/// Throws Error "WHAT: every reason in OpenSSL's queue", and empties the queue.
[[noreturn]] void throw_openssl(ErrorKind kind, const std::string& what, std::string hint = {});
/// The queue's reasons joined by "; ", emptied; "" when there is none.
[[nodiscard]] std::string drain_openssl_errors();

}  // namespace halfday::x509
