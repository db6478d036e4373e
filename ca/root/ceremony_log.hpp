#pragma once

#include <optional>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/root/ceremony_record.hpp"

namespace halfday {

// The ceremony log: all that the root's key has signed, a record a line (ceremony_record.hpp), oldest first, never
// changed. A copy of the file is an export of it.

constexpr std::size_t kMostLogBytes = 16 * 1024 * 1024;  // some thousand ceremonies

/// All records, in the file's order; none where there is no log. Their chain is not looked at: see log_check.hpp.
/// Throws Error{corrupt} with the line's number, also for a last line that has no end.
[[nodiscard]] std::vector<LoggedRecord> read_log(const Path& log);

/// Adds a record, signed with the root's key; it is on disk before what was signed leaves the program. The folder's
/// lock is held. Throws Error{io}, and Error{corrupt} when the log's chain is broken; the log is then as it was.
void append_record(const Path& log, const CeremonyRecord& record, const PrivateKey& key);
/// The same for an event that the root's key has no part in: the next record that is signed covers it.
void append_unsigned(const Path& log, const CeremonyRecord& record);

/// The command of a record that begins a log anew, since the one before was lost.
inline constexpr const char* kBeginCommand = "begin";
/// Puts a log with this one record in the place of whatever is there. Throws Error{io}.
void begin_log(const Path& log, const CeremonyRecord& record, const PrivateKey& key);

/// The certificate that "init" recorded and released, or nothing. Throws as read_log does.
[[nodiscard]] std::optional<Certificate> recorded_root(const Path& log);

}  // namespace halfday
