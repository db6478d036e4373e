#include "ca/issuer/cases.hpp"

#include <fmt/core.h>

#include <variant>

#include "ca/issuer/leaf.hpp"
#include "ca/issuer/parallel.hpp"

namespace halfday {
namespace {

constexpr auto kRateWindow = std::chrono::hours{1};

/// Does `step` for each case that was not refused yet; what it throws is that case's refusal. On several threads.
template <class Step>
void for_each_open(std::vector<Case>& cases, Step step) {
    in_parallel(cases.size(), [&](std::size_t at) {
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

void check_one(Case& each, const Run& run) {
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
void look_up_one(Case& each, const Run& run) {
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

void decide_one(Case& each, const Run& run) {
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

void sign_one(Case& each, const Run& run) {
    auto decision = make_leaf(each.permitted->profile, each.request->key, run.intermediate);
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

std::vector<Case> check_requests(std::span<AgendaItem* const> items, const Run& run) {
    std::vector<Case> cases;
    for (AgendaItem* item : items) {
        cases.push_back(Case{.item = item, .request = {}, .permitted = {}, .certificate = {}});
    }
    for_each_open(cases, [&](Case& each) { check_one(each, run); });
    return cases;
}

void look_up(std::vector<Case>& cases, const Run& run) {
    for (Case& each : cases) {
        look_up_one(each, run);
    }
}

void decide(std::vector<Case>& cases, const Run& run) {
    for_each_open(cases, [&](Case& each) { decide_one(each, run); });
}

void sign(std::vector<Case>& cases, const Run& run) {
    for_each_open(cases, [&](Case& each) { sign_one(each, run); });
}

}  // namespace halfday
