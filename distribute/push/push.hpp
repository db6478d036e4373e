#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/progress.hpp"
#include "ca/exchange/settings.hpp"
#include "distribute/push/notice.hpp"
#include "distribute/push/plan.hpp"
#include "distribute/push/transport.hpp"

namespace halfday {

/// The wall clock as it was read once, carried on by the steady one: a run lasts minutes, and each answer is dated.
class RunningClock {
   public:
    explicit RunningClock(Time start) : start_(start) {}
    [[nodiscard]] Time now() const {
        return start_ + std::chrono::floor<Seconds>(std::chrono::steady_clock::now() - begin_);
    }

   private:
    Time start_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// How a run went.
struct PushReport {
    std::size_t hosts = 0;   // that there was something to do for
    std::size_t failed = 0;  // of these: those with a problem
};

/// Told how far a run has come, by the thread that called, several times a second.
using Watch = std::function<void(const PushProgress&)>;

/// How hosts are reached, by the settings; configuration that isn't root's is refused.
[[nodiscard]] Transport make_transport(const Places& places, const Settings::Push& settings);

/// Up to settings.push.parallel hosts at a time; one that fails stops no other.
/// What comes of each is stored before it is told, so a run may be stopped at any moment. Ends with the snapshot.
/// Problems of a host are notices; what throws (Error) is the distributor's own.
[[nodiscard]] PushReport push(const Places& places, const PushOrder& order, const RunningClock& clock, const Tell& tell,
                              const Watch& watch = {});

/// What push would do; nothing but the distributor's own database is touched. Problems with the spool are told.
struct Intention {
    Inventory inventory;
    std::vector<HostPlan> plans;  // point into the inventory; those that are held off, too
};
[[nodiscard]] Intention intend_push(const Places& places, const PushOrder& order, Time now, const Tell& tell);

}  // namespace halfday
