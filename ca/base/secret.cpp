// Each secret has pages of its own, so that locking, leaving out of dumps and clearing touch nothing else.
#include "ca/base/secret.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

std::size_t whole_pages(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return (bytes + page - 1) / page * page;
}

}  // namespace

Secret::Secret(std::size_t capacity) {
    if (capacity == 0) {
        return;
    }
    void* const pages =
        ::mmap(nullptr, whole_pages(capacity), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        throw_errno("no memory for a secret");
    }
    // Both are best effort: RLIMIT_MEMLOCK may be small, and core dumps are off besides (harden_process).
    static_cast<void>(::mlock(pages, whole_pages(capacity)));
    static_cast<void>(::madvise(pages, whole_pages(capacity), MADV_DONTDUMP));
    data_ = static_cast<char*>(pages);
    capacity_ = capacity;
}

Secret::~Secret() {
    if (data_ != nullptr) {
        ::explicit_bzero(data_, capacity_);
        ::munmap(data_, whole_pages(capacity_));
    }
}

Secret Secret::copy_of(std::string_view bytes) {
    Secret secret(bytes.size());
    if (secret.data_ != nullptr) {
        std::memcpy(secret.data_, bytes.data(), bytes.size());
        secret.size_ = bytes.size();
    }
    return secret;
}

void Secret::resize(std::size_t size) {
    if (size > capacity_) {
        throw std::length_error("a secret is longer than the memory set aside for it");
    }
    if (size < size_) {
        ::explicit_bzero(data_ + size, size_ - size);
    }
    size_ = size;
}

}  // namespace halfday
