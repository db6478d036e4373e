// halfday-root log: what the root's key has signed, and whether the log is whole. None of it needs the key.

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/root/ceremony_log.hpp"
#include "ca/root/log_check.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/commands.hpp"

namespace halfday {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;
using Records = std::vector<LoggedRecord>;

constexpr std::size_t kShownDigits = 12;  // of a serial
constexpr std::size_t kMostNoteBytes = 1000;

Records require_log(const Path& log, const char* hint = "name the root's folder with --state") {
    Records records = read_log(log);
    if (records.empty()) {
        throw Error(ErrorKind::not_found, fmt::format("there is no record in '{}'", log.string()), hint);
    }
    return records;
}

/// A folder without a root has no log either, and that is what to say.
Records require_roots_log(const RootFolder& folder) {
    Records records = read_log(folder.log());
    if (records.empty()) {
        const Certificate root = read_root(folder);
        require_whole_log(folder, root);
    }
    return records;
}

/// What a record is about, a row each: what, its serial or number, and until when.
std::vector<Row> subjects_of(const LoggedRecord& record) {
    std::vector<Row> rows;
    for (const LoggedCertificate& each : record.certificates) {
        rows.push_back(
            {printable(each.subject), printable(each.serial).substr(0, kShownDigits), format_time(each.not_after)});
    }
    if (record.crl) {
        rows.push_back({"CRL", std::to_string(record.crl->number), format_time(record.crl->next_update)});
    }
    if (rows.empty()) {
        rows.push_back({"", "", ""});
    }
    return rows;
}

std::string remarks_on(const LoggedRecord& record) {
    std::vector<std::string> remarks;
    if (!record.note.empty()) {
        remarks.push_back(printable(record.note));
    }
    if (record.release == Release::withheld) {
        remarks.emplace_back("withheld");
    }
    for (const std::string& finding : record.network) {
        remarks.push_back(printable(finding));
    }
    if (!record.signed_by) {
        remarks.emplace_back("not signed");
    }
    return Refusal{remarks}.text();
}

void print_table(const Records& records) {
    std::vector<Row> table{{"RECORD", "TIME", "COMMAND", "SUBJECT", "SERIAL", "VALID UNTIL", "REMARKS"}};
    for (const LoggedRecord& record : records) {
        Row before{std::to_string(record.number), format_time(record.at), printable(record.command)};
        std::string remarks = remarks_on(record);
        for (const Row& subject : subjects_of(record)) {
            Row row = before;
            row.insert(row.end(), subject.begin(), subject.end());
            row.push_back(remarks);
            table.push_back(row);
            before = {"", "", ""};
            remarks = "";
        }
    }
    fmt::print("{}", format_table(table));
}

Json json_of(const Records& records) {
    Json list = Json::array();
    for (const LoggedRecord& record : records) {
        list.push_back(Json::parse(record.line));
    }
    return {{"records", list}};
}

struct Verified {
    std::int64_t records;
    std::string head;
    LogCheck check;
};

void print_verified(const Verified& verified, const Path& log, Form form) {
    if (form == Form::json) {
        fmt::print("{}\n", Json{{"log", log.string()},
                                {"records", verified.records},
                                {"signed_up_to", verified.check.signed_up_to},
                                {"head", verified.head},
                                {"faults", verified.check.faults}}
                               .dump(2));
        return;
    }
    fmt::print("{}", format_facts({{"log", log.string()},
                                   {"records", std::to_string(verified.records)},
                                   {"signed up to", "record " + std::to_string(verified.check.signed_up_to)},
                                   {"head", verified.head}}));
}

}  // namespace

int run_log(const RootFolder& folder, Form form) {
    const Records records = require_roots_log(folder);
    if (form == Form::json) {
        fmt::print("{}\n", json_of(records).dump(2));
    } else {
        print_table(records);
    }
    return kDone;
}

int run_log_verify(const LogVerifyOptions& options, Form form) {
    const Path log = options.log.empty() ? options.folder.log() : options.log;
    const std::vector<Certificate> roots{
        options.root.empty() ? read_root(options.folder)
                             : Certificate::parse_pem(read_file(options.root, Certificate::kMostBytes))};
    const Records records = require_log(log);
    Verified verified{static_cast<std::int64_t>(records.size()), line_hash(records.back().line),
                      check_log(records, roots)};
    if (!options.against.empty()) {
        if (const Verdict verdict = check_against(
                records, require_log(options.against, "--against wants what halfday-root log export wrote"), roots)) {
            auto& faults = verified.check.faults;
            faults.insert(faults.end(), verdict->reasons.begin(), verdict->reasons.end());
        }
    }
    print_verified(verified, log, form);
    if (!verified.check.faults.empty()) {
        print_error(kProgram, "the ceremony log does not hold: " + Refusal{verified.check.faults}.text(), kLogHint);
        return kFailed;
    }
    if (records.front().command == kBeginCommand) {
        print_warning(kProgram,
                      "it does not go back to the first ceremony: " + printable(records.front().note, kMostNoteBytes));
    }
    if (verified.check.signed_up_to < verified.records) {
        print_warning(kProgram,
                      fmt::format("what comes after record {} is not signed: it could have been changed or cut off",
                                  verified.check.signed_up_to),
                      "the next use of the root's key signs it");
    }
    return kDone;
}

int run_log_export(const RootFolder& folder, const Path& out) {
    std::string content;
    for (const LoggedRecord& record : require_roots_log(folder)) {
        content += record.line + "\n";
    }
    write_new(out, content, Access{0644});
    return kDone;
}

}  // namespace halfday
