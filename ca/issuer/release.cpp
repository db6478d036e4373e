#include "ca/issuer/release.hpp"

#include "ca/issuer/leaf.hpp"

namespace halfday {
namespace {

constexpr std::size_t kVerifyEach = 512;  // each leaf was read back; that the chain holds is the same for all

std::vector<const Case*> signed_ones(const std::vector<Case>& cases) {
    std::vector<const Case*> found;
    for (const Case& each : cases) {
        if (each.certificate) {
            found.push_back(&each);
        }
    }
    return found;
}

}  // namespace

void Release::release(const std::vector<Case>& cases) {
    const std::vector<const Case*> signed_cases = signed_ones(cases);
    if (signed_cases.empty()) {
        return;
    }
    if (unverified_ == 0) {
        require_verifies(*signed_cases.front()->certificate, run_.intermediate, run_.now);
    }
    unverified_ = unverified_ + signed_cases.size() < kVerifyEach ? unverified_ + signed_cases.size() : 0;
    record(signed_cases);
    publish(signed_cases);
}

void Release::record(const std::vector<const Case*>& signed_cases) {
    std::vector<Issuance> issuances;
    issuances.reserve(signed_cases.size());
    for (const Case* each : signed_cases) {
        issuances.push_back({run_.now, each->item->host->name, each->item->entry->name, each->request->request.id,
                             each->item->request_sha256, *each->certificate});
    }
    const std::vector<LedgerRow> rows = run_.ledger.record(issuances, run_.intermediate.certificate);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        take_certificate(*signed_cases[at]->item, rows[at], run_.now);
    }
}

/// What fails is left to publish_missing, which tries once more and tells.
void Release::publish(const std::vector<const Case*>& signed_cases) const {
    const std::string intermediate_pem = run_.intermediate.certificate.pem();
    std::vector<ChainFile> chains;
    chains.reserve(signed_cases.size());
    for (const Case* each : signed_cases) {
        chains.push_back({each->item->host->name, each->item->entry->name,
                          chain_file(each->item->request_sha256, each->certificate->pem() + intermediate_pem)});
    }
    const std::vector<bool> published = run_.spool.publish_chains(chains);
    for (std::size_t at = 0; at < chains.size(); ++at) {
        signed_cases[at]->item->published = published[at];
    }
}

}  // namespace halfday
