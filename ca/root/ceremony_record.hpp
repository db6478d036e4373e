#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/root/airgap.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

// A record of the ceremony log: one JSON object in one line. It is bound to the record before by its SHA-256, and where
// the root's key was open it is signed, which makes it a head of the log: nothing up to it can be changed unseen.

/// Whether what was signed was given out. It is withheld when a network came up while the key was open.
enum class Release { released, withheld };

/// A CRL that the root's key has signed.
struct RecordedCrl {
    std::uint64_t number = 0;
    Time next_update;
    std::string pem;
    bool operator==(const RecordedCrl&) const = default;
};

/// One use of the root's key, or an event that has none.
struct CeremonyRecord {
    Time at;
    std::string command;  // "init", "sign", "rotate", "revoke", "crl", …
    std::vector<Certificate> certificates = {};
    std::optional<RecordedCrl> crl = {};
    std::string note = {};         // what else there is to say, for people
    NetworkFindings network = {};  // before and after
    Release release = Release::released;
};

/// What a record says of a certificate. Only one that was released is in it as a whole.
struct LoggedCertificate {
    std::string subject;
    std::string serial;
    std::string sha256;
    Time not_before;
    Time not_after;
    std::optional<Certificate> certificate;
};

/// A record as the log has it.
struct LoggedRecord {
    std::int64_t number = 0;  // from 1, without gaps
    Time at;
    std::string command;
    std::vector<LoggedCertificate> certificates;
    std::optional<RecordedCrl> crl;  // its `pem` is empty when it was withheld
    std::string note;
    NetworkFindings network;
    Release release = Release::released;
    std::string previous;                  // the line_hash before it
    std::string line;                      // as it is in the log, without its end
    std::string head;                      // what is signed; see head_text
    std::optional<Fingerprint> signed_by;  // nothing: it waits for the next record that is signed
    std::string signature;
};

/// What the first record is bound to.
[[nodiscard]] std::string log_genesis();
/// SHA-256 of the whole line, its signature included: what the next record is bound to.
[[nodiscard]] std::string line_hash(std::string_view line);
/// What the root's key signs: "halfday ceremony log", the record's number and the SHA-256 of its line without the
/// signature, each in a line. No certificate and no CRL begins like this.
[[nodiscard]] std::string head_text(std::int64_t number, std::string_view unsigned_line);

/// The line, without its end. With a key it is signed. Throws Error{io}.
[[nodiscard]] std::string to_line(const CeremonyRecord& record, std::int64_t number, std::string_view previous,
                                  const PrivateKey* key);
/// Throws Error{corrupt} for anything that to_line has not made.
[[nodiscard]] LoggedRecord parse_record(std::string_view line);

}  // namespace halfday
