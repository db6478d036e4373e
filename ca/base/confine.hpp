#pragma once

#include <vector>

#include "ca/base/file.hpp"

namespace halfday {

enum class FolderUse { read, write };

/// A folder that a process still needs, and all below it.
struct NeededFolder {
    Path path;
    FolderUse use = FolderUse::read;
};

/// From here on this thread and those that it starts can open, make, rename and remove files below `needed` alone, and
/// what is open already: Landlock, from its second version on. A folder that is missing is left out. Sets no_new_privs.
/// False where the kernel has none: then nothing changed. Throws Error{io}.
bool confine_to_folders(const std::vector<NeededFolder>& needed);

}  // namespace halfday
