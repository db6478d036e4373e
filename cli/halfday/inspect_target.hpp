#pragma once

#include <string>

namespace halfday {

enum class InspectForm { text, json };

/// What a PEM file holds, or the chain that a server shows at HOST:PORT (the host is also the name that is asked
/// for; nothing is verified). A file of that name goes first. Throws Error{not_found}, Error{corrupt}, Error{remote}.
[[nodiscard]] std::string inspect_target(const std::string& target, InspectForm form);

}  // namespace halfday
