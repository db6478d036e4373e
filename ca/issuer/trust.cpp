#include "ca/issuer/trust.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "ca/exchange/pinned_roots.hpp"
#include "ca/issuer/issuer_files.hpp"

namespace halfday {
namespace {

constexpr int kPatienceSeconds = 30;  // a run that mints takes seconds

}  // namespace

const Certificate& Trust::root_of(const Certificate& intermediate) const {
    const auto authority = intermediate.extension(oid::kAuthorityKeyIdentifier);
    const std::string key = authority ? read_authority_key_identifier(authority->value) : std::string();
    const auto found = std::find_if(roots.begin(), roots.end(), [&](const Certificate& root) {
        return root.subject_der() == intermediate.issuer_der() && root.subject_key_identifier() == key;
    });
    return found == roots.end() ? roots.front() : *found;
}

Trust load_trust(const Places& places) {
    std::vector<Certificate> roots = read_pinned_roots(places);
    Crls crls = read_crls(IssuerFiles(places).crls(), roots);
    return {std::move(roots), std::move(crls)};
}

Decision<Crls> accept_crls(const Places& places, const Crls& arrived) {
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday accept", kPatienceSeconds);
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
