#pragma once

#include <future>
#include <vector>

#include "ca/issuer/cases.hpp"

namespace halfday {

/// Records signed cases in the ledger and then publishes their chains, a group at a time on a thread of its own, while
/// the processors check the next group. The ledger is this thread's between start() and wait(): a caller who needs it
/// waits first.
class Release {
   public:
    explicit Release(Run& run) : run_(run) {}
    Release(const Release&) = delete;
    Release& operator=(const Release&) = delete;
    /// Waits for what runs; what it threw is lost.
    ~Release() = default;

    /// Nothing may run.
    void start(std::vector<Case> cases);
    /// The group that was started, recorded and published, each item's newest certificate the one that it got; empty
    /// when there was none. Throws what recording threw: then nothing of the group was recorded or published.
    [[nodiscard]] std::vector<Case> wait();

   private:
    Run& run_;
    std::vector<Case> cases_;
    std::future<void> running_;
};

}  // namespace halfday
