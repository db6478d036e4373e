#include "ca/exchange/cache_bytes.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <exception>
#include <tuple>

namespace halfday {
namespace {

constexpr std::size_t kMostCacheBytes = 256 * 1024 * 1024;  // an inventory of 100,000 hosts: 31 MB

}  // namespace

std::optional<std::string_view> cache_content(std::string_view bytes, std::string_view magic) {
    constexpr std::size_t kSumBytes = std::tuple_size_v<Sha256>;
    if (!bytes.starts_with(magic) || bytes.size() < magic.size() + kSumBytes) {
        return std::nullopt;
    }
    const std::size_t end = bytes.size() - kSumBytes;
    const Sha256 sum = sha256(bytes.substr(0, end));
    if (std::memcmp(sum.data(), bytes.data() + end, kSumBytes) != 0) {
        return std::nullopt;
    }
    return bytes.substr(magic.size(), end - magic.size());
}

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
