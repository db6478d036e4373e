#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halfday::x509 {

/// One textual encoding of RFC 7468.
struct PemBlock {
    std::string label;  // "CERTIFICATE"
    std::string der;
};

struct PemText {
    std::vector<PemBlock> blocks;
    bool has_other_text = false;  // something but white space outside the blocks
};

/// Every block of `text`, in order; strict inside them (base64 lines only, no headers), with any line that has no
/// "-----" between them. Throws Error{corrupt}.
[[nodiscard]] PemText read_pem(std::string_view text);
[[nodiscard]] std::string write_pem(std::string_view label, std::string_view der);

}  // namespace halfday::x509
