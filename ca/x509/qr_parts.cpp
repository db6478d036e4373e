#include "ca/x509/qr_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include "ca/base/error.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr std::string_view kStart = "HALFDAY:1:";
constexpr std::size_t kHashDigits = 32;
constexpr std::size_t kPartBytes = 264;  // with its line a code of version 11 with the lowest error correction
constexpr std::size_t kMostParts = kMostQrBytes / kPartBytes + 1;

struct Part {
    std::string file;
    std::size_t number = 0;
    std::size_t count = 0;
    std::string text;
};

std::string file_hash(std::string_view text) { return sha256_hex(text).substr(0, kHashDigits); }

/// The number before `end`, which is taken from `text` with it.
std::optional<std::size_t> take_number(std::string_view& text, char end) {
    const std::size_t at = std::min(text.find(end), text.size());
    std::size_t value = 0;
    const char* const stop = text.data() + at;
    const auto [read, error] = std::from_chars(text.data(), stop, value);
    if (at == text.size() || error != std::errc{} || read != stop) {
        return std::nullopt;
    }
    text.remove_prefix(at + 1);
    return value;
}

/// The part that `rest` begins with after kStart; what it is of is taken from `rest`.
std::optional<Part> take_part(std::string_view& rest) {
    std::string_view text = rest;
    if (text.size() <= kHashDigits || text[kHashDigits] != ':') {
        return std::nullopt;
    }
    Part part{std::string(text.substr(0, kHashDigits)), 0, 0, {}};
    text.remove_prefix(kHashDigits + 1);
    const auto number = take_number(text, ':');
    const auto count = number ? take_number(text, ':') : std::nullopt;
    const auto bytes = count ? take_number(text, '\n') : std::nullopt;
    if (!bytes || *number < 1 || *number > *count || *count > kMostParts || *bytes > text.size()) {
        return std::nullopt;
    }
    part.number = *number;
    part.count = *count;
    part.text = text.substr(0, *bytes);
    text.remove_prefix(*bytes);
    rest = text;
    return part;
}

std::vector<Part> parts_in(std::string_view scanned) {
    std::vector<Part> parts;
    for (std::size_t at = scanned.find(kStart); at != std::string_view::npos; at = scanned.find(kStart)) {
        scanned.remove_prefix(at + kStart.size());
        if (auto part = take_part(scanned)) {
            parts.push_back(std::move(*part));
        }
    }
    return parts;
}

std::string missing_of(const std::map<std::size_t, std::string>& found, std::size_t count) {
    std::vector<std::size_t> missing;
    for (std::size_t number = 1; number <= count; ++number) {
        if (!found.contains(number)) {
            missing.push_back(number);
        }
    }
    return missing.empty() ? "" : fmt::format("of {} codes these are missing: {}", count, fmt::join(missing, ", "));
}

}  // namespace

std::vector<std::string> split_for_qr(std::string_view text) {
    if (text.empty() || text.size() > kMostQrBytes) {
        throw Error(ErrorKind::usage, fmt::format("a file of {} bytes can't be shown as QR codes", text.size()),
                    fmt::format("it has 1 to {}", kMostQrBytes));
    }
    if (!std::all_of(text.begin(), text.end(), [](char at) { return (at >= ' ' && at <= '~') || at == '\n'; })) {
        throw Error(ErrorKind::usage, "only text of printable ASCII can be shown as QR codes",
                    "PEM files and the ceremony log are such text");
    }
    const std::string file = file_hash(text);
    const std::size_t count = (text.size() + kPartBytes - 1) / kPartBytes;
    std::vector<std::string> codes;
    for (std::size_t number = 1; number <= count; ++number) {
        const std::string_view part = text.substr((number - 1) * kPartBytes, kPartBytes);
        codes.push_back(fmt::format("{}{}:{}:{}:{}\n{}", kStart, file, number, count, part.size(), part));
    }
    return codes;
}

Decision<std::string> join_qr(std::string_view scanned) {
    const std::vector<Part> parts = parts_in(scanned);
    if (parts.empty()) {
        return Refusal{{"there is no code of 'halfday-root qr' in it"}};
    }
    std::map<std::size_t, std::string> found;
    for (const Part& part : parts) {
        if (part.file != parts.front().file || part.count != parts.front().count) {
            return Refusal{{"there are codes of more than one file in it"}};
        }
        found.emplace(part.number, part.text);
    }
    if (std::string missing = missing_of(found, parts.front().count); !missing.empty()) {
        return Refusal{{std::move(missing)}};
    }
    std::string text;
    for (const auto& [number, part] : found) {
        text += part;
    }
    if (file_hash(text) != parts.front().file) {
        return Refusal{{"the codes were not read as they were shown"}};
    }
    return text;
}

}  // namespace halfday
