#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace halfday {

/// Bytes that must not be seen: a passphrase, a private key's PEM. Move-only, in memory that is locked where the limits
/// allow it and kept out of core dumps, cleared on destruction, and without a formatter, so that printing one
/// does not compile. Fixed capacity: it never reallocates and so leaves no copies.
class Secret {
   public:
    Secret() = default;
    explicit Secret(std::size_t capacity);
    /// Copies `bytes`; clearing the source is the caller's duty.
    [[nodiscard]] static Secret copy_of(std::string_view bytes);
    Secret(Secret&& other) noexcept { swap(other); }
    Secret& operator=(Secret&& other) noexcept {
        swap(other);
        return *this;
    }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    /// For the one call that needs the bytes. Valid as long as this object.
    [[nodiscard]] std::string_view reveal() const noexcept { return {data_, size_}; }
    [[nodiscard]] char* data() noexcept { return data_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
    [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
    /// `size` at most capacity(); bytes cut off are cleared. Throws std::length_error.
    void resize(std::size_t size);

   private:
    void swap(Secret& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }
    char* data_ = nullptr;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace halfday
