#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace halfday {

/// The name with each label of another script as its A-label (RFC 5890 2.3.2.1, RFC 3492): "xn--bcher-kva.example" of
/// "Bücher.example", for a hint. Lower case, but not otherwise normalized; nothing for what is not UTF-8, or has
/// anything but letters, digits and "-.*".
[[nodiscard]] std::optional<std::string> a_labels(std::string_view utf8);

}  // namespace halfday
