#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace halfday {

/// Fills in a template in a part of Mustache's language (mustache(5)): {{name}} is a text or whole number, escaped for
/// HTML's text and quoted attributes, always; {{#name}}…{{/name}} is there for each element of a list, or once for
/// another value; {{^name}}…{{/name}} where there is none of it (null, false, 0, "", an empty list). Names are looked
/// up from the innermost value outwards. Throws std::logic_error for a name that is nowhere, or a template that is no
/// such: both are mistakes of ours.
[[nodiscard]] std::string render_mustache(std::string_view page, const nlohmann::json& values);

}  // namespace halfday
