#include "ca/issuer/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace halfday {
namespace {

constexpr std::size_t kLeastShare = 4;  // of a thread: less is not worth starting one

}  // namespace

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    const auto take = [&] {
        for (std::size_t at = next++; at < count; at = next++) {
            work(at);
        }
    };
    const std::size_t most_threads = std::max<std::size_t>(1, std::thread::hardware_concurrency());
    const std::size_t others = std::min(most_threads, count / kLeastShare + 1) - 1;
    std::vector<std::jthread> threads;
    threads.reserve(others);
    for (std::size_t started = 0; started < others; ++started) {
        threads.emplace_back(take);
    }
    take();
}

}  // namespace halfday
