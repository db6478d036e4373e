#include "ca/base/names.hpp"

#include <algorithm>
#include <cstddef>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr std::size_t kLongestName = 253;  // RFC 1035 2.3.4: 255 octets on the wire
constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestEntry = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || is_digit(c); }

std::string lower_case(std::string_view text) {
    std::string lower{text};
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return lower;
}

/// What is wrong with one label, or nothing.
std::string_view fault_of_label(std::string_view label) {
    if (label.empty()) {
        return "it has an empty label";
    }
    if (label.size() > kLongestLabel) {
        return "a label is longer than 63";
    }
    if (label.find('*') != std::string_view::npos) {
        return "a wildcard is the whole leftmost label";
    }
    if (!std::all_of(label.begin(), label.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; })) {
        return "only letters, digits, hyphens and dots may be in it; write other scripts as A-labels (xn--...)";
    }
    if (label.front() == '-' || label.back() == '-') {
        return "a label begins or ends with a hyphen";
    }
    return {};
}

/// What is wrong with a name in lower case and without a trailing dot, or nothing.
std::string_view fault_of_name(std::string_view name) {
    if (name.empty()) {
        return "it is empty";
    }
    if (name.size() > kLongestName) {
        return "it is longer than 253";
    }
    const bool wildcard = name.starts_with("*.");
    std::size_t labels = 0;
    std::string_view last;
    for (std::size_t begin = wildcard ? 2 : 0; begin <= name.size(); begin += last.size() + 1) {
        last = name.substr(begin, name.find('.', begin) - begin);
        if (const std::string_view fault = fault_of_label(last); !fault.empty()) {
            return fault;
        }
        ++labels;
    }
    if (std::all_of(last.begin(), last.end(), is_digit)) {
        return "its last label is all digits, as in an IP address";
    }
    return wildcard && labels < 2 ? "a wildcard needs at least two labels after it" : std::string_view{};
}

std::string hint_for(std::string_view name) {
    if (name.starts_with('.')) {
        return "write it without the dot at the beginning: " + printable(name.substr(1), 80);
    }
    if (name.find("..") != std::string_view::npos) {
        return "there are two dots in a row";
    }
    const bool is_ascii = std::all_of(name.begin(), name.end(), [](char c) { return (c & '\x80') == 0; });
    if (!is_ascii) return "idn2, of Debian's package of that name, prints a name's A-labels";
    return "give the name alone, such as www.example.org";
}

/// The text in canonical form. Throws Error{usage}.
std::string canonical(std::string_view text, std::string_view noun) {
    std::string name = lower_case(text);
    if (name.ends_with('.')) {
        name.pop_back();
    }
    if (const std::string_view fault = fault_of_name(name); !fault.empty()) {
        throw Error(ErrorKind::usage,
                    "'" + printable(text, 80) + "' is not a " + std::string(noun) + ": " + std::string(fault),
                    hint_for(name));
    }
    return name;
}

}  // namespace

DnsName DnsName::parse(std::string_view text) { return DnsName(canonical(text, "DNS name")); }

bool DnsName::within(const DnsName& domain) const {
    if (text_ == domain.text_) {
        return true;
    }
    // "*.example.org" matches nothing outside "example.org" and is below it as any other name is. Nothing is below a
    // wildcard, since a "*" can only be the leftmost label.
    return text_.size() > domain.text_.size() && text_.ends_with(domain.text_) &&
           text_[text_.size() - domain.text_.size() - 1] == '.';
}

HostName HostName::parse(std::string_view text) {
    std::string name = canonical(text, "host name");
    if (name.starts_with("*.")) {
        throw Error(ErrorKind::usage, "'" + printable(text, 80) + "' is not a host name: it is a wildcard");
    }
    return HostName(std::move(name));
}

EntryName EntryName::parse(std::string_view text) {
    const bool fits =
        !text.empty() && text.size() <= kLongestEntry && is_letter_or_digit(text.front()) &&
        std::all_of(text.begin(), text.end(), [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_'; });
    if (!fits) {
        throw Error(ErrorKind::usage, "'" + printable(text, 80) +
                                          "' is not an entry's name: 1 to 64 of a-z, 0-9, '_' and '-', beginning with "
                                          "a letter or digit");
    }
    return EntryName(std::string(text));
}

}  // namespace halfday
