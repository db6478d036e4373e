#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace halfday {

/// What `visit(0)` to `visit(count - 1)` return, each handed to `take` as it comes, by the thread that called. At most
/// `parallel` visits, each in a thread, run at a time. When one throws, or `take` does, no new ones begin, and the
/// first exception leaves when those that run have ended; a visit that fails on its own returns that as a value.
template <class Visit, class Take>
void visit_all(std::size_t count, std::size_t parallel, Visit visit, Take take) {
    using Result = decltype(visit(std::size_t{0}));
    std::mutex mutex;
    std::condition_variable came;
    std::deque<Result> results;
    std::exception_ptr failure;
    std::size_t next = 0;
    std::size_t busy = std::min(count, std::max<std::size_t>(parallel, 1));

    const auto work = [&] {
        std::unique_lock lock(mutex);
        while (next < count && !failure) {
            const std::size_t index = next++;
            lock.unlock();
            try {
                Result result = visit(index);
                lock.lock();
                results.push_back(std::move(result));
            } catch (...) {
                if (!lock) lock.lock();
                if (!failure) failure = std::current_exception();
            }
            came.notify_one();
        }
        --busy;
        came.notify_one();
    };
    std::vector<std::jthread> workers;
    for (std::size_t i = busy; i > 0; --i) workers.emplace_back(work);

    std::unique_lock lock(mutex);
    for (;;) {
        came.wait(lock, [&] { return busy == 0 || !results.empty(); });
        if (results.empty()) break;
        Result result = std::move(results.front());
        results.pop_front();
        if (failure) continue;
        lock.unlock();
        try {
            take(std::move(result));
            lock.lock();
        } catch (...) {
            lock.lock();
            failure = std::current_exception();
        }
    }
    lock.unlock();
    workers.clear();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace halfday
