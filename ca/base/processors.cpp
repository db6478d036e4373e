#include "ca/base/processors.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace halfday {

void on_processors(std::size_t most, const std::function<void()>& work) {
    const std::size_t processors = std::max<std::size_t>(1, std::thread::hardware_concurrency());
    std::vector<std::jthread> others;
    for (std::size_t started = 1; started < std::min(processors, most); ++started) {
        others.emplace_back(work);
    }
    work();
}

void in_parallel(std::size_t count, std::size_t share, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    on_processors((count + share - 1) / share, [&] {
        for (std::size_t begin = next.fetch_add(share); begin < count; begin = next.fetch_add(share)) {
            for (std::size_t at = begin; at < std::min(begin + share, count); ++at) work(at);
        }
    });
}

}  // namespace halfday
