#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/snapshot.hpp"

namespace halfday {

/// Takes JSON apart that has the very form in which JsonWriter writes it: members in their order, no white space, texts
/// without escapes. Anything else makes it fail, for good, and is for parse_json to judge.
class JsonScan {
   public:
    explicit JsonScan(std::string_view json) : rest_(json) {}

    /// Whether `literal` is next; takes it if so.
    bool take(std::string_view literal) {
        if (!rest_.starts_with(literal)) return false;
        rest_.remove_prefix(literal.size());
        return true;
    }
    void need(std::string_view literal) { failed_ = !take(literal) || failed_; }
    /// The rest of a text of at most `most` bytes, after its opening quote.
    std::string_view text(std::size_t most) {
        std::size_t size = 0;
        while (size < rest_.size() && is_plain(rest_[size])) ++size;
        if (size > most || size == rest_.size() || rest_[size] != '"') return fail();
        const std::string_view taken = rest_.substr(0, size);
        rest_.remove_prefix(size + 1);
        return taken;
    }
    std::int64_t number() {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        const std::string_view digits = rest_.substr(0, static_cast<std::size_t>(end - rest_.data()));
        const bool is_odd = (digits.size() > 1 && digits.front() == '0') || digits.starts_with("-0");
        if (error != std::errc{} || is_odd || digits.size() > kMostDigits) {
            fail();
            return 0;
        }
        rest_.remove_prefix(digits.size());
        return value;
    }
    Time time() {
        const std::int64_t value = number();
        if (value < 0 || value > kEndOfYear9999) fail();
        return Time{Seconds{value}};
    }
    /// Nothing when `literal` (the member's name) is not next.
    std::optional<Time> time_after(std::string_view literal) {
        return take(literal) ? std::optional(time()) : std::nullopt;
    }
    std::string_view fail() {
        failed_ = true;
        return {};
    }
    [[nodiscard]] bool failed() const { return failed_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }

   private:
    static constexpr std::size_t kMostDigits = 15;  // below 2^53
    static constexpr std::int64_t kEndOfYear9999 = 253402300799;
    static bool is_plain(char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; }

    std::string_view rest_;
    bool failed_ = false;
};

/// What write_counts wrote at a snapshot's end; nothing of it where it is not next.
[[nodiscard]] RunCounts scan_run_counts(JsonScan& in);

/// What parse_issuer_snapshot and parse_distributor_snapshot make of a snapshot that our own programs wrote of ordinary
/// hosts, in a tenth of the time and without a tree in memory. Nothing for any other: it may be good or bad.
[[nodiscard]] std::optional<IssuerSnapshot> scan_issuer_snapshot(std::string_view json);
[[nodiscard]] std::optional<DistributorSnapshot> scan_distributor_snapshot(std::string_view json);
/// Of a distributor's, which may say other things that its parser would refuse, what each host serves.
[[nodiscard]] std::optional<std::vector<ServingEntry>> scan_serving(std::string_view json);

}  // namespace halfday
