#include "ca/doctor/unit_credential.hpp"

#include <algorithm>
#include <string>

#include "ca/exchange/places.hpp"

namespace halfday {

std::optional<Path> credential_file(std::string_view unit) {
    constexpr std::string_view kSetting = "LoadCredential=";
    const std::string ours = std::string(kIssuerCredential) + ":";
    std::optional<Path> file;
    while (!unit.empty()) {
        std::string_view line = unit.substr(0, unit.find('\n'));
        unit.remove_prefix(std::min(unit.size(), line.size() + 1));
        if (!line.starts_with(kSetting)) {
            continue;
        }
        line.remove_prefix(kSetting.size());
        if (line.empty()) {
            file.reset();  // a list that begins anew
        } else if (line.starts_with(ours)) {
            const Path named = line.substr(ours.size());
            file = named.is_absolute() ? std::optional(named) : std::nullopt;
        }
    }
    return file;
}

}  // namespace halfday
