#pragma once

#include <string>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/exchange/audit.hpp"

namespace halfday {

/// An audit, and what it was held against.
struct AuditReport {
    ExportFacts facts;
    std::size_t hosts = 0;
    std::size_t heads = 0;
    std::size_t serving = 0;
    std::vector<std::string> silent;  // hosts that report no head
    std::vector<std::string> notes;   // what the reports could not say
    std::vector<AuditFinding> findings;
};

/// Throws Error{not_found, io, corrupt} for either file.
[[nodiscard]] AuditReport audit_files(const Path& exported, const Path& reports);

[[nodiscard]] std::string audit_text(const AuditReport& report);
/// {"log", "size", "head", "key", "hosts", "heads", "serving", "silent": [HOST], "notes": [TEXT], "findings":
/// [{"difference", "host", "what"}]}
[[nodiscard]] std::string audit_json(const AuditReport& report);

}  // namespace halfday
