#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

using namespace std::string_view_literals;

namespace {

constexpr auto kFile = "file:"sv;
constexpr auto kPkcs11 = "pkcs11:"sv;
constexpr auto kHandle = "handle:"sv;

// RFC 7512 2.3; a private key is what is looked for, so `type` may say nothing else.
constexpr std::array kAttributes = {"token"sv,
                                    "manufacturer"sv,
                                    "serial"sv,
                                    "model"sv,
                                    "library-manufacturer"sv,
                                    "library-version"sv,
                                    "library-description"sv,
                                    "object"sv,
                                    "type"sv,
                                    "id"sv,
                                    "slot-manufacturer"sv,
                                    "slot-description"sv,
                                    "slot-id"sv};
constexpr std::array kQueryAttributes = {"module-name"sv, "module-path"sv};
constexpr std::array kPins = {"pin-value"sv, "pin-source"sv};

/// In a URI's query too, "&" and "/" are for the parts' borders alone here.
constexpr auto kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:[]@!$'()*+,=/"sv;

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void refuse_uri(const std::string& what) {
    throw Error(ErrorKind::usage, "a key's URI: " + what,
                "as in 'file:key.pem', 'pkcs11:token=root;object=key' or 'handle:0x81000001'");
}

bool is_encoded(std::string_view value) {
    for (std::size_t at = 0; at < value.size(); ++at) {
        if (value[at] == '%') {
            if (value.size() < at + 3 || std::isxdigit(static_cast<unsigned char>(value[at + 1])) == 0 ||
                std::isxdigit(static_cast<unsigned char>(value[at + 2])) == 0) {
                return false;
            }
            at += 2;
        } else if (kPlain.find(value[at]) == std::string_view::npos) {
            return false;
        }
    }
    return !value.empty();
}

/// "NAME=VALUE" parts; `seen` has the names that came before.
template <std::size_t N>
void check_attributes(std::string_view part, char border, const std::array<std::string_view, N>& known,
                      std::vector<std::string_view>& seen) {
    while (!part.empty()) {
        const std::string_view pair = part.substr(0, part.find(border));
        part.remove_prefix(std::min(pair.size() + 1, part.size()));
        const std::string_view name = pair.substr(0, pair.find('='));
        const std::string_view value = pair.substr(std::min(name.size() + 1, pair.size()));
        const std::string shown = "'" + printable(name) + "'";
        if (is_one_of(name, kPins)) {
            throw Error(ErrorKind::usage,
                        "a key's URI with " + shown +
                            ": a PIN in it would be seen in the list of processes, in configuration and in backups",
                        "leave it out: the PIN is asked for, or read from --passphrase-file or a systemd credential");
        }
        if (!is_one_of(name, known)) refuse_uri(shown + " is no attribute that is known there (RFC 7512)");
        if (name == "type" && value != "private") refuse_uri("its type is not 'private'");
        if (!is_encoded(value)) refuse_uri("the value of " + shown + " is empty, or not percent-encoded (RFC 7512)");
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) refuse_uri(shown + " is there twice");
        seen.push_back(name);
    }
}

void check_pkcs11(std::string_view text) {
    const std::string_view path = text.substr(0, text.find('?'));
    std::vector<std::string_view> seen;
    check_attributes(path, ';', kAttributes, seen);
    check_attributes(text.substr(std::min(path.size() + 1, text.size())), '&', kQueryAttributes, seen);
    const bool names_key =
        std::any_of(seen.begin(), seen.end(), [](auto name) { return name == "object" || name == "id"; });
    if (!names_key) refuse_uri("'pkcs11:' with neither 'object' nor 'id', which say which key it is");
}

/// Persistent handles of the TPM are 0x81000000 to 0x81ffffff.
void check_handle(std::string_view text) {
    constexpr auto kBegin = "0x81"sv;
    constexpr std::size_t kDigits = 6;
    std::string_view digits = text;
    if (digits.ends_with("?pass")) digits.remove_suffix("?pass"sv.size());
    const bool begins = digits.starts_with(kBegin);
    digits.remove_prefix(begins ? kBegin.size() : 0);
    const bool is_hex =
        std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
    if (!begins || digits.size() != kDigits || !is_hex) {
        refuse_uri("'" + printable(text) + "' is no persistent handle of a TPM, 0x81000000 to 0x81ffffff");
    }
}

}  // namespace

KeyUri KeyUri::parse(std::string_view text, const Path& folder) {
    if (text.starts_with(kPkcs11)) {
        check_pkcs11(text.substr(kPkcs11.size()));
        return KeyUri(std::string(text), std::nullopt);
    }
    if (text.starts_with(kHandle)) {
        check_handle(text.substr(kHandle.size()));
        return KeyUri(std::string(text), std::nullopt);
    }
    const bool has_nul = text.find('\0') != std::string_view::npos;
    if (!text.starts_with(kFile) || text.size() == kFile.size() || has_nul) {
        refuse_uri("'" + printable(text) + "' is none of 'file:PATH', 'pkcs11:…' and 'handle:0x81…'");
    }
    return of_file(folder / Path(text.substr(kFile.size())));
}

KeyUri KeyUri::of_file(const Path& path) {
    // Absolute and with one slash at the start: OSSL_STORE refuses relative paths and reads "//" as a host's name.
    Path file = std::filesystem::absolute(path).lexically_normal();
    std::string text = std::string(kFile) + file.string();
    return {std::move(text), std::move(file)};
}

}  // namespace halfday
