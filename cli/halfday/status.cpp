#include "cli/halfday/status.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <vector>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "cli/common/terminal.hpp"

namespace halfday {
namespace {

constexpr std::size_t kShownSerialDigits = 12;

std::string_view word_of(Health health) {
    switch (health) {
        case Health::fine:
            return "OK";
        case Health::warning:
            return "WARNING";
        case Health::critical:
            return "CRITICAL";
    }
    return "";
}

std::string left_until(const std::optional<Time>& time, Time now) { return time ? describe_span(*time - now) : "-"; }

std::string served(const FleetRow& row) {
    return row.serving.empty() ? "-" : printable(row.serving.substr(0, kShownSerialDigits));
}

std::string proof(const FleetRow& row) {
    if (!row.proved_at) {
        return "-";
    }
    return "handshake " + format_time(*row.proved_at);
}

std::string renewal(const FleetRow& row, Time now) {
    if (!row.due_at || *row.due_at <= now) {
        return "now";
    }
    return "in " + describe_span(*row.due_at - now);
}

std::string losses(const Fleet& fleet) {
    std::string text;
    if (fleet.last_key_ends) {
        text +=
            fmt::format("a server key stolen now is good until {} at the latest\n", format_time(*fleet.last_key_ends));
    }
    if (fleet.intermediate_not_after) {
        text += fmt::format("the issuer box stolen now is good for any permitted name until {}\n",
                            format_time(*fleet.intermediate_not_after));
    }
    return text;
}

/// One side's damaged snapshot must not hide the other's facts.
template <class Snapshot>
std::optional<Snapshot> read_if_whole(std::optional<Snapshot> (*read)(const Path&), const Path& file,
                                      std::vector<std::string>& damages) {
    try {
        return read(file);
    } catch (const Error& error) {
        damages.emplace_back(error.what());
        return std::nullopt;
    }
}

nlohmann::json time_or_null(const std::optional<Time>& time) {
    return time ? nlohmann::json(format_time(*time)) : nlohmann::json(nullptr);
}

}  // namespace

Fleet read_fleet(const Places& places, Time now) {
    if (::access(places.status().c_str(), X_OK) != 0) {
        const int reason = errno;
        throw_errno("read '" + places.status().string() + "'", reason,
                    reason == ENOENT ? "halfday init" : fmt::format("root and members of group '{}' may", kGroup));
    }
    std::vector<std::string> damages;
    const auto issuer = read_if_whole(read_issuer_snapshot, places.issuer_snapshot(), damages);
    const auto distributor = read_if_whole(read_distributor_snapshot, places.distributor_snapshot(), damages);
    Fleet fleet = join_fleet(read_inventory(places.hosts()), issuer, distributor, now);
    if (!damages.empty()) {
        fleet.health = Health::critical;
        fleet.problems.insert(fleet.problems.begin(), damages.begin(), damages.end());
    }
    return fleet;
}

std::string fleet_table(const Fleet& fleet, Time now) {
    std::vector<std::vector<std::string>> rows{
        {"HOST", "ENTRY", "HEALTH", "SERVES", "LEFT", "PROVED BY", "RENEWAL", "PROBLEM"}};
    for (const FleetRow& row : fleet.rows) {
        rows.push_back({row.host.text(), row.entry.text(), std::string(word_of(row.health)), served(row),
                        left_until(row.not_after, now), proof(row), renewal(row, now), row.problem});
    }
    std::string text = format_table(rows);
    text += "\n";
    for (const std::string& problem : fleet.problems) {
        text += fmt::format("problem: {}\n", problem);
    }
    text += fmt::format("if issuing stopped now, the first host goes dark in {}\n", left_until(fleet.first_dark, now));
    text += fmt::format("runway: intermediate {}, root {}\n", left_until(fleet.intermediate_not_after, now),
                        left_until(fleet.root_not_after, now));
    return text + losses(fleet);
}

std::string fleet_json(const Fleet& fleet, Time now) {
    nlohmann::json entries = nlohmann::json::array();
    for (const FleetRow& row : fleet.rows) {
        entries.push_back({{"host", row.host.text()},
                           {"entry", row.entry.text()},
                           {"health", word_of(row.health)},
                           {"serving", row.serving},
                           {"not_after", time_or_null(row.not_after)},
                           {"proved_at", time_or_null(row.proved_at)},
                           {"due_at", time_or_null(row.due_at)},
                           {"skew", row.skew ? nlohmann::json(row.skew->count()) : nlohmann::json(nullptr)},
                           {"outcome", to_text(row.outcome)},
                           {"problem", row.problem}});
    }
    const nlohmann::json document{{"at", format_time(now)},
                                  {"health", word_of(fleet.health)},
                                  {"problems", fleet.problems},
                                  {"first_dark", time_or_null(fleet.first_dark)},
                                  {"last_key_ends", time_or_null(fleet.last_key_ends)},
                                  {"intermediate_not_after", time_or_null(fleet.intermediate_not_after)},
                                  {"root_not_after", time_or_null(fleet.root_not_after)},
                                  {"entries", entries}};
    return document.dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

std::string fleet_check_line(const Fleet& fleet, Time now) {
    const auto failing = std::count_if(fleet.rows.begin(), fleet.rows.end(),
                                       [](const FleetRow& row) { return row.health != Health::fine; });
    std::string line = fmt::format("{}: {} of {} certificates need attention, first dark in {}", word_of(fleet.health),
                                   failing, fleet.rows.size(), left_until(fleet.first_dark, now));
    for (const std::string& problem : fleet.problems) {
        line += "; " + problem;
    }
    if (failing > 0) {
        const FleetRow& worst = fleet.rows.front();
        line += fmt::format("; {}/{}: {}", worst.host.text(), worst.entry.text(),
                            worst.problem.empty() ? left_until(worst.not_after, now) + " left" : worst.problem);
    }
    return line + "\n";
}

}  // namespace halfday
