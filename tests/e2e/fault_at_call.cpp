// Preloaded into a program by the tests of faults: the FAULT_AT-th of its calls that change a file, in whichever
// thread, fails as FAULT says. They are counted from when the program takes its lock, since libfaketime makes some
// before.
//
//   FAULT=kill     the process dies, with half of what it was to write
//   FAULT=28       the call fails with this errno (28: ENOSPC), once
//   FAULT=28+      so does each one after it
//   FAULT_CALLS="rename unlink"    counts these alone; any renameat is a rename, any pwrite a write

#include <dlfcn.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <string_view>

namespace {

std::atomic<bool> locked{false};
std::atomic<int> calls{0};

template <class Call>
Call real(const char* name) {
    return reinterpret_cast<Call>(::dlsym(RTLD_NEXT, name));
}

std::string_view setting(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

[[noreturn]] void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;) {
        ::pause();
    }
}

/// Whether this call is to fail; errno is set then. `half` does half of its work before death.
template <class Half>
bool fails(const char* name, Half half) {
    const std::string_view counted = setting("FAULT_CALLS");
    if (!locked || (!counted.empty() && counted.find(name) == std::string_view::npos)) {
        return false;
    }
    const int call = ++calls;
    const std::string_view fault = setting("FAULT");
    const int at = std::atoi(setting("FAULT_AT").data());
    const bool lasting = fault.ends_with('+');
    if (at == 0 || fault.empty() || !(call == at || (lasting && call > at))) {
        return false;
    }
    if (fault == "kill") {
        half();
        die();
    }
    errno = std::atoi(fault.data());
    return true;
}

constexpr auto kNothing = [] {};

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming,readability-inconsistent-declaration-parameter-name)
extern "C" {

int flock(int file, int operation) noexcept {
    locked = true;
    return real<int (*)(int, int)>("flock")(file, operation);
}

ssize_t write(int file, const void* bytes, size_t size) {
    const auto call = real<ssize_t (*)(int, const void*, size_t)>("write");
    return fails("write", [&] { call(file, bytes, size / 2); }) ? -1 : call(file, bytes, size);
}

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
    const auto call = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
    return fails("write", [&] { call(file, bytes, size / 2, at); }) ? -1 : call(file, bytes, size, at);
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) { return pwrite64(file, bytes, size, at); }

int fsync(int file) { return fails("fsync", kNothing) ? -1 : real<int (*)(int)>("fsync")(file); }

int fdatasync(int file) { return fails("fsync", kNothing) ? -1 : real<int (*)(int)>("fdatasync")(file); }

int syncfs(int file) noexcept { return fails("fsync", kNothing) ? -1 : real<int (*)(int)>("syncfs")(file); }

int ftruncate64(int file, off64_t size) noexcept {
    return fails("ftruncate", kNothing) ? -1 : real<int (*)(int, off64_t)>("ftruncate64")(file, size);
}

int ftruncate(int file, off_t size) noexcept { return ftruncate64(file, size); }

int rename(const char* from, const char* to) noexcept {
    return fails("rename", kNothing) ? -1 : real<int (*)(const char*, const char*)>("rename")(from, to);
}

int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
    const auto call = real<int (*)(int, const char*, int, const char*)>("renameat");
    return fails("rename", kNothing) ? -1 : call(from_folder, from, to_folder, to);
}

int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) noexcept {
    const auto call = real<int (*)(int, const char*, int, const char*, unsigned)>("renameat2");
    return fails("rename", kNothing) ? -1 : call(from_folder, from, to_folder, to, flags);
}

int mkdir(const char* path, mode_t mode) noexcept {
    const bool changes = ::access(path, F_OK) != 0;
    return changes && fails("mkdir", kNothing) ? -1 : real<int (*)(const char*, mode_t)>("mkdir")(path, mode);
}

int unlink(const char* path) noexcept {
    return fails("unlink", kNothing) ? -1 : real<int (*)(const char*)>("unlink")(path);
}

int unlinkat(int folder, const char* path, int flags) noexcept {
    return fails("unlink", kNothing) ? -1 : real<int (*)(int, const char*, int)>("unlinkat")(folder, path, flags);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming,readability-inconsistent-declaration-parameter-name)
