#include "ca/issuer/release.hpp"

#include <utility>

#include "ca/issuer/leaf.hpp"

namespace halfday {
namespace {

/// Commits the group's certificates to the ledger, after one of them was verified as a client will.
void record(std::vector<Case>& cases, Run& run) {
    std::vector<Issuance> issuances;
    std::vector<AgendaItem*> items;
    for (const Case& each : cases) {
        if (each.certificate) {
            issuances.push_back({run.now, each.item->host->name, each.item->entry->name, each.request->request.id,
                                 each.item->request_sha256, *each.certificate});
            items.push_back(each.item);
        }
    }
    if (issuances.empty()) {
        return;
    }
    require_verifies(issuances.front().certificate, run.intermediate, run.now);
    const std::vector<LedgerRow> rows = run.ledger.record(issuances, run.intermediate.certificate);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        take_certificate(*items[at], rows[at], run.now);
    }
}

/// What fails is left to publish_missing, which tries once more and tells.
void publish(const std::vector<Case>& cases, const Run& run) {
    const std::string intermediate_pem = run.intermediate.certificate.pem();
    std::vector<ChainFile> chains;
    for (const Case& each : cases) {
        if (each.certificate) {
            chains.push_back({each.item->host->name, each.item->entry->name,
                              chain_file(each.item->request_sha256, each.certificate->pem() + intermediate_pem)});
        }
    }
    run.spool.publish_chains(chains);
}

}  // namespace

void Release::start(std::vector<Case> cases) {
    cases_ = std::move(cases);
    running_ = std::async(std::launch::async, [this] {
        record(cases_, run_);
        publish(cases_, run_);
    });
}

std::vector<Case> Release::wait() {
    if (running_.valid()) {
        running_.get();
    }
    return std::exchange(cases_, {});
}

}  // namespace halfday
