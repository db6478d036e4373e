#include "ca/issuer/trust.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "ca/exchange/pinned_roots.hpp"
#include "ca/issuer/issuer_files.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostCrossBytes = 64 * 1024;

bool is_of(const Certificate& cross, const Certificate& root) {
    return cross.subject_der() == root.subject_der() && cross.spki() == root.spki();
}

}  // namespace

const Certificate& Trust::root_of(const Certificate& intermediate) const {
    const std::string key = intermediate.authority_key_identifier();
    const auto found = std::find_if(roots.begin(), roots.end(), [&](const Certificate& root) {
        return root.subject_der() == intermediate.issuer_der() && root.subject_key_identifier() == key;
    });
    return found == roots.end() ? roots.front() : *found;
}

const Certificate* Trust::cross_for(const Certificate& intermediate, Time now) const {
    const Certificate& root = root_of(intermediate);
    const auto found = std::find_if(crosses.begin(), crosses.end(), [&](const Certificate& cross) {
        return is_of(cross, root) && now >= cross.not_before() && now <= cross.not_after() &&
               revoked_in({cross}, crls).empty();
    });
    return found == crosses.end() ? nullptr : &*found;
}

std::vector<std::string> check_cross(const Certificate& cross, const Trust& trust, Time now) {
    std::vector<std::string> reasons;
    std::vector<Certificate> others = trust.roots;
    std::erase_if(others, [&](const Certificate& root) { return is_of(cross, root); });
    if (others.size() == trust.roots.size()) {
        reasons.push_back("it is for '" + cross.subject() + "' with the key " + cross.fingerprint().text() +
                          ", which is no root that is pinned here");
    }
    if (const auto problem = verify_chain({cross}, others, ChainPurpose::certificate_authority, now)) {
        reasons.push_back(problem->reason);
    }
    for (std::string& reason : revoked_in({cross}, trust.crls)) {
        reasons.push_back(std::move(reason));
    }
    return reasons;
}

bool is_cross(const Chain& chain) {
    return std::all_of(chain.begin(), chain.end(),
                       [](const Certificate& each) { return each.is_ca() && each.path_length() == 1; });
}

Trust load_trust(const Places& places) {
    const IssuerFiles files(places);
    std::vector<Certificate> roots = read_pinned_roots(places);
    Trust trust{roots, read_crls(files.crls(), roots), {}};
    if (const auto pem = read_file_if_there(files.cross(), kMostCrossBytes); pem && roots.size() > 1) {
        trust.crosses = parse_chain(*pem);
    }
    return trust;
}

Decision<Chain> accept_crosses(const Places& places, const Chain& arrived, Time now) {
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday accept", kRunPatienceSeconds);
    const Trust trust = load_trust(places);
    Refusal refusal;
    for (const Certificate& cross : arrived) {
        for (std::string& reason : check_cross(cross, trust, now)) {
            refusal.reasons.push_back(std::move(reason));
        }
    }
    if (!refusal.reasons.empty()) {
        return refusal;
    }
    replace_file(IssuerFiles(places).cross(), to_pem(arrived), {.mode = 0644, .group = std::nullopt});
    return arrived;
}

std::string with_cross(std::string chain_pem, const Trust& trust, Time now) {
    if (trust.crosses.empty()) {
        return chain_pem;
    }
    const Certificate* const cross = trust.cross_for(parse_chain(chain_pem).back(), now);
    return cross != nullptr ? chain_pem + cross->pem() : chain_pem;
}

Decision<Crls> accept_crls(const Places& places, const Crls& arrived) {
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday accept", kRunPatienceSeconds);
    Trust trust = load_trust(places);
    for (const Crl& crl : arrived) {
        auto taken = take_crl(trust.crls, crl, trust.roots);
        if (auto* const refusal = std::get_if<Refusal>(&taken)) {
            return std::move(*refusal);
        }
        trust.crls = std::get<Crls>(std::move(taken));
    }
    replace_file(IssuerFiles(places).crls(), to_pem(trust.crls), {.mode = 0644, .group = std::nullopt});
    publish_crls(trust.crls, Spool(places.exchange()));
    return std::move(trust.crls);
}

void publish_crls(const Crls& crls, const Spool& spool) {
    if (!crls.empty()) {
        spool.publish_crls(to_pem(crls));
    }
}

}  // namespace halfday
