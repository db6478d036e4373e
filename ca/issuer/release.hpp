#pragma once

#include <cstddef>
#include <vector>

#include "ca/issuer/cases.hpp"

namespace halfday {

/// Records signed cases in the ledger and then publishes their chains, a group at a time.
class Release {
   public:
    explicit Release(Run& run) : run_(run) {}

    /// When it returns the group is recorded, each item's newest certificate is the one that it got, and what could be
    /// published is. Throws what recording threw: then nothing of the group was recorded or published.
    void release(const std::vector<Case>& cases);

   private:
    void record(const std::vector<const Case*>& signed_cases);
    void publish(const std::vector<const Case*>& signed_cases) const;

    Run& run_;
    std::size_t unverified_ = 0;  // certificates since one was verified as a client will
};

}  // namespace halfday
