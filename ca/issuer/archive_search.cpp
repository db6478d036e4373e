#include "ca/issuer/archive_search.hpp"

#include <algorithm>
#include <deque>

#include "ca/exchange/ledger_export.hpp"
#include "ca/issuer/archive_file.hpp"

namespace halfday {
namespace {

/// What is in the line of each row that matches, so that few others have to be parsed.
std::vector<std::string> signs_of(const LedgerQuery& query) {
    std::vector<std::string> signs;
    if (query.host) {
        signs.push_back("\"" + query.host->text() + "\"");
    }
    if (query.name) {
        signs.push_back(query.name->text());
    }
    if (!query.serial.empty()) {
        signs.push_back("\"" + query.serial);
    }
    return signs;
}

bool has_all(const std::string& line, const std::vector<std::string>& signs) {
    return std::all_of(signs.begin(), signs.end(),
                       [&](const std::string& sign) { return line.find(sign) != std::string::npos; });
}

/// The archive's last `most` rows that match, the oldest first.
std::deque<ArchivedRow> last_matches(const LedgerArchive& archive, const LedgerQuery& query, std::size_t most) {
    const std::vector<std::string> signs = signs_of(query);
    std::deque<ArchivedRow> found;
    walk_archive(archive, [&](const std::string& line) {
        if (!has_all(line, signs)) {
            return;
        }
        ExportedRow row = parse_export_row(line);
        if (!matches(query, row.bound.row)) {
            return;
        }
        found.push_back({std::move(row.bound.row), std::move(row.chain)});
        if (found.size() > most) {
            found.pop_front();
        }
    });
    return found;
}

}  // namespace

bool matches(const LedgerQuery& query, const LedgerRow& row) {
    return (!query.host || query.host->text() == row.host) &&
           (!query.name || std::find(row.names.begin(), row.names.end(), *query.name) != row.names.end()) &&
           row.serial.starts_with(query.serial) && (!query.since || row.at >= *query.since) &&
           (!query.until || row.at <= *query.until);
}

std::vector<ArchivedRow> find_archived(const Ledger& ledger, const LedgerQuery& query) {
    const auto archives = ledger.archives();
    const auto most = static_cast<std::size_t>(query.most);
    std::vector<ArchivedRow> found;
    for (auto archive = archives.rbegin(); archive != archives.rend() && found.size() < most; ++archive) {
        auto rows = last_matches(*archive, query, most - found.size());
        std::move(rows.rbegin(), rows.rend(), std::back_inserter(found));
    }
    return found;
}

}  // namespace halfday
