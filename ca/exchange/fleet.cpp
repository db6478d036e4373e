#include "ca/exchange/fleet.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "ca/base/duration.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/findings.hpp"
#include "ca/exchange/next_step.hpp"
#include "ca/exchange/why.hpp"

namespace halfday {
namespace {

constexpr auto kLongestLife = std::chrono::hours{24};  // no policy allows more

using Key = std::tuple<std::string, std::string>;

Key key_of(const HostName& host, const EntryName& entry) { return {host.text(), entry.text()}; }

struct Sources {
    std::map<Key, const IssuedEntry*> issued;
    std::map<Key, const DeliveredEntry*> delivered;
    std::map<std::string, const ReachedHost*> reached;
};

Sources index(const std::optional<IssuerSnapshot>& issuer, const std::optional<DistributorSnapshot>& distributor) {
    Sources sources;
    if (issuer) {
        for (const IssuedEntry& entry : issuer->entries) {
            sources.issued[key_of(entry.host, entry.entry)] = &entry;
        }
    }
    if (distributor) {
        for (const DeliveredEntry& entry : distributor->entries) {
            sources.delivered[key_of(entry.host, entry.entry)] = &entry;
        }
        for (const ReachedHost& host : distributor->hosts) {
            sources.reached[host.host.text()] = &host;
        }
    }
    return sources;
}

template <class Map, class Name>
auto find_in(const Map& map, const Name& name) -> typename Map::mapped_type {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : found->second;
}

bool is_settled(Outcome outcome) { return outcome == Outcome::none || outcome == Outcome::proved; }

struct Trouble {
    std::string what;
    Obstacle obstacle = Obstacle::none;
};

Trouble trouble_of(const IssuedEntry* issued, const DeliveredEntry* delivered, const ReachedHost* reached) {
    if (reached != nullptr && !reached->problem.empty()) {
        return {printable(reached->problem), Obstacle::no_answer};
    }
    if (delivered != nullptr && !is_settled(delivered->outcome)) {
        return {fmt::format("{}: {}", to_text(delivered->outcome), printable(delivered->reason)),
                obstacle_of(delivered->outcome)};
    }
    if (issued != nullptr && !issued->refused.empty()) {
        return {fmt::format("request refused: {}", printable(issued->refused)), Obstacle::request_refused};
    }
    return {};
}

/// A clock that is off by more than messages may be: the host's requests, or the certificates for it, look as if they
/// came from the future.
std::string skew_problem(const std::optional<Seconds>& skew) {
    if (!skew || std::chrono::abs(*skew) <= kMostSkew) {
        return {};
    }
    return fmt::format("its clock is {} {} this box's", describe_span(std::chrono::abs(*skew)),
                       *skew < Seconds::zero() ? "behind" : "ahead of");
}

/// A wrong clock is why the issuer refuses a request, too.
void add_skew(Trouble& trouble, const std::optional<Seconds>& skew) {
    const std::string skewed = skew_problem(skew);
    if (skewed.empty()) return;
    trouble.what += (trouble.what.empty() ? "" : "; ") + skewed;
    const bool is_the_cause = trouble.obstacle == Obstacle::none || trouble.obstacle == Obstacle::request_refused;
    if (is_the_cause) trouble.obstacle = Obstacle::clock_off;
}

/// Where nothing is known to have gone wrong.
Trouble what_is_awaited(const FleetRow& row, const IssuedEntry* issued, Time now) {
    if (row.serving.empty()) {
        const bool is_issued = issued != nullptr && !issued->serial.empty();
        return is_issued ? Trouble{"issued, not delivered yet", Obstacle::not_delivered}
                         : Trouble{"nothing issued yet", Obstacle::not_issued};
    }
    if (row.due_at && now - *row.due_at > kOverdue) {
        return {fmt::format("its renewal is overdue since {}", format_time(*row.due_at)), Obstacle::overdue};
    }
    return {};
}

constexpr std::size_t kMostAdvice = 600;

std::string next_of(const FleetRow& row, Obstacle obstacle, const ReachedHost* reached, Time now) {
    std::string next = next_step(obstacle, row.host, reached != nullptr ? printable(reached->hint, kMostAdvice) : "");
    if (obstacle == Obstacle::no_answer && row.not_after && *row.not_after <= now) {
        next += " (docs/runbooks/host-was-down.md)";
    } else if (reached != nullptr && reached->held_until && *reached->held_until > now) {
        next += fmt::format(" (the timer's runs try it again from {})", format_time(*reached->held_until));
    }
    return next;
}

/// When what is served ends. A host's word on it is held to what the issuer knows of that certificate, or to the
/// longest life that one of ours has.
std::optional<Time> end_of_served(const DeliveredEntry& delivered, const IssuedEntry* issued, Time now) {
    if (!delivered.not_after) {
        return std::nullopt;
    }
    const bool is_newest = issued != nullptr && issued->not_after && issued->serial == delivered.serving;
    return std::min(*delivered.not_after, is_newest ? *issued->not_after : now + kLongestLife);
}

constexpr auto kUsualLife = std::chrono::hours{12};  // of a certificate that the issuer's snapshot doesn't know

Seconds life_of(const FleetRow& row, const IssuedEntry* issued) {
    const bool is_newest = issued != nullptr && issued->serial == row.serving;
    return is_newest && issued->issued_at && issued->not_after ? *issued->not_after - *issued->issued_at : kUsualLife;
}

Health health_of(const FleetRow& row, Seconds life, Time now) {
    if (!row.not_after || !row.proved_at || *row.not_after - now < life / kCriticalPart) {
        return Health::critical;
    }
    return row.problem.empty() ? Health::fine : Health::warning;
}

FleetRow make_row(const Host& host, const Entry& entry, const Sources& sources, Time now) {
    const Key key = key_of(host.name, entry.name);
    const IssuedEntry* issued = find_in(sources.issued, key);
    const DeliveredEntry* delivered = find_in(sources.delivered, key);
    FleetRow row{.host = host.name,
                 .entry = entry.name,
                 .serving = {},
                 .not_after = {},
                 .proved_at = {},
                 .proved_by = {},
                 .due_at = {},
                 .skew = {},
                 .problem = {}};
    if (issued != nullptr) {
        row.due_at = issued->due_at;
    }
    if (delivered != nullptr) {
        row.serving = delivered->serving;
        row.not_after = end_of_served(*delivered, issued, now);
        row.proved_at = delivered->proved_at;
        row.proved_by = proof_of(*delivered);
        row.outcome = delivered->outcome;
        row.took = time_of(*delivered);
    }
    const ReachedHost* reached = find_in(sources.reached, host.name.text());
    if (reached != nullptr) {
        row.skew = reached->skew;
        row.reached_at = reached->reached_at;
    }
    if (row.not_after) {
        row.issued_at = *row.not_after - life_of(row, issued);
    }
    Trouble trouble = trouble_of(issued, delivered, reached);
    add_skew(trouble, row.skew);
    if (trouble.what.empty()) trouble = what_is_awaited(row, issued, now);
    const std::string findings = delivered != nullptr ? delivered->findings : "";
    const bool is_found_wrong = trouble.what.empty() && is_any_wrong(findings);
    if (is_found_wrong) trouble = {printable_findings(findings), Obstacle::found_wrong};
    row.problem = std::move(trouble.what);
    row.health = health_of(row, life_of(row, issued), now);
    if (row.problem.empty()) row.problem = printable_findings(findings);  // a mere warning is told, and all is well
    const bool ends_soon = trouble.obstacle == Obstacle::none && row.health != Health::fine;
    row.next = next_of(row, ends_soon ? Obstacle::ends_soon : trouble.obstacle, reached, now);
    return row;
}

void note_stale(Fleet& fleet, std::string_view who, std::optional<Time> at, Time now) {
    if (!at) {
        fleet.problems.push_back(
            fmt::format("halfday-{} has not run yet; see 'halfday check', then 'halfday run'", who));
    } else if (now - *at > kStaleSnapshot) {
        fleet.problems.push_back(
            fmt::format("halfday-{} last ran {} ago: is the timer enabled (systemctl status "
                        "halfday.timer)? then: halfday run",
                        who, describe_span(now - *at)));
    } else {
        return;
    }
    fleet.health = std::max(fleet.health, Health::warning);
}

/// What this box knows to have happened, last of all.
struct Moment {
    Time at;
    std::string what;
};

Moment newest_moment(const std::optional<IssuerSnapshot>& issuer,
                     const std::optional<DistributorSnapshot>& distributor) {
    Moment newest{};
    const auto consider = [&](Time at, const char* what) {
        if (at > newest.at) newest = {at, what};
    };
    if (issuer) {
        consider(issuer->at, "halfday-issuer ran last");
        for (const IssuedEntry& entry : issuer->entries) {
            consider(entry.issued_at.value_or(Time{}), "the newest certificate was issued");
        }
    }
    if (distributor) consider(distributor->at, "halfday-distributor ran last");
    return newest;
}

/// By such a clock all that is said of times to come is wrong.
void note_clock(Fleet& fleet, const Moment& newest, Time now) {
    if (newest.at - now <= kMostSkew) return;
    fleet.problems.push_back(
        fmt::format("this box's clock says {}, and {} at {}, which is later: compare it with one that you trust, and "
                    "set it (timedatectl set-ntp true); docs/runbooks/clock-wrong.md",
                    format_time(now), newest.what, format_time(newest.at)));
    fleet.health = std::max(fleet.health, Health::warning);
}

void note_sealed(Fleet& fleet, const NextWindow& next, Time now) {
    if (auto notice = unseal_notice(next, now)) {
        fleet.problems.push_back(std::move(*notice));
        fleet.health =
            std::max(fleet.health, next.issuing_ends - now < kRunwayCritical ? Health::critical : Health::warning);
    }
}

void note_ceremonies(Fleet& fleet, const Runway& runway, Time now) {
    if (runway.next_window) {
        note_sealed(fleet, *runway.next_window, now);
    }
    if (now >= runway.intermediate_ceremony) {
        const Seconds left = runway.issuing_ends - now;
        fleet.problems.push_back(left < Seconds::zero()
                                     ? fmt::format("issuing ended at {}: a new intermediate is needed at once",
                                                   format_time(runway.issuing_ends))
                                     : fmt::format("issuing ends in {}: hold a ceremony for a new intermediate "
                                                   "(halfday init --next)",
                                                   describe_span(left)));
        fleet.health = std::max(fleet.health, left < kRunwayCritical ? Health::critical : Health::warning);
    }
    if (now >= runway.root_ceremony) {
        fleet.problems.push_back(
            fmt::format("the root ends in {}: a new one has to reach every client and host before: "
                        "docs/runbooks/rotate-root.md",
                        describe_span(runway.root_ends - now)));
        fleet.health = std::max(fleet.health, Health::warning);
    }
}

void note_rollout(Fleet& fleet, const RolloutNote& rollout) {
    fleet.rollout = rollout;
    if (!rollout.stopped.empty()) {
        fleet.problems.push_back(
            fmt::format("the rollout of {} {} has stopped: {}; {} {}. Find out why, then: halfday push --resume",
                        to_text(rollout.kind), printable(rollout.key), printable(rollout.stopped),
                        printable(rollout.before), rollout.kind == RolloutKind::profile ? "stays in use" : "signs on"));
        fleet.health = std::max(fleet.health, Health::warning);
    }
}

/// Past its nextUpdate a CRL counts on; there may be a newer one that was not brought here.
void note_crls(Fleet& fleet, const std::vector<KnownCrl>& crls, Time now) {
    fleet.crls = crls;
    for (const KnownCrl& crl : crls) {
        if (now > crl.next_update) {
            fleet.problems.push_back(
                fmt::format("CRL {} of {} was to be followed by another one at {}: hold a ceremony (halfday-root crl), "
                            "then halfday accept",
                            printable(crl.number), printable(crl.root), format_time(crl.next_update)));
            fleet.health = std::max(fleet.health, Health::warning);
        }
    }
}

constexpr std::size_t kMostSharedKeys = 5;  // a cloned fleet must not fill the screen

std::string describe(const SharedKey& shared) {
    return fmt::format(
        "{0}/{1} and {2}/{3} have certificates for the same key until {4}: who holds one server can be the other; find "
        "out how the key came to both (a cloned disk?), and remove pending/{1}.* and pending/{3}.* below "
        "/var/lib/halfday/receiver there, so that the next certificates have keys of their own",
        shared.host.text(), shared.entry.text(), shared.other_host.text(), shared.other_entry.text(),
        format_time(shared.until));
}

void note_shared_keys(Fleet& fleet, const IssuerSnapshot& issuer, const Inventory& inventory, Time now) {
    std::size_t count = 0;
    for (const SharedKey& each : issuer.shared_keys) {
        const bool is_here = inventory.find(each.host) != nullptr || inventory.find(each.other_host) != nullptr;
        if (is_here && each.until >= now && ++count <= kMostSharedKeys) {
            fleet.problems.push_back(describe(each));
        }
    }
    if (count > kMostSharedKeys) {
        fleet.problems.push_back(fmt::format("{} more pairs of hosts have the same key", count - kMostSharedKeys));
    }
    if (count > 0) {
        fleet.health = std::max(fleet.health, Health::warning);
    }
}

constexpr std::size_t kMostProblemBytes = 800;  // with its hint, which comes last

void note_issuer(Fleet& fleet, const std::optional<IssuerSnapshot>& issuer, Time newest, Time now) {
    note_stale(fleet, "issuer", issuer ? std::optional(issuer->at) : std::nullopt, now);
    if (!issuer) {
        return;
    }
    fleet.intermediate_not_after = issuer->intermediate_not_after;
    fleet.root_not_after = issuer->root_not_after;
    if (!issuer->problem.empty()) {
        fleet.problems.push_back("halfday-issuer: " + printable(issuer->problem, kMostProblemBytes));
        fleet.health = Health::critical;
    }
    const Time then = std::max(now, newest);  // a clock that is behind calls for no ceremony
    fleet.runway = runway_of(*issuer, then);
    note_ceremonies(fleet, *fleet.runway, then);
    note_crls(fleet, issuer->crls, now);
    if (issuer->rollout) {
        note_rollout(fleet, *issuer->rollout);
    }
}

void note_times(Fleet& fleet, const std::optional<IssuerSnapshot>& issuer) {
    for (const FleetRow& row : fleet.rows) {
        if (row.not_after) {
            fleet.first_dark = std::min(fleet.first_dark.value_or(*row.not_after), *row.not_after);
            fleet.last_key_ends = std::max(fleet.last_key_ends.value_or(*row.not_after), *row.not_after);
        }
    }
    if (issuer) {
        for (const IssuedEntry& entry : issuer->entries) {
            if (entry.not_after) {
                fleet.last_key_ends = std::max(fleet.last_key_ends.value_or(*entry.not_after), *entry.not_after);
            }
        }
    }
}

}  // namespace

Fleet join_fleet(const Inventory& inventory, const std::optional<IssuerSnapshot>& issuer,
                 const std::optional<DistributorSnapshot>& distributor, Time now) {
    const Sources sources = index(issuer, distributor);
    Fleet fleet;
    for (const Host& host : inventory.hosts) {
        for (const Entry& entry : host.certificates) {
            fleet.rows.push_back(make_row(host, entry, sources, now));
            fleet.health = std::max(fleet.health, fleet.rows.back().health);
        }
    }
    std::stable_sort(fleet.rows.begin(), fleet.rows.end(), [](const FleetRow& left, const FleetRow& right) {
        return std::tuple(-static_cast<int>(left.health), left.not_after.value_or(Time{})) <
               std::tuple(-static_cast<int>(right.health), right.not_after.value_or(Time{}));
    });
    const Moment newest = newest_moment(issuer, distributor);
    note_clock(fleet, newest, now);
    // The distributor's word moves no ceremony.
    note_issuer(fleet, issuer, newest_moment(issuer, std::nullopt).at, now);
    if (distributor) {
        fleet.distributor_ran = distributor->at;
        fleet.distributor_runs = distributor->runs;
    }
    if (issuer) {
        fleet.issuer_ran = issuer->at;
        fleet.issuer_runs = issuer->runs;
        note_shared_keys(fleet, *issuer, inventory, now);
    }
    note_stale(fleet, "distributor", distributor ? std::optional(distributor->at) : std::nullopt, now);
    note_times(fleet, issuer);
    return fleet;
}

}  // namespace halfday
