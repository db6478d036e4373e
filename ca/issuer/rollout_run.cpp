#include "ca/issuer/rollout_run.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/base/file.hpp"
#include "ca/exchange/json.hpp"
#include "ca/exchange/pinned_roots.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/served.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostStateBytes = 64 * 1024;
constexpr JsonLimits kStateLimits{kMostStateBytes, 16};

std::string to_json(const RolloutState& state) {
    return JsonWriter()
        .text("intermediate", state.intermediate)
        .number("wave", static_cast<std::int64_t>(state.wave))
        .number("complete", state.complete ? 1 : 0)
        .text("stopped", state.stopped)
        .numeric_date("resumed_at", state.resumed_at)
        .finish();
}

RolloutState parse_state(std::string_view json) {
    JsonObject object = parse_json(json, kStateLimits);
    RolloutState state{object.text("intermediate"), static_cast<std::size_t>(object.number("wave")),
                       object.number("complete") == 1, object.text("stopped"), object.find_numeric_date("resumed_at")};
    object.finish();
    return state;
}

/// What is remembered of the rollout of this intermediate; nothing when nothing is, or it can't be read.
std::optional<RolloutState> load_state(const Places& places, const std::string& intermediate) {
    try {
        RolloutState found = parse_state(read_file(IssuerFiles(places).rollout(), kMostStateBytes));
        return found.intermediate == intermediate ? std::optional(std::move(found)) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::vector<HostName> hosts_of(const std::vector<AgendaItem>& agenda) {
    std::vector<HostName> hosts;
    for (const AgendaItem& item : agenda) {
        if (hosts.empty() || hosts.back() != item.host->name) {
            hosts.push_back(item.host->name);
        }
    }
    return hosts;
}

Shown shown_by_item(const AgendaItem& item, const Run& run, ServedWord& served, const RolloutState& state) {
    if (!item.newest) {
        return Shown::nothing;
    }
    const std::string serving = served.proved_on(*item.host, *item.entry);
    const bool serves_newest = serving == item.newest->serial;
    const bool newest_is_newer = run.ledger.is_under(item.newest->serial, state.intermediate);
    const bool serves_newer =
        serves_newest ? newest_is_newer : !serving.empty() && run.ledger.is_under(serving, state.intermediate);
    return shown_by({item.newest->at, item.newest->not_after, newest_is_newer, serves_newest, serves_newer},
                    state.resumed_at, run.now);
}

std::vector<ShownEntry> look_at(const std::vector<AgendaItem>& agenda, const Run& run, const Places& places,
                                const RolloutState& state) {
    ServedWord served(places, fingerprints_of(run.intermediate.trust.roots));
    std::vector<ShownEntry> entries;
    entries.reserve(agenda.size());
    run.ledger.in_one_moment([&] {
        for (const AgendaItem& item : agenda) {
            entries.push_back({item.host->name, shown_by_item(item, run, served, state)});
        }
    });
    return entries;
}

RolloutNote note_of(const RolloutState& state, const RolloutCount& count, const Waves& waves, const Run& run) {
    return {run.intermediate.certificate.fingerprint().text(),
            run.before->certificate.fingerprint().text(),
            static_cast<std::int64_t>(state.wave + 1),
            static_cast<std::int64_t>(waves.count()),
            static_cast<std::int64_t>(count.older),
            static_cast<std::int64_t>(count.awaited),
            static_cast<std::int64_t>(count.served),
            static_cast<std::int64_t>(count.failed),
            state.stopped};
}

std::string news_of_wave(const RolloutReport& report, const Waves& waves) {
    const std::size_t all = waves.hosts_up_to(waves.count() - 1);
    const std::size_t hosts = waves.hosts_up_to(report.state.wave);
    const std::string reach = hosts == all
                                  ? fmt::format("all {} hosts", all)
                                  : fmt::format("{} of {} hosts, {} for the others", hosts, all, report.note.before);
    return fmt::format("rollout: from now on the intermediate {} signs for {} (wave {} of {})", report.note.key, reach,
                       report.state.wave + 1, waves.count());
}

/// In one wave there is nothing to tell but the change itself (change_over).
void tell(RolloutReport& report, const RolloutState& before, const Waves& waves, bool is_new) {
    const RolloutState& state = report.state;
    if (!state.stopped.empty() && before.stopped.empty()) {
        report.warnings.push_back(
            fmt::format("the rollout of the intermediate {} has stopped: {}; the intermediate {} signs for all. Find "
                        "out why (halfday status), then: halfday push --resume",
                        report.note.key, state.stopped, report.note.before));
    } else if (waves.count() == 1) {
        return;
    } else if (state.complete) {
        report.news.push_back(fmt::format("rollout: the intermediate {} is served everywhere", report.note.key));
    } else if (state.stopped.empty() && (is_new || state.wave != before.wave)) {
        report.news.push_back(news_of_wave(report, waves));
    }
}

/// As far as names and purpose go.
bool may_sign_for(const Authority& authority, const AgendaItem& item, const Run& run) {
    const CertificatePolicy policy = policy_of(run.settings.certificates, *item.host);
    return refuse_entry(item.entry->names, item.host->name, policy, authority).reasons.empty();
}

std::string warning_of_left(std::size_t left, const HostName& first, std::size_t all, const Run& run) {
    return fmt::format(
        "the intermediate {} may not sign for {} of {} entries ({}{}), and {}, until {}, does: get an intermediate "
        "that "
        "permits their names and purposes",
        run.intermediate.certificate.fingerprint().text(), left, all, first.text(), left > 1 ? ", …" : "",
        run.before->certificate.fingerprint().text(), format_time(signs_until(run.before->certificate)));
}

bool is_saved(const Path& file, const std::string& json) {
    try {
        return read_file_if_there(file, kMostStateBytes) == json;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

std::optional<RolloutReport> plan_rollout(std::vector<AgendaItem>& agenda, const Run& run, const Places& places,
                                          bool resume) {
    if (!run.before || agenda.empty()) {
        return std::nullopt;
    }
    const Waves waves(hosts_of(agenda), run.settings.rollout);
    const auto known = load_state(places, run.intermediate.certificate.sha256());
    RolloutState before = known.value_or(RolloutState{.intermediate = run.intermediate.certificate.sha256()});
    before.wave = std::min(before.wave, waves.count() - 1);
    if (resume && !before.stopped.empty()) {
        before.stopped.clear();
        before.resumed_at = run.now;
    }
    if (before.complete) {
        return std::nullopt;
    }
    const auto entries = look_at(agenda, run, places, before);
    RolloutState state = next_state(before, entries, waves, run.settings.rollout.stop_at);
    for (std::size_t at = 0; at < agenda.size(); ++at) {
        agenda[at].by_before = !newer_signs(state, waves, entries[at]);
    }
    RolloutReport report{state, note_of(state, count_shown(entries), waves, run), {}, {}};
    tell(report, before, waves, !known);
    return report;
}

std::optional<std::string> give_to_who_may_sign(std::vector<AgendaItem>& agenda, const Run& run) {
    if (!run.before) {
        return std::nullopt;
    }
    const Authority newer = authority_of(run.intermediate.certificate, run.intermediate.root);
    const Authority older = authority_of(run.before->certificate, run.before->root);
    std::size_t left = 0;
    const HostName* first = nullptr;
    for (AgendaItem& item : agenda) {
        const bool newer_may = may_sign_for(newer, item, run);
        if (newer_may == may_sign_for(older, item, run)) {
            continue;
        }
        item.by_before = !newer_may;
        if (!newer_may && item.due && item.chosen && ++left == 1) {
            first = &item.host->name;
        }
    }
    return left == 0 ? std::nullopt : std::optional(warning_of_left(left, *first, agenda.size(), run));
}

void save_rollout(const Places& places, const RolloutState& state) {
    const std::string json = to_json(state);
    const Path file = IssuerFiles(places).rollout();
    if (!is_saved(file, json)) {
        replace_file(file, json, {.mode = 0600, .group = std::nullopt});
    }
}

}  // namespace halfday
