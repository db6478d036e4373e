#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/exchange/host_report.hpp"
#include "ca/exchange/ledger_export.hpp"

namespace halfday {

/// How an exported ledger and what the hosts saw of it can differ.
enum class Difference {
    damaged,         // the export contradicts itself
    rewritten,       // a host saw another row where the export has one
    truncated,       // a host saw more rows than the export has: cut off, an older backup, or exported before
    lost,            // a host saw more rows of a log than the backup had that this ledger was restored from
    forked,          // two hosts (or one, at two times) saw different rows at one size
    other_log,       // a host saw another log: the ledger was begun anew, or is another issuer's
    other_key,       // a head of this log was signed by another key
    unknown_serial,  // a host serves a certificate that is not in the export
};
[[nodiscard]] std::string_view to_text(Difference difference);

struct AuditFinding {
    Difference difference = Difference::damaged;
    std::string host;  // or several, "" for the export's own
    std::string what;
};

/// What the hosts saw, opened.
struct Witness {
    HostName host;
    std::vector<SignedHead> heads;
    std::vector<std::string> serving;
};

struct Testimony {
    std::vector<Witness> witnesses;
    int spoiled = 0;  // heads that do not open and are left out: whoever carried them changed them
};
[[nodiscard]] Testimony open_reports(const HostReports& reports);

/// What of an export is needed to hold it against these.
[[nodiscard]] ExportQuestions questions_of(const std::vector<Witness>& witnesses);

/// Every difference, each told once: where hosts contradict each other at one size that is a fork, and not also
/// a rewriting. A head by another key than the export's is compared no further, since anybody can make a key.
[[nodiscard]] std::vector<AuditFinding> audit(const ExportFacts& facts, const std::vector<Witness>& witnesses);

}  // namespace halfday
