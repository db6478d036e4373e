#include "ca/issuer/cases.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <variant>

#include "ca/base/error.hpp"
#include "ca/exchange/pinned_roots.hpp"
#include "ca/issuer/leaf.hpp"
#include "ca/issuer/newest_rows.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr auto kRateWindow = std::chrono::hours{1};

/// Does `step` for each case that was not refused yet; what it throws is that case's refusal.
template <class Step>
void for_each_open(std::span<Case> cases, Step step) {
    for (Case& each : cases) {
        if (each.refused()) {
            continue;
        }
        try {
            step(each);
        } catch (const std::exception& error) {
            each.refuse({{error.what()}});
        }
    }
}

std::vector<Case> take_requests(std::span<AgendaItem* const> items, const Spool& spool) {
    std::vector<Case> cases;
    for (AgendaItem* item : items) {
        try {
            auto jws = spool.request(item->host->name, item->entry->name);
            if (jws && !jws->empty()) {
                item->request_sha256 = sha256_hex(*jws);
                cases.push_back({.item = item, .jws = std::move(*jws)});
            }
        } catch (const Error& error) {
            item->refusal.reasons.push_back(fmt::format("the request can't be read: {}", error.what()));
        }
    }
    return cases;
}

/// Most requests that were answered were so by the newest certificate; those need not be opened.
void find_newest_answer(AgendaItem& item) {
    if (item.newest && item.newest->request_sha256 == item.request_sha256) {
        item.answer = std::make_unique<IssuedRow>(*item.newest);
    }
}

void drop_answered(std::vector<Case>& cases) {
    std::erase_if(cases, [](const Case& each) { return each.item->answer != nullptr; });
}

void check(Case& each, const Run& run, const std::vector<Fingerprint>& roots) {
    const AgendaItem& item = *each.item;
    const Expected expected{item.host->name, item.entry->name, roots};
    auto decision = open_request(each.jws, item.host->identity, expected, run.now);
    each.jws.clear();
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        each.refuse(*refusal);
        return;
    }
    each.request = std::get<CheckedRequest>(std::move(decision));
}

/// What the ledger has to say of an authentic request.
void ask_ledger(Case& each, const Run& run) {
    AgendaItem& item = *each.item;
    if (const auto answer = run.earlier.answer_to(item.host->name, item.entry->name, each.request->request.id)) {
        if (answer->request_sha256 == item.request_sha256) {
            item.answer = std::make_unique<IssuedRow>(issued_row(*answer, *item.entry));
            return;
        }
        each.refuse({{fmt::format("a request with the same id and other bytes was answered with certificate {} at {}",
                                  answer->serial, format_time(answer->at))}});
        return;
    }
    const Time since = run.now - kRateWindow;
    if (item.newest && item.newest->at > since) {
        each.issued_in_last_hour =
            run.earlier.count_within(item.host->name, item.entry->name, since, run.now,
                                     policy_of(run.settings.certificates, *item.host).max_per_hour);
    }
}

Decision<Permitted> permit(const Case& each, const Run& run, const CertificatePolicy& profile) {
    const AgendaItem& item = *each.item;
    const Asked asked{item.host->name, item.entry->name, each.request->key, each.issued_in_last_hour};
    const Intermediate& intermediate = run.intermediate_for(item);
    return may_sign(asked, run.inventory, profile, authority_of(intermediate.certificate, intermediate.root), run.now);
}

/// During the rollout of a profile what one of the two refuses is the other's to permit.
Decision<Permitted> permit_by_either(const Case& each, const Run& run) {
    auto decision = permit(each, run, run.profile_for(*each.item));
    if (!run.profile_before || std::holds_alternative<Permitted>(decision)) {
        return decision;
    }
    auto other = permit(each, run, each.item->by_profile_before ? run.settings.certificates : *run.profile_before);
    return std::holds_alternative<Permitted>(other) ? other : decision;
}

void decide(Case& each, const Run& run) {
    auto decision = permit_by_either(each, run);
    if (const auto* refusal = std::get_if<Refusal>(&decision)) {
        each.refuse(*refusal);
        return;
    }
    each.permitted = std::get<Permitted>(std::move(decision));
}

void sign_one(Case& each, const Run& run) {
    auto decision = make_leaf(each.permitted->profile, each.request->key, run.intermediate_for(*each.item));
    if (const auto* findings = std::get_if<Refusal>(&decision)) {
        each.refuse(*findings);
        return;
    }
    each.certificate = std::get<Certificate>(std::move(decision));
}

}  // namespace

void Case::refuse(const Refusal& refusal) {
    auto& reasons = item->refusal.reasons;
    reasons.insert(reasons.end(), refusal.reasons.begin(), refusal.reasons.end());
}

Examiner::Examiner(const Run& run) : run_(run), roots_(fingerprints_of(run.intermediate.trust.roots)) {}

void Examiner::ask_ledger_of(std::span<Case> cases) {
    const std::lock_guard lock(earlier_);
    run_.earlier.in_one_moment([&] {
        for (Case& each : cases) {
            if (!each.refused()) {
                ask_ledger(each, run_);  // what it throws ends the run
            }
        }
    });
}

std::vector<Case> Examiner::examine(std::span<AgendaItem* const> items) {
    std::vector<Case> cases = take_requests(items, run_.spool);
    for (const Case& each : cases) {
        find_newest_answer(*each.item);
    }
    drop_answered(cases);
    for_each_open(cases, [&](Case& each) { check(each, run_, roots_); });
    ask_ledger_of(cases);
    drop_answered(cases);
    for (Case& each : cases) {
        each.item->asks = true;
    }
    for_each_open(cases, [&](Case& each) { decide(each, run_); });
    return cases;
}

void Examiner::sign(std::vector<Case>& cases) const {
    for_each_open(cases, [&](Case& each) { sign_one(each, run_); });
}

}  // namespace halfday
