#pragma once

#include <filesystem>
#include <string>

namespace halfday {

/// As messages name a file: 'PATH'.
[[nodiscard]] inline std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

/// The folder that a file is in; the current one for a bare name.
[[nodiscard]] inline std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace halfday
