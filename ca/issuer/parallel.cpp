#include "ca/issuer/parallel.hpp"

#include <algorithm>
#include <atomic>

namespace halfday {
namespace {

constexpr std::size_t kLeastShare = 4;  // of a thread: less is not worth starting one

}  // namespace

void on_processors(std::size_t most, const std::function<void()>& work) {
    const std::size_t processors = std::max<std::size_t>(1, std::thread::hardware_concurrency());
    std::vector<std::jthread> others;
    for (std::size_t started = 1; started < std::min(processors, most); ++started) {
        others.emplace_back(work);
    }
    work();
}

void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    on_processors(count / kLeastShare + 1, [&] {
        for (std::size_t at = next++; at < count; at = next++) {
            work(at);
        }
    });
}

}  // namespace halfday
