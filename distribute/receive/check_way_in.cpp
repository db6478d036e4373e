#include "distribute/receive/check_way_in.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "distribute/process/process.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostBytes = 1024 * 1024;
constexpr std::uintmax_t kLeastRoom = std::uintmax_t{1024} * 1024;  // bytes; a delivery with all it keeps takes less
constexpr const char* kHint = "put the line that 'halfday-receiver init' prints there, or have it do so: --in-place";

/// What stands before the key's type. A host of `from=` may be called as a type is, and has no space before it.
std::string_view options_of(std::string_view line) {
    for (const std::string_view type : {"ssh-", "ecdsa-", "sk-"}) {
        if (line.starts_with(type)) return {};
    }
    return line.substr(0, std::min({line.find(" ssh-"), line.find(" ecdsa-"), line.find(" sk-")}));
}

bool runs_one_command(std::string_view line) {
    const std::string_view options = options_of(line);
    return options.find("restrict") != std::string_view::npos && options.find("command=\"") != std::string_view::npos;
}

}  // namespace

std::vector<Finding> judge_authorized_keys(std::string_view text, const Path& file) {
    std::vector<Finding> findings;
    for (int number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::size_t first = line.find_first_not_of(" \t\r");
        if (first == std::string_view::npos || line[first] == '#' || runs_one_command(line.substr(first))) continue;
        findings.push_back({fmt::format("{}:{}: this key could do more than run the receiver", file.string(), number),
                            Finding::Level::wrong, kHint});
    }
    return findings;
}

std::vector<Finding> check_way_in(const ReceiverPlaces& places) {
    const Path home = find_user(::geteuid()).home;
    if (home != places.state) return {};
    const Path file = home / ".ssh/authorized_keys";
    const auto text = read_file_if_there(file, kMostBytes);
    if (text) return judge_authorized_keys(*text, file);
    if (std::filesystem::exists(places.counter())) return {};
    return {{"nobody was here yet, and there is no '" + file.string() + "' to let the distributor in",
             Finding::Level::warning, kHint}};
}

std::vector<Finding> check_room(const Path& folder) {
    std::error_code unknown;
    const std::filesystem::space_info disk = std::filesystem::space(folder, unknown);
    if (unknown || disk.available >= kLeastRoom) return {};
    return {{fmt::format("the disk of '{}' has {} KiB left, too few for a delivery", folder.string(),
                         disk.available / 1024),
             Finding::Level::wrong, "make room there"}};
}

}  // namespace halfday
