#include "ca/issuer/ledger.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <optional>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/general_name.hpp"
#include "ca/exchange/host_lookup.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/ledger_export.hpp"
#include "ca/issuer/archive_search.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/ledger_key.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"

namespace halfday {
namespace {

constexpr std::size_t kShownDigits = 12;  // of a serial; `ledger show` takes as many or as few
constexpr mode_t kExportMode = 0644;      // there is nothing secret in it

Ledger open_ledger(const IssuerOptions& options, std::string_view command) {
    require_owner_runs(options.places, command);
    return Ledger::open(IssuerFiles(options.places).ledger());
}

/// "2d" is two days back from now.
std::optional<Time> parse_moment(const std::string& text, const char* option, Time now) {
    if (text.empty()) {
        return std::nullopt;
    }
    try {
        return text.back() == 'Z' ? parse_time(text) : now - parse_duration(text);
    } catch (const Error& error) {
        throw Error(ErrorKind::usage, fmt::format("{}: {}", option, error.what()),
                    "give a time such as 2026-11-24T11:26:39Z, or how long ago it was, such as 2d");
    }
}

LedgerQuery query_of(const LedgerListOptions& list, Time now) {
    LedgerQuery query{.serial = list.serial, .most = list.limit + 1};
    if (!list.host.empty()) {
        query.host = HostName::parse(list.host);
    }
    if (!list.name.empty()) {
        query.name = GeneralName::parse(list.name);
    }
    query.since = parse_moment(list.since, "--since", now);
    query.until = parse_moment(list.until, "--until", now);
    return query;
}

std::vector<LedgerRow> find_rows(const Ledger& ledger, LedgerQuery query, Searched searched) {
    std::vector<LedgerRow> rows = ledger.find(query);
    query.most -= static_cast<int>(rows.size());
    if (searched == Searched::archived && query.most > 0) {
        for (ArchivedRow& each : find_archived(ledger, query)) {
            rows.push_back(std::move(each.row));
        }
    }
    return rows;
}

void print_table(const std::vector<LedgerRow>& rows) {
    std::vector<std::vector<std::string>> table{{"ISSUED", "HOST", "ENTRY", "SERIAL", "VALID UNTIL", "NAMES"}};
    for (const LedgerRow& row : rows) {
        table.push_back({format_time(row.at), printable(row.host), printable(row.entry),
                         row.serial.substr(0, kShownDigits), format_time(row.not_after), join_names(row.names)});
    }
    fmt::print("{}", format_table(table));
}

std::int64_t archived_rows(const Ledger& ledger) {
    const auto archives = ledger.archives();
    return archives.empty() ? 0 : archives.back().rows.last;
}

std::vector<ArchivedRow> with_chains(const Ledger& ledger, const std::vector<LedgerRow>& rows) {
    std::vector<ArchivedRow> found;
    for (const LedgerRow& row : rows) {
        found.push_back({row, ledger.chain_pem(row.sequence)});
    }
    return found;
}

ArchivedRow only_row(const Ledger& ledger, const std::string& serial, Searched searched) {
    const LedgerQuery query{.serial = serial, .most = 2};
    std::vector<ArchivedRow> found = with_chains(ledger, ledger.find(query));
    if (found.empty() && searched == Searched::archived) {
        found = find_archived(ledger, query);
    }
    if (found.empty()) {
        const bool may_be_archived = searched == Searched::live && archived_rows(ledger) > 0;
        throw Error(ErrorKind::not_found, fmt::format("no serial in the ledger begins with '{}'", printable(serial)),
                    may_be_archived ? "it may be in an archive: --archived" : "halfday ledger list");
    }
    if (found.size() > 1) {
        throw Error(ErrorKind::usage, fmt::format("more than one serial begins with '{}'", printable(serial)),
                    "give more of its digits");
    }
    return found.front();
}

void print_row(const LedgerRow& row, const std::string& chain) {
    fmt::print("row:        {}\n", row.sequence);
    fmt::print("issued:     {}\n", format_time(row.at));
    fmt::print("host:       {}\n", printable(row.host));
    fmt::print("entry:      {}\n", printable(row.entry));
    fmt::print("serial:     {}\n", row.serial);
    fmt::print("valid:      {} to {}\n", format_time(row.not_before), format_time(row.not_after));
    fmt::print("names:      {}\n", join_names(row.names));
    fmt::print("request:    {} (SHA-256 {})\n", printable(row.request_id), row.request_sha256);
    fmt::print("{}", chain);
}

void write_out(const std::string& line) {
    if (std::fwrite(line.data(), 1, line.size(), stdout) != line.size()) {
        throw_errno("write the export to standard output");
    }
}

std::string signature_of(const LedgerHead& head, const std::optional<PrivateKey>& key, Time now) {
    return key ? sign_head(head, *key, now) : "";
}

}  // namespace

int run_ledger_list(const IssuerOptions& options, const LedgerListOptions& list, Time now) {
    const Ledger ledger = open_ledger(options, "ledger list");
    const LedgerQuery query = query_of(list, now);
    std::vector<LedgerRow> rows = find_rows(ledger, query, list.searched);
    if (rows.empty() && query.host && (list.searched == Searched::archived || archived_rows(ledger) == 0)) {
        const Inventory inventory = read_inventory(options.places.hosts());
        static_cast<void>(host_of(inventory, *query.host));  // or the name was mistyped
    }
    const bool has_more = rows.size() > static_cast<std::size_t>(list.limit);
    if (has_more) {
        rows.pop_back();
    }
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(rows));
    } else {
        print_table(rows);
    }
    if (has_more && options.form == Form::text) {
        fmt::print("these are the newest {}; there are more (--limit)\n", list.limit);
    } else if (const auto archived = archived_rows(ledger);
               archived > 0 && list.searched == Searched::live && options.form == Form::text) {
        fmt::print("rows 1 to {} are in archives, and were not searched (--archived)\n", archived);
    }
    return kDone;
}

int run_ledger_show(const IssuerOptions& options, const std::string& serial, Searched searched) {
    const auto [row, chain] = only_row(open_ledger(options, "ledger show SERIAL"), serial, searched);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(row, chain));
    } else {
        print_row(row, chain);
    }
    return kDone;
}

int run_ledger_export(const IssuerOptions& options, const Path& out, Time now) {
    const Ledger ledger = open_ledger(options, "ledger export");
    const std::optional<PrivateKey> key = find_ledger_key(options.places);
    std::string content;
    const auto put = [&](const std::string& line) {
        if (out.empty()) {
            write_out(line);
        } else {
            content += line;
        }
    };
    ledger.export_rows(
        [&](const LedgerHead& head) { put(export_line(head, signature_of(head, key, now), ledger.origins())); }, put);
    if (!out.empty()) {
        write_new(out, content, {.mode = kExportMode, .group = std::nullopt});
    } else if (std::fflush(stdout) != 0) {
        throw_errno("write the export to standard output");
    }
    return kDone;
}

int run_ledger_verify(const IssuerOptions& options) {
    const Ledger ledger = open_ledger(options, "ledger verify");
    const std::optional<PrivateKey> key = find_ledger_key(options.places);
    const LedgerVerification found{ledger.head(), key ? identity_text(key->public_key()) : "", ledger.verify(),
                                   head_fault(options.places, ledger)};
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(found));
    } else {
        fmt::print("log:  {}\nsize: {}\nhead: {}\nkey:  {}\n", found.head.log_id, found.head.size, found.head.hash,
                   found.key.empty() ? "none yet; the next issue makes it" : found.key);
        if (const auto archived = archived_rows(ledger); archived > 0) {
            fmt::print("archived: rows 1 to {}\n", archived);
        }
        for (const LedgerOrigin& origin : ledger.origins()) {
            fmt::print("from: log {}, up to row {}\n", origin.head.log_id, origin.head.size);
        }
    }
    if (found.fault) {
        print_error(kProgram, fmt::format("the ledger does not hold: {}", found.fault->text()), kDamagedLedgerHint);
    }
    if (found.head_fault) {
        print_error(kProgram, found.head_fault->what, found.head_fault->hint);
    }
    return found.fault || found.head_fault ? kFailed : kDone;
}

}  // namespace halfday
