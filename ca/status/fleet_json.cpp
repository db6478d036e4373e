#include "ca/status/fleet_json.hpp"

#include "ca/status/runway_text.hpp"
#include "ca/status/summary.hpp"

namespace halfday {
namespace {

using nlohmann::json;

json to_json(const RolloutNote& rollout) {
    return {{"kind", to_text(rollout.kind)}, {"key", rollout.key},       {"before", rollout.before},
            {"wave", rollout.wave},          {"waves", rollout.waves},   {"older", rollout.older},
            {"awaited", rollout.awaited},    {"served", rollout.served}, {"failed", rollout.failed},
            {"stopped", rollout.stopped}};
}

json to_json(const KnownCrl& crl) {
    return {{"root", crl.root},
            {"number", crl.number},
            {"next_update", format_time(crl.next_update)},
            {"revoked", crl.revoked}};
}

json to_json(const NextWindow& next) {
    return {{"key", next.fingerprint},
            {"opens", format_time(next.opens)},
            {"not_after", format_time(next.not_after)},
            {"issuing_ends", format_time(next.issuing_ends)}};
}

json to_json(const Runway& runway) {
    json intermediates = json::array();
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
            {"next_window", runway.next_window ? to_json(*runway.next_window) : json(nullptr)},
            {"intermediates", intermediates}};
}

json to_json(const FleetRow& row) {
    return {{"host", row.host.text()},
            {"entry", row.entry.text()},
            {"health", word_of(row.health)},
            {"serving", row.serving},
            {"issued_at", time_or_null(row.issued_at)},
            {"not_after", time_or_null(row.not_after)},
            {"proved_at", time_or_null(row.proved_at)},
            {"proved_by", row.proved_by},
            {"due_at", time_or_null(row.due_at)},
            {"reached_at", time_or_null(row.reached_at)},
            {"skew", row.skew ? json(row.skew->count()) : json(nullptr)},
            {"outcome", to_text(row.outcome)},
            {"problem", row.problem},
            {"next", row.next}};
}

std::string_view word_of(Ceremony::What what) {
    switch (what) {
        case Ceremony::What::intermediate:
            return "intermediate";
        case Ceremony::What::root:
            return "root";
        case Ceremony::What::crl:
            return "crl";
    }
    return "";
}

json to_json(const FleetSummary& summary) {
    json ceremony = nullptr;
    if (summary.next_ceremony) {
        ceremony = {{"for", word_of(summary.next_ceremony->what)},
                    {"root", summary.next_ceremony->root},
                    {"due", format_time(summary.next_ceremony->due)}};
    }
    json next_dark = nullptr;
    if (summary.next_dark != nullptr) {
        next_dark = {{"host", summary.next_dark->host.text()},
                     {"entry", summary.next_dark->entry.text()},
                     {"at", time_or_null(summary.next_dark->not_after)}};
    }
    return {{"hosts", summary.hosts},     {"certificates", summary.certificates},
            {"served", summary.served},   {"dark", summary.dark},
            {"warning", summary.warning}, {"critical", summary.critical},
            {"next_dark", next_dark},     {"next_ceremony", ceremony}};
}

template <class Values>
json list_of(const Values& values) {
    json list = json::array();
    for (const auto& value : values) {
        list.push_back(to_json(value));
    }
    return list;
}

template <class Value>
json value_or_null(const std::optional<Value>& value) {
    return value ? to_json(*value) : json(nullptr);
}

}  // namespace

json time_or_null(const std::optional<Time>& time) { return time ? json(format_time(*time)) : json(nullptr); }

std::string to_text(const json& document) { return document.dump(2, ' ', true, json::error_handler_t::replace) + "\n"; }

std::string fleet_json(const Fleet& fleet, const Rows& rows, Time now) {
    json entries = json::array();
    for (const FleetRow* row : rows) {
        entries.push_back(to_json(*row));
    }
    return to_text({{"at", format_time(now)},
                    {"health", word_of(fleet.health)},
                    {"summary", to_json(summarise(fleet, now))},
                    {"problems", fleet.problems},
                    {"issuer_ran", time_or_null(fleet.issuer_ran)},
                    {"distributor_ran", time_or_null(fleet.distributor_ran)},
                    {"first_dark", time_or_null(fleet.first_dark)},
                    {"last_key_ends", time_or_null(fleet.last_key_ends)},
                    {"intermediate_not_after", time_or_null(fleet.intermediate_not_after)},
                    {"root_not_after", time_or_null(fleet.root_not_after)},
                    {"runway", value_or_null(fleet.runway)},
                    {"rollout", value_or_null(fleet.rollout)},
                    {"crls", list_of(fleet.crls)},
                    {"entries", entries}});
}

}  // namespace halfday
