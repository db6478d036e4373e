#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace halfday {

/// Fills in a template in Mustache's language (mustache(5)): names stand for texts and whole numbers, which are escaped
/// for HTML's text and quoted attributes; sections of what is null, false or an empty text or list are left out, those
/// of a number never. Throws std::logic_error for a template that is none, a mistake of ours.
[[nodiscard]] std::string render_mustache(const std::string& page, const nlohmann::json& values);

}  // namespace halfday
