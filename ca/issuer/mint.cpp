#include "ca/issuer/mint.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "ca/base/confine.hpp"
#include "ca/base/error.hpp"
#include "ca/base/sandbox.hpp"
#include "ca/exchange/inventory_cache.hpp"
#include "ca/exchange/pinned_roots.hpp"
#include "ca/exchange/runway.hpp"
#include "ca/issuer/cases.hpp"
#include "ca/issuer/change_over.hpp"
#include "ca/issuer/fleet_profile.hpp"
#include "ca/issuer/head_check.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/issuer_status.hpp"
#include "ca/issuer/ledger_key.hpp"
#include "ca/issuer/make_and_take.hpp"
#include "ca/issuer/release.hpp"
#include "ca/issuer/rollouts.hpp"
#include "ca/issuer/sealed_keys.hpp"

namespace halfday {
namespace {

constexpr std::size_t kGroup = 64;  // requests that a thread examines at a time

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
    Inventory inventory = read_inventory(places.hosts(), IssuerFiles(places).inventory_cache());
    Ledger ledger = Ledger::open(IssuerFiles(places).ledger());
    auto accepted_clock = require_clock(ledger, settings, options.clock, now);
    Intermediate intermediate = load_intermediate(places, settings.issuer_key, options.passphrase, now);
    auto before = load_before(places, settings.issuer_key, options.passphrase, intermediate, now);
    auto profile_before = load_profile_before(places, settings.certificates);
    return {std::move(settings),
            std::move(inventory),
            std::move(intermediate),
            std::move(before),
            std::move(profile_before),
            std::move(ledger),
            Ledger::open(IssuerFiles(places).ledger()),
            Spool(places.exchange()),
            std::move(accepted_clock),
            now};
}

Minted minted_of(const Case& each) {
    return {each.item->host->name,
            each.item->entry->name,
            each.certificate ? each.certificate->serial_hex() : "",
            each.permitted->profile.names,
            each.permitted->profile.validity,
            each.permitted->cut_by_intermediate};
}

void report_minted(const std::vector<Case>& cases, MintReport& report) {
    for (const Case& each : cases) {
        if (each.certificate) {
            report.minted.push_back(minted_of(each));
        }
    }
}

std::vector<AgendaItem*> due_items(std::vector<AgendaItem>& agenda) {
    std::vector<AgendaItem*> due;
    for (AgendaItem& item : agenda) {
        if (item.due && item.chosen) {
            due.push_back(&item);
        }
    }
    return due;
}

/// Calls `make` with each group of the items on all processors, and `take` with what it returned, on this thread.
template <class Make, class Take>
void for_each_group(const std::vector<AgendaItem*>& items, Make make, Take take) {
    const std::span<AgendaItem* const> all(items);
    const auto make_group = [&](std::size_t group) {
        return make(all.subspan(group * kGroup, std::min(kGroup, all.size() - group * kGroup)));
    };
    make_and_take((all.size() + kGroup - 1) / kGroup, make_group, take);
}

void mint_items(const std::vector<AgendaItem*>& items, Run& run, MintReport& report) {
    Examiner examiner(run);
    Release release(run);
    const auto make = [&](std::span<AgendaItem* const> group) {
        std::vector<Case> cases = examiner.examine(group);
        examiner.sign(cases);
        return cases;
    };
    for_each_group(items, make, [&](std::vector<std::vector<Case>> groups) {
        std::vector<Case> cases;
        for (std::vector<Case>& group : groups) {
            std::move(group.begin(), group.end(), std::back_inserter(cases));
        }
        release.release(cases);
        report_minted(cases, report);
    });
}

void plan_items(const std::vector<AgendaItem*>& items, const Run& run, MintReport& report) {
    Examiner examiner(run);
    const auto make = [&](std::span<AgendaItem* const> group) { return examiner.examine(group); };
    for_each_group(items, make, [&](const std::vector<std::vector<Case>>& groups) {
        for (const std::vector<Case>& cases : groups) {
            for (const Case& each : cases) {
                if (each.permitted) {
                    report.minted.push_back(minted_of(each));
                }
            }
        }
    });
}

void add_rest(const std::vector<AgendaItem>& agenda, MintReport& report) {
    for (const AgendaItem& item : agenda) {
        if (!item.refusal.reasons.empty()) {
            report.refused.push_back({item.host->name, item.entry->name, item.refusal});
        } else if (item.due && item.chosen && !item.asks) {
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

void warn_of_sealed(const Run& run, MintReport& report) {
    const auto next = next_window(known_of(run.intermediate.accepted), known_of(run.intermediate.sealed), run.now);
    if (auto notice = next ? unseal_notice(*next, run.now) : std::nullopt) {
        report.warnings.push_back(std::move(*notice));
    }
}

void warn_of_clock(const Run& run, MintReport& report) {
    if (run.accepted_clock) {
        report.warnings.push_back(fmt::format("accepted: {}", run.accepted_clock->what));
    }
}

/// What was decided is remembered before anybody gets a certificate by it.
Rollouts begin_rollouts(std::vector<AgendaItem>& agenda, const Run& run, const Places& places,
                        const MintOptions& options, MintReport& report) {
    Rollouts rollouts = plan_rollouts(agenda, run, places, options.resume_rollout);
    save_rollouts(rollouts, run, places);
    report.news = rollouts.news;
    report.warnings = rollouts.warnings;
    return rollouts;
}

/// Told when the later of the two was issued; status shows it for as long as it lasts.
void warn_of_shared_keys(const std::vector<SharedKey>& shared_keys, MintReport& report) {
    for (const SharedKey& each : shared_keys) {
        const bool is_new = std::any_of(report.minted.begin(), report.minted.end(), [&](const Minted& minted) {
            return minted.host == each.host && minted.entry == each.entry;
        });
        if (is_new) {
            report.warnings.push_back(fmt::format("{}/{} has the same key as {}/{}: halfday status says what to do",
                                                  each.host.text(), each.entry.text(), each.other_host.text(),
                                                  each.other_entry.text()));
        }
    }
}

/// A change is told when the first certificate under the new intermediate is out.
void tell_of_change(const std::optional<std::string>& change, MintReport& report) {
    if (change && !report.minted.empty()) {
        report.news.push_back(*change);
    }
}

/// By the ledger's newest certificate before this run, not by this run's clock, which may be wrong: a key is gone for
/// good.
void retire_keys(const Run& run, const Places& places, const std::optional<LedgerMoment>& before, MintReport& report) {
    if (run.accepted_clock || !before || before->origin != LedgerMoment::Origin::certificate) {
        return;
    }
    try {
        for (std::string& line : retire_expired(places, run.settings.issuer_key, run.intermediate.certificate,
                                                std::min(run.now, before->at))) {
            report.news.push_back(std::move(line));
        }
    } catch (const Error& error) {
        report.warnings.push_back(fmt::format("the key of an expired intermediate stays: {}", error.what()));
    }
}

std::vector<AgendaItem> take_items(const Run& run, const Places& places, const MintOptions& options) {
    ServedWord served(places, fingerprints_of(run.intermediate.trust.roots));
    auto agenda = take_agenda(run.inventory, options.hosts, run.ledger, served, run.settings.certificates, run.now);
    if (options.renewal == Renewal::now) {
        make_due(agenda);
    }
    return agenda;
}

/// A run for some hosts remembers nothing of the chains: it would forget those of the others.
Path chains_cache(const Places& places, const MintOptions& options) {
    return options.hosts.empty() ? IssuerFiles(places).chains_cache() : Path{};
}

std::size_t publish_lost(std::vector<AgendaItem>& agenda, const Run& run, SeenChains& seen) {
    const std::size_t published = publish_missing(agenda, run.ledger, run.spool, seen, run.intermediate.trust, run.now);
    seen.save();
    return published;
}

RunCounts counts_of(const MintReport& report, std::chrono::steady_clock::time_point begin) {
    return {{{"minted", static_cast<std::int64_t>(report.minted.size())},
             {"refused", static_cast<std::int64_t>(report.refused.size())}},
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin)};
}

MintReport mint(Run& run, const Places& places, const MintOptions& options) {
    const auto begin = std::chrono::steady_clock::now();
    MintReport report;
    SeenChains seen(places.exchange(), chains_cache(places, options));
    const auto before = run.ledger.last_moment();
    const auto change = change_over(run.ledger, run.intermediate.certificate);
    auto agenda = take_items(run, places, options);
    const Rollouts rollouts = begin_rollouts(agenda, run, places, options, report);
    mint_items(due_items(agenda), run, report);
    report.published_again = publish_lost(agenda, run, seen);
    add_rest(agenda, report);
    warn_of_cut(run, report);
    warn_of_sealed(run, report);
    warn_of_clock(run, report);
    const std::vector<SharedKey> shared_keys = run.ledger.shared_keys(run.now);
    warn_of_shared_keys(shared_keys, report);
    report.warnings.insert(report.warnings.end(), run.intermediate.passed_over.begin(),
                           run.intermediate.passed_over.end());
    if (!rollouts.intermediate || rollouts.intermediate->note.waves == 1) {
        tell_of_change(change, report);
    }
    retire_keys(run, places, before, report);
    try {
        publish_crls(run.intermediate.trust.crls, run.spool);
    } catch (const Error& error) {
        report.warnings.push_back(fmt::format("the CRLs are not published: {}", error.what()));
    }
    for (std::string& line : overdue(run.intermediate.trust.crls, run.now)) {
        report.warnings.push_back(std::move(line));
    }
    try {
        publish_head(places, run.ledger, run.spool, run.now);
    } catch (const Error& error) {
        report.warnings.push_back(fmt::format("the ledger's head is not published: {}", error.what()));
    }
    try {
        write_issuer_status(places, agenda, run.intermediate, run.settings.certificates, rollouts.note(), shared_keys,
                            counts_of(report, begin), run.now);
    } catch (const Error& error) {
        report.warnings.push_back(fmt::format("the status for 'halfday status' is out of date: {}", error.what()));
    }
    return report;
}

void give_up_rights(const MintOptions& options, const Settings& settings) {
    deny_network();
    if (options.confine) {
        options.confine(settings);
    }
}

std::string with_hint(const std::exception& error) {
    const auto* const ours = dynamic_cast<const Error*>(&error);
    const bool has_hint = ours != nullptr && !ours->hint().empty();
    return has_hint ? std::string(error.what()) + "; next: " + ours->hint() : error.what();
}

}  // namespace

void confine_run(const Places& places, const std::vector<Path>& token_folders) {
    std::vector<NeededFolder> needed = {{places.issuer(), FolderUse::write},
                                        {places.exchange() / "chains", FolderUse::write},
                                        {places.issuer_snapshot().parent_path(), FolderUse::write},
                                        {places.exchange(), FolderUse::read},
                                        {places.distributor_snapshot().parent_path(), FolderUse::read},
                                        {places.etc, FolderUse::read}};
    for (const Path& folder : token_folders) {
        needed.push_back({folder, FolderUse::read});
    }
    deny_processes();
    confine_to_folders(needed);
}

MintReport mint_due(const Places& places, const MintOptions& options, Time now) {
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday-issuer issue", kRunPatienceSeconds);
    remove_key_leftovers(places);
    remove_leftovers(places.issuer_snapshot().parent_path());
    Spool(places.exchange()).clear_staging();
    try {
        Run run = open_run(places, options, now);
        give_up_rights(options, run.settings);
        require_head(places, run.ledger);
        if (run.accepted_clock) {
            run.ledger.accept_clock(now);
        }
        return mint(run, places, options);
    } catch (const std::exception& error) {
        if (options.hosts.empty()) {  // a run by hand for some hosts is not the fleet's news
            write_issuer_problem(places, with_hint(error), now);
        }
        throw;
    }
}

MintReport plan_mint(const Places& places, const MintOptions& options, Time now) {
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday-issuer issue", kRunPatienceSeconds);
    const Run run = open_run(places, options, now);
    give_up_rights(options, run.settings);
    require_head(places, run.ledger);
    MintReport report;
    auto agenda = take_items(run, places, options);
    report.warnings = plan_rollouts(agenda, run, places, options.resume_rollout).warnings;
    plan_items(due_items(agenda), run, report);
    add_rest(agenda, report);
    warn_of_cut(run, report);
    warn_of_sealed(run, report);
    warn_of_clock(run, report);
    return report;
}

}  // namespace halfday
