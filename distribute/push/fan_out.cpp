#include "distribute/push/fan_out.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <random>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace halfday {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kWatchEvery{200};

/// What the threads share; all of it under the mutex.
class Crew {
   public:
    Crew(Turns turns, const Visitor& visitor) : turns_(std::move(turns)), visitor_(visitor) {}

    /// Of one thread of many: visits until all is over or something was thrown.
    void work() {
        std::unique_lock lock(mutex_);
        while (!turns_.is_all_over() && !failure_) {
            const auto turn = turns_.next(Clock::now());
            if (!turn) {
                wait(lock);
                continue;
            }
            Ending ending{};
            lock.unlock();
            try {
                ending = visitor_.visit(turn->index, turn->left);
                lock.lock();
            } catch (...) {
                lock.lock();
                note_failure();
            }
            if (turns_.end(turn->index, ending, Clock::now(), dice_(random_))) ended_.push_back(turn->index);
            turned_.notify_all();
            came_.notify_one();
        }
    }

    /// Of the thread that called: takes what ended, until there is nothing more to come.
    void take_all() {
        std::unique_lock lock(mutex_);
        while (!is_finished()) {
            came_.wait_for(lock, kWatchEvery, [&] { return !ended_.empty() || is_finished(); });
            const std::vector<std::size_t> ended(ended_.begin(), ended_.end());
            ended_.clear();
            if (failure_) continue;
            const Standing standing = standing_now();
            lock.unlock();
            try {
                for (const std::size_t index : ended) visitor_.take(index);
                if (visitor_.watch) visitor_.watch(standing);
                lock.lock();
            } catch (...) {
                lock.lock();
                note_failure();
            }
        }
    }

    void rethrow() const {
        if (failure_) std::rethrow_exception(failure_);
    }

   private:
    void wait(std::unique_lock<std::mutex>& lock) {
        if (const auto until = turns_.next_pause_ends(); until && *until > Clock::now()) {
            turned_.wait_until(lock, *until);
        } else {
            turned_.wait(lock);
        }
    }

    void note_failure() {
        if (!failure_) failure_ = std::current_exception();
        turned_.notify_all();
    }

    [[nodiscard]] bool is_finished() const {
        return ended_.empty() && turns_.in_flight().empty() && (turns_.is_all_over() || failure_);
    }

    [[nodiscard]] Standing standing_now() const {
        const auto& in_flight = turns_.in_flight();
        Standing standing{turns_.count(), turns_.over(), in_flight.size(), {}};
        const auto first = std::min_element(in_flight.begin(), in_flight.end(),
                                            [](const auto& a, const auto& b) { return a.second < b.second; });
        if (first != in_flight.end()) {
            standing.longest = {first->first,
                                std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - first->second)};
        }
        return standing;
    }

    std::mutex mutex_;
    std::condition_variable turned_;  // for the threads: a turn may have come
    std::condition_variable came_;    // for the caller: a visit has ended
    Turns turns_;
    const Visitor& visitor_;
    std::deque<std::size_t> ended_;
    std::exception_ptr failure_;
    std::minstd_rand random_{std::random_device{}()};
    std::uniform_real_distribution<double> dice_{0.0, 1.0};
};

/// As many as the system gives, one at least. Throws std::system_error where it gives none.
template <class Work>
void hire(std::vector<std::jthread>& workers, std::size_t most, Work work) {
    workers.reserve(most);
    try {
        while (workers.size() < most) workers.emplace_back(work);
    } catch (const std::system_error&) {
        if (workers.empty()) throw;
    }
}

}  // namespace

void fan_out(Turns turns, const Visitor& visitor) {
    const std::size_t threads = std::min(turns.count(), turns.most_in_flight());
    Crew crew(std::move(turns), visitor);
    {
        std::vector<std::jthread> workers;
        hire(workers, threads, [&] { crew.work(); });
        crew.take_all();
    }
    crew.rethrow();
}

}  // namespace halfday
