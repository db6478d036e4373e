// A static program can't load the modules, engines and providers that tokens need: in place of ca/token, this opens
// files.
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/token/open_key.hpp"

namespace halfday {
namespace {

[[noreturn]] void throw_needs_modules(const KeyUri& uri) {
    throw Error(
        ErrorKind::usage,
        "the key '" + printable(uri.text()) + "' is in a token, and this static halfday-root opens keys in files alone",
        "the halfday-root that is linked dynamically, in /usr/bin or build/bin, opens it");
}

}  // namespace

PrivateKey open_key(const KeyUri& uri, const PassphraseSource& passphrase) {
    if (!uri.file()) {
        throw_needs_modules(uri);
    }
    return PrivateKey::load(*uri.file(), passphrase);
}

TokenKey open_or_make_token_key(const KeyUri& uri, const KeyAlgorithm& /*algorithm*/,
                                const PassphraseSource& /*passphrase*/) {
    throw_needs_modules(uri);
}

}  // namespace halfday
