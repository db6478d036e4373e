#pragma once

#include <cstddef>
#include <functional>

namespace halfday {

/// How many threads work is worth: as many as there are processors for what computes, more for what waits for a disk,
/// which syncs many files in little more time than one.
enum class Waits { for_processor, for_disk };

/// Calls `work(0)` … `work(count - 1)`, each once, on several threads (fewer when there is little to do), and returns
/// when all have returned. `work` must not throw.
void in_parallel(std::size_t count, Waits waits, const std::function<void(std::size_t)>& work);

}  // namespace halfday
