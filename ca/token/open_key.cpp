// A PKCS#11 token is asked twice: through p11-kit, which tells what is wrong (no such token, a wrong PIN, two keys that
// fit) and makes keys, and then by what OpenSSL signs with, for exactly the key that was found.

#include "ca/token/open_key.hpp"

#include <array>

#include "ca/base/escape.hpp"
#include "ca/token/pkcs11.hpp"
#include "ca/x509/token_key.hpp"

namespace halfday {
namespace {

constexpr const char* kPkcs11Provider = "pkcs11";  // pkcs11-provider; Debian has it from 13 on
constexpr const char* kTpmProvider = "tpm2";

/// What the source says, asked for once.
class Pin {
   public:
    explicit Pin(const PassphraseSource& source) : source_(source) {}

    /// Null where the token wants none from us.
    [[nodiscard]] const Secret* for_token(const pkcs11::Token& token) {
        if (!token.wants_login() || token.has_pad()) {
            return nullptr;
        }
        if (!source_) {
            throw Error(ErrorKind::usage, "the token " + token.label() + " wants a PIN, and there is none",
                        "name a file with it: --passphrase-file FILE");
        }
        if (!asked_) {
            asked_ = source_();
        }
        return &*asked_;
    }
    /// What for_token asked for; null when it did not.
    [[nodiscard]] const Secret* asked() const noexcept { return asked_ ? &*asked_ : nullptr; }

   private:
    const PassphraseSource& source_;
    std::optional<Secret> asked_;
};

/// The URI of exactly this key: its token's label, serial number and maker, its own label and id.
std::string exact_uri(const pkcs11::Session& session, CK_OBJECT_HANDLE key) {
    const std::unique_ptr<P11KitUri, decltype(&p11_kit_uri_free)> uri(p11_kit_uri_new(), &p11_kit_uri_free);
    *p11_kit_uri_get_token_info(uri.get()) = session.token().info;
    CK_OBJECT_CLASS private_key = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE kind{CKA_CLASS, &private_key, sizeof private_key};
    p11_kit_uri_set_attribute(uri.get(), &kind);
    for (const CK_ATTRIBUTE_TYPE type : {CKA_LABEL, CKA_ID}) {
        const std::string value = session.bytes_of(key, type);
        CK_ATTRIBUTE attribute = pkcs11::attribute(type, value);
        if (!value.empty()) {
            p11_kit_uri_set_attribute(uri.get(), &attribute);
        }
    }
    char* text = nullptr;
    if (p11_kit_uri_format(uri.get(), P11_KIT_URI_FOR_OBJECT_ON_TOKEN, &text) != P11_KIT_URI_OK) {
        throw Error(ErrorKind::io, "a key in the token " + session.token().label() + " has no URI");
    }
    std::string result(text);
    std::free(text);
    return result;
}

/// Nothing where there is none.
std::optional<std::string> find_key(const pkcs11::Session& session, const pkcs11::Uri& uri) {
    const auto keys = session.private_keys(uri);
    if (keys.size() > 1) {
        std::string all;
        for (const CK_OBJECT_HANDLE key : keys) {
            all += "; " + printable(exact_uri(session, key));
        }
        throw Error(ErrorKind::usage, "the key " + uri.shown() + " fits several keys" + all,
                    "name one by object= and id=");
    }
    return keys.empty() ? std::nullopt : std::optional(exact_uri(session, keys.front()));
}

PrivateKey open_found(const std::string& exact, const pkcs11::Uri& uri, const KeyUri& given, const Secret* pin) {
    if (uri.module_path().empty() && has_provider(kPkcs11Provider)) {
        const PassphraseSource source =
            pin != nullptr ? [pin] { return Secret::copy_of(pin->reveal()); } : PassphraseSource{};
        return load_provider_key({exact, kPkcs11Provider, "?provider=pkcs11", "apt install pkcs11-provider",
                                  "is the token still there?", given.text()},
                                 source);
    }
    return load_engine_key({exact, uri.module_path(), given.text()}, pin);
}

void log_in(pkcs11::Session& session, Pin& pin) {
    if (session.token().wants_login()) {
        session.log_in(pin.for_token(session.token()));
    }
}

/// What p11-kit has loaded is let go before OpenSSL's side begins.
std::optional<std::string> look_for(const pkcs11::Uri& uri, Pin& pin) {
    const pkcs11::Modules modules(uri);
    const pkcs11::Token token = pkcs11::find_token(modules, uri);
    pkcs11::Session session(token, pkcs11::SessionUse::read);
    log_in(session, pin);
    return find_key(session, uri);
}

std::string make_in_token(const pkcs11::Uri& uri, const KeyAlgorithm& algorithm, Pin& pin) {
    if (!uri.attribute(CKA_LABEL)) {
        throw Error(ErrorKind::usage, "there is no key " + uri.shown() + ", and a new one needs a name",
                    "add object= to the URI");
    }
    const pkcs11::Modules modules(uri);
    const pkcs11::Token token = pkcs11::find_token(modules, uri);
    pkcs11::Session session(token, pkcs11::SessionUse::write);
    log_in(session, pin);
    pkcs11::generate(session, uri, algorithm);
    return find_key(session, uri).value();
}

PrivateKey open_in_tpm(const KeyUri& uri, const PassphraseSource& passphrase) {
    constexpr const char* kMissing =
        "apt install tpm2-openssl, where it is missing; the TPM is /dev/tpmrm0, which is for root and the group tss";
    constexpr const char* kNoSignature =
        "a TPM's key signs with the one hash that it was made for, sha384 for P-384; one with an authorization value "
        "has "
        "'?pass' at the end of its URI";
    try {
        return load_provider_key({uri.text(), kTpmProvider, "?provider=tpm2", kMissing, kNoSignature, uri.text()},
                                 passphrase);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::io) {
            throw;
        }
        throw Error(ErrorKind::not_found, error.what(),
                    "where there is no such key yet: `tpm2_create -G ecc384:ecdsa-sha384` makes one and "
                    "`tpm2_evictcontrol` gives it a handle (docs/keys.md)");
    }
}

PrivateKey require_algorithm(PrivateKey key, const KeyUri& uri, const KeyAlgorithm& algorithm) {
    const std::string found = key.public_key().algorithm();
    if (found != algorithm.name()) {
        throw Error(ErrorKind::usage,
                    "the key '" + printable(uri.text()) + "' is there already, and it is " + found + ", not " +
                        algorithm.name(),
                    "use it with --algorithm " + found + ", or name another one");
    }
    return key;
}

}  // namespace

PrivateKey open_key(const KeyUri& uri, const PassphraseSource& passphrase) {
    if (uri.file()) {
        return PrivateKey::load(*uri.file(), passphrase);
    }
    if (!uri.is_pkcs11()) {
        return open_in_tpm(uri, passphrase);
    }
    const pkcs11::Uri parsed(uri);
    Pin pin(passphrase);
    const auto exact = look_for(parsed, pin);
    if (!exact) {
        throw Error(ErrorKind::not_found, "the token has no key " + parsed.shown(),
                    "`p11tool --login --list-all-privkeys` and `pkcs11-tool --login --list-objects` show what it has");
    }
    return open_found(*exact, parsed, uri, pin.asked());
}

TokenKey open_or_make_token_key(const KeyUri& uri, const KeyAlgorithm& algorithm, const PassphraseSource& passphrase) {
    if (uri.file()) {
        throw Error(ErrorKind::usage, "'" + printable(uri.text()) + "' is no key in a token");
    }
    if (!uri.is_pkcs11()) {
        return {require_algorithm(open_in_tpm(uri, passphrase), uri, algorithm), KeyOrigin::found};
    }
    const pkcs11::Uri parsed(uri);
    Pin pin(passphrase);
    const auto found = look_for(parsed, pin);
    const std::string exact = found ? *found : make_in_token(parsed, algorithm, pin);
    return {require_algorithm(open_found(exact, parsed, uri, pin.asked()), uri, algorithm),
            found ? KeyOrigin::found : KeyOrigin::made};
}

}  // namespace halfday
