#pragma once

#include <optional>
#include <string>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"
#include "ca/root/airgap.hpp"
#include "ca/x509/certificate.hpp"

namespace halfday {

// The ceremony log: what the root's key has signed, one JSON object a line, oldest first, never changed. Its home is
// ceremony_log.cpp.

/// Whether what was signed was given out. It is withheld when a network came up while the key was open.
enum class Release { released, withheld };

/// One use of the root's key.
struct CeremonyRecord {
    Time at;
    std::string command;  // "init" or "sign"
    Certificate certificate;
    NetworkFindings network;  // before and after
    Release release = Release::released;
};

/// The line, without its end. Only a released certificate is in it as a whole.
[[nodiscard]] std::string to_line(const CeremonyRecord& record);

/// Adds a record; it is on disk before the certificate leaves the program. Throws Error{io}; the log is then as it was.
void append_record(const Path& log, const CeremonyRecord& record);

/// The certificate that "init" recorded, or nothing. Throws Error{corrupt} with the line's number.
[[nodiscard]] std::optional<Certificate> recorded_root(const Path& log);

}  // namespace halfday
