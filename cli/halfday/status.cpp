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
    return row.proved_by + " " + format_time(*row.proved_at);
}

std::string renewal(const FleetRow& row, Time now) {
    if (!row.due_at || *row.due_at <= now) {
        return "now";
    }
    return "in " + describe_span(*row.due_at - now);
}

std::string_view word_of(RunwayIntermediate::Turn turn) {
    switch (turn) {
        case RunwayIntermediate::Turn::signs:
            return "signs";
        case RunwayIntermediate::Turn::waits:
            return "waits";
        case RunwayIntermediate::Turn::before:
            return "signed before";
    }
    return "";
}

std::string due(Time ceremony, Time now) {
    return ceremony <= now ? "due now"
                           : fmt::format("due by {}, in {}", format_time(ceremony), describe_span(ceremony - now));
}

std::string runway_lines(const Runway& runway, Time now) {
    std::string text = fmt::format("runway: issuing can go on for {}, until {}; certificates get shorter from {}\n",
                                   describe_span(runway.issuing_ends - now), format_time(runway.issuing_ends),
                                   format_time(runway.full_until));
    for (const RunwayIntermediate& each : runway.intermediates) {
        text += fmt::format("  intermediate {} {}{}, ends {}\n", printable(each.fingerprint), word_of(each.turn),
                            each.signs_from ? ", signs from " + format_time(*each.signs_from) : "",
                            format_time(each.not_after));
    }
    text +=
        fmt::format("  ends first: {}, in {}\n", printable(runway.ends_first), describe_span(runway.first_end - now));
    text += fmt::format("  ceremony for an intermediate: {}\n", due(runway.intermediate_ceremony, now));
    return text + fmt::format("  ceremony for a root: {}\n", due(runway.root_ceremony, now));
}

std::string rollout_line(const RolloutNote& rollout) {
    return fmt::format(
        "rollout of intermediate {}: wave {} of {}{}; of the entries {} serve it, {} are to, {} failed, "
        "{} are under the one before\n",
        printable(rollout.key), rollout.wave, rollout.waves, rollout.stopped.empty() ? "" : ", stopped", rollout.served,
        rollout.awaited, rollout.failed, rollout.older);
}

nlohmann::json rollout_json(const RolloutNote& rollout) {
    return {{"key", rollout.key},       {"before", rollout.before}, {"wave", rollout.wave},
            {"waves", rollout.waves},   {"older", rollout.older},   {"awaited", rollout.awaited},
            {"served", rollout.served}, {"failed", rollout.failed}, {"stopped", rollout.stopped}};
}

nlohmann::json crls_json(const std::vector<KnownCrl>& crls) {
    nlohmann::json list = nlohmann::json::array();
    for (const KnownCrl& crl : crls) {
        list.push_back({{"root", crl.root},
                        {"number", crl.number},
                        {"next_update", format_time(crl.next_update)},
                        {"revoked", crl.revoked}});
    }
    return list;
}

nlohmann::json time_or_null(const std::optional<Time>& time) {
    return time ? nlohmann::json(format_time(*time)) : nlohmann::json(nullptr);
}

nlohmann::json runway_json(const Runway& runway) {
    nlohmann::json intermediates = nlohmann::json::array();
    for (const RunwayIntermediate& each : runway.intermediates) {
        intermediates.push_back({{"key", each.fingerprint},
                                 {"turn", word_of(each.turn)},
                                 {"signs_from", time_or_null(each.signs_from)},
                                 {"not_after", format_time(each.not_after)}});
    }
    return {{"issuing_ends", format_time(runway.issuing_ends)},
            {"full_until", format_time(runway.full_until)},
            {"ends_first", runway.ends_first},
            {"first_end", format_time(runway.first_end)},
            {"intermediate_ceremony", format_time(runway.intermediate_ceremony)},
            {"root_ceremony", format_time(runway.root_ceremony)},
            {"intermediates", intermediates}};
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

}  // namespace

Snapshots read_snapshots(const Places& places) {
    if (::access(places.status().c_str(), X_OK) != 0) {
        const int reason = errno;
        throw_errno("read '" + places.status().string() + "'", reason,
                    reason == ENOENT ? "halfday init" : fmt::format("root and members of group '{}' may", kGroup));
    }
    Snapshots snapshots;
    snapshots.issuer = read_if_whole(read_issuer_snapshot, places.issuer_snapshot(), snapshots.damages);
    snapshots.distributor = read_if_whole(read_distributor_snapshot, places.distributor_snapshot(), snapshots.damages);
    return snapshots;
}

Fleet read_fleet(const Places& places, Time now) {
    const Snapshots snapshots = read_snapshots(places);
    Fleet fleet = join_fleet(read_inventory(places.hosts()), snapshots.issuer, snapshots.distributor, now);
    if (!snapshots.damages.empty()) {
        fleet.health = Health::critical;
        fleet.problems.insert(fleet.problems.begin(), snapshots.damages.begin(), snapshots.damages.end());
    }
    return fleet;
}

namespace {

std::string rows_table(const Fleet& fleet, Time now) {
    if (fleet.rows.empty()) {
        return "no host is in the inventory yet: 'halfday host add' fills it\n";
    }
    std::vector<std::vector<std::string>> rows{
        {"HOST", "ENTRY", "HEALTH", "SERVES", "LEFT", "PROVED BY", "RENEWAL", "PROBLEM"}};
    for (const FleetRow& row : fleet.rows) {
        rows.push_back({row.host.text(), row.entry.text(), std::string(word_of(row.health)), served(row),
                        left_until(row.not_after, now), proof(row), renewal(row, now), row.problem});
    }
    return format_table(rows);
}

}  // namespace

std::string fleet_table(const Fleet& fleet, Time now) {
    std::string text = rows_table(fleet, now) + "\n";
    for (const std::string& problem : fleet.problems) {
        text += fmt::format("problem: {}\n", problem);
    }
    if (fleet.first_dark) {
        text += fmt::format("if issuing stopped now, the first host goes dark in {}\n",
                            describe_span(*fleet.first_dark - now));
    }
    if (fleet.runway) {
        text += runway_lines(*fleet.runway, now);
    }
    for (const KnownCrl& crl : fleet.crls) {
        text += fmt::format("CRL {} of {}: {} revoked, another one is due by {}\n", printable(crl.number),
                            printable(crl.root), crl.revoked, format_time(crl.next_update));
    }
    if (fleet.rollout) {
        text += rollout_line(*fleet.rollout);
    }
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
                           {"proved_by", row.proved_by},
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
                                  {"runway", fleet.runway ? runway_json(*fleet.runway) : nlohmann::json(nullptr)},
                                  {"rollout", fleet.rollout ? rollout_json(*fleet.rollout) : nlohmann::json(nullptr)},
                                  {"crls", crls_json(fleet.crls)},
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
