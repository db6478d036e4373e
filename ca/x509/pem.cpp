#include "ca/x509/pem.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/x509/digest.hpp"

namespace halfday::x509 {

namespace {

constexpr std::string_view kDashes = "-----";
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kWhiteSpace = " \t\r\v\f";
constexpr std::size_t kColumns = 64;

[[noreturn]] void fail(const char* what) { throw Error(ErrorKind::corrupt, std::string("malformed PEM: ") + what); }

/// Takes one line, without its end and the white space at both ends of it.
std::string_view take_line(std::string_view& rest) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    line.remove_prefix(std::min(line.find_first_not_of(kWhiteSpace), line.size()));
    return line.substr(0, line.find_last_not_of(kWhiteSpace) + 1);
}

std::string_view label_of(std::string_view line, std::string_view start) {
    if (!line.starts_with(start) || !line.ends_with(kDashes) || line.size() < start.size() + kDashes.size()) {
        fail("a line of dashes that neither begins nor ends a block");
    }
    return line.substr(start.size(), line.size() - start.size() - kDashes.size());
}

PemBlock take_block(std::string_view begin, std::string_view& rest) {
    PemBlock block{std::string(label_of(begin, kBegin)), {}};
    std::string digits;
    for (;;) {
        if (rest.empty()) fail("a block without an end");
        const std::string_view line = take_line(rest);
        if (line.find(kDashes) != std::string_view::npos) {
            if (label_of(line, kEnd) != block.label) fail("a block that ends as another than it began");
            break;
        }
        digits += line;
    }
    block.der = from_base64(digits);
    return block;
}

}  // namespace

PemText read_pem(std::string_view text) {
    PemText pem;
    while (!text.empty()) {
        const std::string_view line = take_line(text);
        if (line.find(kDashes) != std::string_view::npos) {
            pem.blocks.push_back(take_block(line, text));
        } else if (!line.empty()) {
            pem.has_other_text = true;
        }
    }
    return pem;
}

std::string write_pem(std::string_view label, std::string_view der) {
    const std::string digits = to_base64(der);
    std::string text = std::string(kBegin).append(label).append(kDashes) + "\n";
    for (std::size_t at = 0; at < digits.size(); at += kColumns) text.append(digits, at, kColumns) += '\n';
    return text.append(kEnd).append(label).append(kDashes) + "\n";
}

}  // namespace halfday::x509
