#include "ca/exchange/cache_bytes.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <exception>

namespace halfday {
namespace {

constexpr std::size_t kMostCacheBytes = 256 * 1024 * 1024;  // an inventory of 100,000 hosts: 31 MB

}  // namespace

std::string read_cache(const Path& cache) noexcept {
    struct stat status {};
    if (cache.empty() || ::lstat(cache.c_str(), &status) != 0 || !S_ISREG(status.st_mode) ||
        status.st_uid != ::geteuid() || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return "";
    }
    try {
        return read_file(cache, kMostCacheBytes);
    } catch (const std::exception&) {
        return "";
    }
}

void write_cache(const Path& cache, std::string_view bytes) noexcept {
    try {
        replace_file(cache, bytes);
    } catch (const std::exception&) {
        return;
    }
}

}  // namespace halfday
