#include <openssl/provider.h>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/x509/handles.hpp"
#include "ca/x509/key_prompt.hpp"
#include "ca/x509/token_key.hpp"

namespace halfday {
namespace {

using ProviderPtr = x509::Ptr<OSSL_PROVIDER, OSSL_PROVIDER_unload>;
using LibraryPtr = x509::Ptr<OSSL_LIB_CTX, OSSL_LIB_CTX_free>;

/// A library context with the default provider and another one.
class Library {
   public:
    explicit Library(const char* provider)
        : library_(x509::require(LibraryPtr(OSSL_LIB_CTX_new()), "out of memory")),
          default_(x509::require(ProviderPtr(OSSL_PROVIDER_load(library_.get(), "default")), "OpenSSL's own provider")),
          provider_(OSSL_PROVIDER_load(library_.get(), provider)) {}

    [[nodiscard]] bool is_whole() const noexcept { return provider_ != nullptr; }
    [[nodiscard]] OSSL_LIB_CTX* get() const noexcept { return library_.get(); }

   private:
    LibraryPtr library_;
    ProviderPtr default_;
    ProviderPtr provider_;
};

std::string cannot_open(const ProviderKey& key) { return "cannot open the key '" + printable(key.where) + "'"; }

x509::EvpPkeyPtr open_in(const Library& library, const ProviderKey& key, const PassphraseSource& passphrase) {
    x509::KeyPrompt prompt(passphrase);
    const x509::StoreCtxPtr store(OSSL_STORE_open_ex(key.uri.c_str(), library.get(), key.properties, prompt.method(),
                                                     &prompt, nullptr, nullptr, nullptr));
    if (store == nullptr) x509::throw_openssl(ErrorKind::io, cannot_open(key));
    x509::require(OSSL_STORE_expect(store.get(), OSSL_STORE_INFO_PKEY) == 1, "OSSL_STORE_expect");
    auto opened = x509::first_key(store.get());
    if (opened == nullptr) {
        prompt.rethrow_failure();
        if (prompt.was_asked() && !passphrase) {
            throw Error(ErrorKind::usage, cannot_open(key) + ": it wants a passphrase, and there is none",
                        "name a file with it: --passphrase-file FILE");
        }
        x509::throw_openssl(ErrorKind::io, cannot_open(key));
    }
    static_cast<void>(x509::drain_openssl_errors());
    return opened;
}

}  // namespace

bool has_provider(const char* provider) {
    const bool has = Library(provider).is_whole();
    static_cast<void>(x509::drain_openssl_errors());
    return has;
}

PrivateKey load_provider_key(const ProviderKey& key, const PassphraseSource& passphrase) {
    const auto library = std::make_shared<Library>(key.provider);
    if (!library->is_whole()) {
        x509::throw_openssl(ErrorKind::not_found,
                            cannot_open(key) + ": OpenSSL can't load its provider '" + key.provider + "'",
                            key.missing_hint);
    }
    auto opened = open_in(*library, key, passphrase);
    auto token = std::make_unique<x509::TokenHold>();
    token->owner = library;
    token->library = library->get();
    token->properties = key.properties;
    token->where = key.where;
    token->sign_advice = key.sign_advice;
    return PrivateKey(x509::classify(std::move(opened), std::move(token)));
}

}  // namespace halfday
