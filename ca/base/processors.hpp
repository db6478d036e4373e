#pragma once

#include <cstddef>
#include <functional>

namespace halfday {

/// Calls `work` on as many threads as there are processors, at most `most`, and returns when all have returned. `work`
/// must not throw.
void on_processors(std::size_t most, const std::function<void()>& work);

/// Calls `work(0)` … `work(count - 1)`, each once, on all processors, each of which takes `share` in a row at a time,
/// and returns when all have returned. `work` must not throw.
void in_parallel(std::size_t count, std::size_t share, const std::function<void(std::size_t)>& work);

}  // namespace halfday
