#include "ca/x509/fingerprint.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {

namespace {

constexpr std::size_t kGroup = 4;

}  // namespace

Fingerprint Fingerprint::of_spki(std::string_view spki_der) {
    const Sha256 digest = sha256(spki_der);
    Fingerprint fingerprint;
    std::copy_n(digest.begin(), fingerprint.bytes_.size(), fingerprint.bytes_.begin());
    return fingerprint;
}

Fingerprint Fingerprint::parse(std::string_view typed) {
    std::string digits;
    for (const char letter : typed) {
        if (letter != ' ' && letter != ':' && letter != '-') digits += letter;
    }
    const bool is_hex = digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
    Fingerprint fingerprint;
    if (!is_hex || digits.size() != 2 * fingerprint.bytes_.size()) {
        throw Error(ErrorKind::usage, "fingerprint '" + printable(typed) + "' is not 8 groups of 4 hex digits",
                    "type it as the other box shows it, for example '3f2a 91c0 …' with all 8 groups");
    }
    const std::string bytes = from_hex(digits);
    std::copy(bytes.begin(), bytes.end(), fingerprint.bytes_.begin());
    return fingerprint;
}

std::string Fingerprint::text() const {
    const std::string digits = to_hex({reinterpret_cast<const char*>(bytes_.data()), bytes_.size()});
    std::string text;
    for (std::size_t at = 0; at < digits.size(); at += kGroup) {
        if (at != 0) text += ' ';
        text += digits.substr(at, kGroup);
    }
    return text;
}

}  // namespace halfday
