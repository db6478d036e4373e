#include "cli/halfday/audit.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "cli/common/terminal.hpp"

namespace halfday {
namespace {

constexpr std::size_t kShownSilent = 8;

HostReports read_reports(const Path& path) {
    try {
        return parse_host_reports(read_file(path, kMostReportBytes));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::corrupt) {
            throw Error(ErrorKind::corrupt,
                        fmt::format("'{}' is not what hosts report: {}", printable(path.string()), error.what()),
                        "it is the file status/distributor/heads.json of the issuer box");
        }
        throw Error(error.kind(), error.what(), "each `halfday push` writes it; or name a copy of it by --heads");
    }
}

/// Lines of at most kMostExportLineBytes; the rest of a longer one is the next.
class LineReader {
   public:
    explicit LineReader(const Path& path) : file_(path, std::ios::binary) {
        if (!file_) {
            const int reason = errno;
            throw Error(
                reason == ENOENT ? ErrorKind::not_found : ErrorKind::io,
                fmt::format("cannot read '{}': {}", printable(path.string()), std::generic_category().message(reason)),
                "it is what `halfday ledger export > FILE` wrote on the issuer box");
        }
    }

    std::optional<std::string> next() {
        file_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
        const auto taken = static_cast<std::size_t>(file_.gcount());
        if (file_.bad() || (file_.eof() && taken == 0)) {
            return std::nullopt;
        }
        const bool has_end = !file_.eof() && !file_.fail();
        if (!file_.eof()) {
            file_.clear();
        }
        return buffer_.substr(0, has_end ? taken - 1 : taken);
    }

   private:
    std::ifstream file_;
    std::string buffer_ = std::string(kMostExportLineBytes + 1, '\0');
};

void add_notes(AuditReport& report, const HostReports& reports, const Testimony& testimony) {
    if (testimony.spoiled > 0) {
        report.notes.push_back(
            fmt::format("{} reported heads do not open: whoever carried them changed them", testimony.spoiled));
    }
    for (const LedgerOrigin& origin : report.facts.origins) {
        report.notes.push_back(fmt::format("this ledger was restored from a backup of the log {} up to row {}",
                                           printable(origin.head.log_id), origin.head.size));
    }
    if (reports.left_out > 0) {
        report.notes.push_back(fmt::format("{} hosts had no room in the reports", reports.left_out));
    }
    if (report.facts.key.empty()) {
        report.notes.emplace_back("the export's head is not signed: heads by any key were taken for the ledger's");
    }
}

std::string silent_hosts(const AuditReport& report) {
    std::string text;
    for (std::size_t index = 0; index < report.silent.size() && index < kShownSilent; ++index) {
        text += (index == 0 ? "" : ", ") + report.silent[index];
    }
    return report.silent.size() > kShownSilent ? text + ", …" : text;
}

ExportFacts read_export_file(const Path& path, const ExportQuestions& questions) {
    LineReader lines(path);
    try {
        return read_export([&] { return lines.next(); }, questions);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("'{}': {}", printable(path.string()), error.what()), error.hint());
    }
}

}  // namespace

AuditReport audit_files(const Path& exported, const Path& reports_file) {
    const HostReports reports = read_reports(reports_file);
    const Testimony testimony = open_reports(reports);
    AuditReport report;
    report.facts = read_export_file(exported, questions_of(testimony.witnesses));
    for (const Witness& witness : testimony.witnesses) {
        ++report.hosts;
        report.heads += witness.heads.size();
        report.serving += witness.serving.size();
        if (witness.heads.empty()) {
            report.silent.push_back(witness.host.text());
        }
    }
    report.findings = audit(report.facts, testimony.witnesses);
    add_notes(report, reports, testimony);
    return report;
}

std::string audit_text(const AuditReport& report) {
    std::string text = fmt::format("log {}: {} rows, head {}\n", printable(report.facts.head.log_id),
                                   report.facts.head.size, printable(report.facts.head.hash));
    text += fmt::format("held against {} heads and {} served certificates of {} hosts\n", report.heads, report.serving,
                        report.hosts);
    if (!report.silent.empty()) {
        text += fmt::format("no head from: {}\n", silent_hosts(report));
    }
    for (const std::string& note : report.notes) {
        text += fmt::format("note: {}\n", note);
    }
    if (report.findings.empty()) {
        return text + "no difference\n";
    }
    std::vector<std::vector<std::string>> table{{"DIFFERENCE", "HOST", "WHAT"}};
    for (const AuditFinding& finding : report.findings) {
        table.push_back(
            {std::string(to_text(finding.difference)), finding.host.empty() ? "-" : finding.host, finding.what});
    }
    return text + "\n" + format_table(table);
}

std::string audit_json(const AuditReport& report) {
    nlohmann::ordered_json findings = nlohmann::ordered_json::array();
    for (const AuditFinding& finding : report.findings) {
        findings.push_back(
            {{"difference", to_text(finding.difference)}, {"host", finding.host}, {"what", finding.what}});
    }
    const nlohmann::ordered_json document{{"log", report.facts.head.log_id}, {"size", report.facts.head.size},
                                          {"head", report.facts.head.hash},  {"key", report.facts.key},
                                          {"hosts", report.hosts},           {"heads", report.heads},
                                          {"serving", report.serving},       {"silent", report.silent},
                                          {"notes", report.notes},           {"findings", findings}};
    return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace halfday
