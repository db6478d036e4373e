#include "ca/issuer/release.hpp"

#include "ca/issuer/leaf.hpp"

namespace halfday {
namespace {

constexpr std::size_t kVerifyEach = 512;  // each leaf was read back; that the chain holds is the same for all

std::vector<const Case*> signed_by(const Intermediate& intermediate, const std::vector<Case>& cases, const Run& run) {
    std::vector<const Case*> found;
    for (const Case& each : cases) {
        if (each.certificate && &run.intermediate_for(*each.item) == &intermediate) {
            found.push_back(&each);
        }
    }
    return found;
}

}  // namespace

Release::Release(Run& run) : run_(run), signers_{{run.intermediate}} {
    if (run.before) {
        signers_.push_back({*run.before});
    }
}

void Release::release(const std::vector<Case>& cases) {
    for (Signer& signer : signers_) {
        release(signed_by(signer.intermediate, cases, run_), signer);
    }
}

void Release::release(const std::vector<const Case*>& signed_cases, Signer& signer) {
    if (signed_cases.empty()) {
        return;
    }
    if (signer.unverified == 0) {
        require_verifies(*signed_cases.front()->certificate, signer.intermediate, run_.now);
    }
    const std::size_t unverified = signer.unverified + signed_cases.size();
    signer.unverified = unverified < kVerifyEach ? unverified : 0;
    record(signed_cases, signer.intermediate.certificate);
    publish(signed_cases, signer.intermediate.certificate);
}

void Release::record(const std::vector<const Case*>& signed_cases, const Certificate& intermediate) {
    std::vector<Issuance> issuances;
    issuances.reserve(signed_cases.size());
    for (const Case* each : signed_cases) {
        issuances.push_back({run_.now, each->item->host->name, each->item->entry->name, each->request->request.id,
                             each->item->request_sha256, *each->certificate});
    }
    const std::vector<LedgerRow> rows = run_.ledger.record(issuances, intermediate);
    for (std::size_t at = 0; at < rows.size(); ++at) {
        take_certificate(*signed_cases[at]->item, rows[at], run_.now);
    }
}

/// What fails is left to publish_missing, which tries once more and tells.
void Release::publish(const std::vector<const Case*>& signed_cases, const Certificate& intermediate) const {
    const std::string intermediate_pem = with_cross(intermediate.pem(), run_.intermediate.trust, run_.now);
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
