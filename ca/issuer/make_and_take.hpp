#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "ca/base/processors.hpp"

namespace halfday {

/// What several threads make in turn and one takes in order. See make_and_take.
template <class Made>
class Line {
   public:
    explicit Line(std::size_t count) : slots_(count) {}

    /// The next number to make; nothing when there is none left, or the taker has given up. Waits while too much that
    /// was made was not taken yet.
    [[nodiscard]] std::optional<std::size_t> claim() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ || claimed_ == slots_.size() || claimed_ < taken_ + kMostAhead; });
        if (ended_ || claimed_ == slots_.size()) {
            return std::nullopt;
        }
        return claimed_++;
    }

    void put(std::size_t at, Made made) {
        const std::lock_guard lock(mutex_);
        slots_[at] = std::move(made);
        changed_.notify_all();
    }

    void fail(std::exception_ptr failure) {
        const std::lock_guard lock(mutex_);
        failure_ = std::move(failure);
        ended_ = true;
        changed_.notify_all();
    }

    /// All that is ready in order, at least one; nothing when all was taken. Throws what a maker threw.
    [[nodiscard]] std::vector<Made> take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ || taken_ == slots_.size() || slots_[taken_].has_value(); });
        if (failure_) {
            std::rethrow_exception(failure_);
        }
        std::vector<Made> ready;
        for (; taken_ < slots_.size() && slots_[taken_]; ++taken_) {
            ready.push_back(*std::exchange(slots_[taken_], std::nullopt));
        }
        changed_.notify_all();
        return ready;
    }

    void end() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    }

   private:
    static constexpr std::size_t kMostAhead = 8;  // bounds the memory, and what a crash can lose

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::optional<Made>> slots_;
    std::size_t claimed_ = 0;
    std::size_t taken_ = 0;
    bool ended_ = false;
    std::exception_ptr failure_;
};

/// Calls `make(0)` … `make(count - 1)` on all processors and, meanwhile, `take` on this thread with a vector of what
/// was made: everything once and in order, as much at a time as is ready. What either throws ends the work and is
/// thrown here.
template <class Make, class Take>
void make_and_take(std::size_t count, Make make, Take take) {
    using Made = decltype(make(std::size_t{}));
    Line<Made> line(count);
    const auto work = [&] {
        try {
            while (const auto at = line.claim()) {
                line.put(*at, make(*at));
            }
        } catch (...) {
            line.fail(std::current_exception());
        }
    };
    std::jthread makers([&] { on_processors(count, work); });
    try {
        for (auto ready = line.take(); !ready.empty(); ready = line.take()) {
            take(std::move(ready));
        }
    } catch (...) {
        line.end();
        throw;
    }
}

}  // namespace halfday
