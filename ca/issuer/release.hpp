#pragma once

#include <cstddef>
#include <vector>

#include "ca/issuer/cases.hpp"

namespace halfday {

/// Records signed cases in the ledger and then publishes their chains, a group at a time.
class Release {
   public:
    explicit Release(Run& run);

    /// When it returns the group is recorded, each item's newest certificate is the one that it got, and what could be
    /// published is. Throws what recording threw: then nothing of what it was to record was published.
    void release(const std::vector<Case>& cases);

   private:
    /// An intermediate that signs in this run.
    struct Signer {
        const Intermediate& intermediate;
        std::size_t unverified = 0;  // certificates since one was verified as a client will
    };
    void release(const std::vector<const Case*>& signed_cases, Signer& signer);
    void record(const std::vector<const Case*>& signed_cases, const Certificate& intermediate);
    void publish(const std::vector<const Case*>& signed_cases, const Certificate& intermediate) const;

    Run& run_;
    std::vector<Signer> signers_;
};

}  // namespace halfday
