#include "ca/root/ceremony_log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "ca/base/error.hpp"
#include "ca/root/log_check.hpp"

namespace halfday {
namespace {

constexpr const char* kHint = "bring the log back from its newest export";

LoggedRecord record_in(const Path& log, std::string_view line, std::size_t number) {
    try {
        return parse_record(line);
    } catch (const Error& error) {
        throw Error(ErrorKind::corrupt,
                    fmt::format("ceremony log '{}', line {}: {}", log.string(), number, error.what()), kHint);
    }
}

void append(const Path& log, const CeremonyRecord& record, const PrivateKey* key) {
    const std::vector<LoggedRecord> before = read_log(log);
    if (const Verdict verdict = check_chain(before)) {
        throw Error(ErrorKind::corrupt, fmt::format("ceremony log '{}': {}", log.string(), verdict->text()), kHint);
    }
    std::string content;
    for (const LoggedRecord& each : before) {
        content += each.line + "\n";
    }
    const std::string previous = before.empty() ? log_genesis() : line_hash(before.back().line);
    content += to_line(record, static_cast<std::int64_t>(before.size()) + 1, previous, key) + "\n";
    if (content.size() > kMostLogBytes) {
        throw Error(ErrorKind::io, fmt::format("ceremony log '{}' is full: {} bytes", log.string(), kMostLogBytes));
    }
    replace_file(log, content, Access{0600});
}

}  // namespace

std::vector<LoggedRecord> read_log(const Path& log) {
    const std::string content = read_file_if_there(log, kMostLogBytes).value_or("");
    std::vector<LoggedRecord> records;
    std::string_view rest = content;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) {
            throw Error(ErrorKind::corrupt,
                        fmt::format("ceremony log '{}', line {}: it is cut short", log.string(), records.size() + 1),
                        kHint);
        }
        records.push_back(record_in(log, rest.substr(0, end), records.size() + 1));
        rest.remove_prefix(end + 1);
    }
    return records;
}

void append_record(const Path& log, const CeremonyRecord& record, const PrivateKey& key) { append(log, record, &key); }

void append_unsigned(const Path& log, const CeremonyRecord& record) { append(log, record, nullptr); }

void begin_log(const Path& log, const CeremonyRecord& record, const PrivateKey& key) {
    replace_file(log, to_line(record, 1, log_genesis(), &key) + "\n", Access{0600});
}

std::optional<Certificate> recorded_root(const Path& log) {
    for (const LoggedRecord& record : read_log(log)) {
        if (record.command == "init" && !record.certificates.empty() && record.certificates.front().certificate) {
            return record.certificates.front().certificate;
        }
    }
    return std::nullopt;
}

}  // namespace halfday
