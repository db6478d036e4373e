#pragma once

#include <cstddef>
#include <functional>

namespace halfday {

/// Calls `work(0)` … `work(count - 1)`, each once, on as many threads as there are processors (fewer when there is
/// little to do), and returns when all have returned. `work` must not throw.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace halfday
