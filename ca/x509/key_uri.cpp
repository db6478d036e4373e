#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

KeyUri KeyUri::parse(std::string_view text, const Path& folder) {
    constexpr std::string_view kScheme = "file:";
    const bool has_nul = text.find('\0') != std::string_view::npos;
    if (!text.starts_with(kScheme) || text.size() == kScheme.size() || has_nul) {
        throw Error(ErrorKind::usage, "key '" + printable(text) + "' is not 'file:PATH'",
                    "name the key as in 'file:key.pem' or 'file:/var/lib/halfday/issuer/key.pem'");
    }
    return of_file(folder / Path(text.substr(kScheme.size())));
}

KeyUri KeyUri::of_file(const Path& path) {
    // Absolute and with one slash at the start: OSSL_STORE refuses relative paths and reads "//" as a host's name.
    return KeyUri(std::filesystem::absolute(path).lexically_normal());
}

}  // namespace halfday
