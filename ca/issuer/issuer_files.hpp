#pragma once

#include "ca/exchange/places.hpp"

namespace halfday {

constexpr std::size_t kMostChainBytes = 64 * 1024;  // of the chain beside a key

/// How long a command waits for a run that holds the lock: 100,000 certificates take half of it.
inline constexpr int kRunPatienceSeconds = 60;

/// What is in the issuer's state folder, which is the issuer's alone (0700).
/// request.pem and chain.pem are the first key's; issuer_keys.hpp says where those of later keys are.
struct IssuerFiles {
    Path folder;

    explicit IssuerFiles(const Places& places) : folder(places.issuer()) {}
    [[nodiscard]] Path request() const { return folder / "request.pem"; }
    [[nodiscard]] Path chain() const { return folder / "chain.pem"; }
    [[nodiscard]] Path intermediates() const { return folder / "intermediates"; }
    [[nodiscard]] Path stage() const { return folder / "stage.pem"; }  // the requests of `init --stage` together
    [[nodiscard]] Path ledger() const { return folder / "ledger.db"; }
    [[nodiscard]] Path ledger_key() const { return folder / "ledger.key"; }
    [[nodiscard]] Path archive() const { return folder / "archive"; }  // closed months of the ledger
    [[nodiscard]] Path crls() const { return folder / "crls.pem"; }
    [[nodiscard]] Path cross() const { return folder / "cross.pem"; }  // during a rotation
    [[nodiscard]] Path lock() const { return folder / "lock"; }
    [[nodiscard]] Path inventory_cache() const { return folder / "inventory.cache"; }
    [[nodiscard]] Path rollout() const { return folder / "rollout.json"; }                  // of a newer intermediate
    [[nodiscard]] Path profile() const { return folder / "profile.yaml"; }                  // the one in use
    [[nodiscard]] Path profile_rollout() const { return folder / "profile-rollout.json"; }  // of a newer one
    [[nodiscard]] Path chains_cache() const { return folder / "chains.cache"; }
};

}  // namespace halfday
