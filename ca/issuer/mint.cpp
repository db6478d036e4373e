#include "ca/issuer/mint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <span>
#include <variant>

#include "ca/base/error.hpp"
#include "ca/base/sandbox.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/issuer/agenda.hpp"
#include "ca/issuer/clock_check.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/issuer_status.hpp"
#include "ca/issuer/leaf.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/ledger_key.hpp"
#include "ca/issuer/parallel.hpp"
#include "ca/issuer/policy.hpp"
#include "ca/x509/chain.hpp"

namespace halfday {
namespace {

constexpr int kPatienceSeconds = 60;  // for another run to end
constexpr std::size_t kGroup = 256;   // rows of one transaction: a crash loses no more work than that
constexpr auto kRateWindow = std::chrono::hours{1};

/// All that a run holds open before it looks at foreign bytes.
struct Run {
    Settings settings;
    Inventory inventory;
    Intermediate intermediate;
    Ledger ledger;
    Spool spool;
    std::optional<ClockFault> accepted_clock;
    Time now;
};

/// The fault that a person told this run to go on with.
std::optional<ClockFault> require_clock(const Ledger& ledger, const Settings& settings, ClockRule rule, Time now) {
    auto fault = clock_fault(ledger.last_moment(), now, settings.max_clock_jump);
    if (fault && (fault->remedy == ClockRemedy::set || rule == ClockRule::stop)) {
        throw Error(ErrorKind::io, fault->what, fault->hint());
    }
    return fault;
}

Run open_run(const Places& places, const MintOptions& options, Time now) {
    Settings settings = read_settings(places.settings());
    Inventory inventory = read_inventory(places.hosts());
    Ledger ledger = Ledger::open(IssuerFiles(places).ledger());
    auto accepted_clock = require_clock(ledger, settings, options.clock, now);
    Intermediate intermediate = load_intermediate(places, settings.issuer_key, options.passphrase, now);
    return {std::move(settings),
            std::move(inventory),
            std::move(intermediate),
            std::move(ledger),
            Spool(places.exchange()),
            std::move(accepted_clock),
            now};
}

/// An item that asks, on its way to a certificate. What it lacks was refused.
struct Case {
    AgendaItem* item;
    std::optional<CheckedRequest> request;
    int issued_in_last_hour = 0;
    std::optional<Permitted> permitted;
    std::optional<Certificate> certificate;

    [[nodiscard]] bool refused() const { return !item->refusal.reasons.empty(); }
    void refuse(const Refusal& refusal) {
        auto& reasons = item->refusal.reasons;
        reasons.insert(reasons.end(), refusal.reasons.begin(), refusal.reasons.end());
    }
};

/// Does `step` for each case that was not refused yet; what it throws is that case's refusal. On several threads.
template <class Step>
void for_each_open(std::vector<Case>& cases, Step step) {
    in_parallel(cases.size(), Waits::for_processor, [&](std::size_t at) {
        Case& each = cases[at];
        if (each.refused()) {
            return;
        }
        try {
            step(each);
        } catch (const std::exception& error) {
            each.refuse({{error.what()}});
        }
    });
}

void check_request(Case& each, const Run& run) {
    const AgendaItem& item = *each.item;
    const Expected expected{item.host->name, item.entry->name, {run.intermediate.root.fingerprint()}};
    auto decision = open_request(item.jws, item.host->identity, expected, run.now);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        each.refuse(*refusal);
        return;
    }
    each.request = std::get<CheckedRequest>(std::move(decision));
}

/// What the ledger has to say of an authentic request. Its bytes are new, or it would not ask.
void look_up(Case& each, const Run& run) {
    if (each.refused()) {
        return;
    }
    const AgendaItem& item = *each.item;
    if (const auto answer = run.ledger.answer_to_id(item.host->name, item.entry->name, each.request->request.id)) {
        each.refuse({{fmt::format("a request with the same id and other bytes was answered with certificate {} at {}",
                                  answer->serial, format_time(answer->at))}});
        return;
    }
    each.issued_in_last_hour =
        run.ledger.count_within(item.host->name, item.entry->name, run.now - kRateWindow, run.now,
                                policy_of(run.settings.certificates, *item.host).max_per_hour);
}

void decide(Case& each, const Run& run) {
    const AgendaItem& item = *each.item;
    const Asked asked{item.host->name, item.entry->name, each.request->key, each.issued_in_last_hour};
    auto decision = may_sign(asked, run.inventory, run.settings.certificates,
                             authority_of(run.intermediate.certificate, run.intermediate.root), run.now);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        each.refuse(*refusal);
        return;
    }
    each.permitted = std::get<Permitted>(std::move(decision));
}

void sign(Case& each, const Run& run) {
    auto decision = make_leaf(each.permitted->profile, each.request->key, run.intermediate);
    if (const auto* findings = std::get_if<Refusal>(&decision)) {
        each.refuse(*findings);
        return;
    }
    each.certificate = std::get<Certificate>(std::move(decision));
}

Minted minted_of(const Case& each) {
    return {each.item->host->name,
            each.item->entry->name,
            each.certificate ? each.certificate->serial_hex() : "",
            each.permitted->profile.names,
            each.permitted->profile.validity,
            each.permitted->cut_by_intermediate};
}

std::vector<Case> decide_group(std::span<AgendaItem* const> items, const Run& run) {
    std::vector<Case> cases;
    for (AgendaItem* item : items) {
        cases.push_back(Case{.item = item, .request = {}, .permitted = {}, .certificate = {}});
    }
    for_each_open(cases, [&](Case& each) { check_request(each, run); });
    for (Case& each : cases) {
        look_up(each, run);
    }
    for_each_open(cases, [&](Case& each) { decide(each, run); });
    return cases;
}

/// Commits the group's certificates to the ledger, after one of them was verified as a client will.
void commit(const std::vector<Case>& cases, Run& run) {
    std::vector<Issuance> issuances;
    for (const Case& each : cases) {
        if (each.certificate) {
            issuances.push_back({run.now, each.item->host->name, each.item->entry->name, each.request->request.id,
                                 each.item->request_sha256, *each.certificate});
        }
    }
    if (!issuances.empty()) {
        require_verifies(issuances.front().certificate, run.intermediate, run.now);
        run.ledger.record(issuances, run.intermediate.certificate);
    }
}

/// What fails is left to publish_missing, which tries once more and tells.
void publish(const std::vector<Case>& cases, const Run& run) {
    in_parallel(cases.size(), Waits::for_disk, [&](std::size_t at) {
        const Case& each = cases[at];
        if (!each.certificate) {
            return;
        }
        try {
            run.spool.publish_chain(
                each.item->host->name, each.item->entry->name,
                chain_file(each.item->request_sha256, each.certificate->pem() + run.intermediate.certificate.pem()));
        } catch (const std::exception&) {
            return;
        }
    });
}

void mint_group(std::span<AgendaItem* const> items, Run& run, MintReport& report) {
    std::vector<Case> cases = decide_group(items, run);
    for_each_open(cases, [&](Case& each) { sign(each, run); });
    commit(cases, run);
    publish(cases, run);
    for (const Case& each : cases) {
        if (each.certificate) {
            each.item->newest = run.ledger.newest(each.item->host->name, each.item->entry->name);
            report.minted.push_back(minted_of(each));
        }
    }
}

void plan_group(std::span<AgendaItem* const> items, const Run& run, MintReport& report) {
    for (const Case& each : decide_group(items, run)) {
        if (each.permitted) {
            report.minted.push_back(minted_of(each));
        }
    }
}

template <class Work>
void for_each_group(std::vector<AgendaItem>& agenda, Work work) {
    std::vector<AgendaItem*> asking;
    for (AgendaItem& item : agenda) {
        if (item.asks() && item.refusal.reasons.empty()) {
            asking.push_back(&item);
        }
    }
    for (std::size_t at = 0; at < asking.size(); at += kGroup) {
        work(std::span<AgendaItem* const>(asking).subspan(at, std::min(kGroup, asking.size() - at)));
    }
}

void add_rest(const std::vector<AgendaItem>& agenda, MintReport& report) {
    for (const AgendaItem& item : agenda) {
        if (!item.refusal.reasons.empty()) {
            report.refused.push_back({item.host->name, item.entry->name, item.refusal});
        } else if (item.due && item.chosen && !item.asks()) {
            report.waiting.push_back({item.host->name, item.entry->name});
        }
    }
}

void warn_of_cut(const Run& run, MintReport& report) {
    const auto cut = std::count_if(report.minted.begin(), report.minted.end(),
                                   [](const Minted& minted) { return minted.cut_by_intermediate; });
    if (cut > 0) {
        report.warnings.push_back(
            fmt::format("{} of {} certificates live shorter than the settings say, since the intermediate ends at {}: "
                        "get a new one",
                        cut, report.minted.size(), format_time(run.intermediate.certificate.not_after())));
    }
}

void warn_of_clock(const Run& run, MintReport& report) {
    if (run.accepted_clock) {
        report.warnings.push_back(fmt::format("accepted: {}", run.accepted_clock->what));
    }
}

std::vector<AgendaItem> take_items(const Run& run, const Places& places, const MintOptions& options) {
    const ServedWord served(places, run.intermediate.root.fingerprint());
    return take_agenda(run.inventory, options.hosts, run.ledger, run.spool, served, run.settings.certificates, run.now);
}

MintReport mint(Run& run, const Places& places, const MintOptions& options) {
    MintReport report;
    auto agenda = take_items(run, places, options);
    for_each_group(agenda, [&](std::span<AgendaItem* const> items) { mint_group(items, run, report); });
    report.published_again = publish_missing(agenda, run.ledger, run.spool);
    add_rest(agenda, report);
    warn_of_cut(run, report);
    warn_of_clock(run, report);
    try {
        publish_head(places, run.ledger, run.spool, run.now);
    } catch (const Error& error) {
        report.warnings.push_back(fmt::format("the ledger's head is not published: {}", error.what()));
    }
    try {
        write_issuer_status(places, agenda, run.intermediate, run.now);
    } catch (const Error& error) {
        report.warnings.push_back(fmt::format("the status for 'halfday status' is out of date: {}", error.what()));
    }
    return report;
}

}  // namespace

MintReport mint_due(const Places& places, const MintOptions& options, Time now) {
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday-issuer issue", kPatienceSeconds);
    remove_leftovers(IssuerFiles(places).folder);
    remove_leftovers(places.issuer_snapshot().parent_path());
    try {
        Run run = open_run(places, options, now);
        deny_network();
        if (run.accepted_clock) {
            run.ledger.accept_clock(now);
        }
        return mint(run, places, options);
    } catch (const Error& error) {
        if (options.hosts.empty()) {  // a run by hand for some hosts is not the fleet's news
            write_issuer_problem(places, error.what(), now);
        }
        throw;
    }
}

MintReport plan_mint(const Places& places, const MintOptions& options, Time now) {
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday-issuer issue", kPatienceSeconds);
    const Run run = open_run(places, options, now);
    deny_network();
    MintReport report;
    auto agenda = take_items(run, places, options);
    for_each_group(agenda, [&](std::span<AgendaItem* const> items) { plan_group(items, run, report); });
    add_rest(agenda, report);
    warn_of_cut(run, report);
    warn_of_clock(run, report);
    return report;
}

}  // namespace halfday
