// Every entry is renewed before its certificate ends, so the newest rows of a fleet are among the ledger's last: they
// are read in one walk from its end. An entry that the walk did not meet is looked up by itself.
#include "ca/issuer/newest_rows.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace halfday {
namespace {

constexpr std::size_t kWalkFactor = 2;  // rows for each entry: some entries were renewed more often than others

/// Whether they are the same names in any order; `joined` has a space between them.
bool has_names(std::string_view joined, const Entry& entry) {
    std::vector<std::string_view> left;
    while (!joined.empty()) {
        const std::size_t end = std::min(joined.find(' '), joined.size());
        left.push_back(joined.substr(0, end));
        joined.remove_prefix(std::min(end + 1, joined.size()));
    }
    std::vector<std::string_view> right;
    for (const GeneralName& name : entry.names) right.emplace_back(name.text());
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    return left == right;
}

/// The agenda's items by host and entry.
class Index {
   public:
    explicit Index(std::vector<AgendaItem>& agenda) : agenda_(agenda), first_of_host_(agenda.size()) {
        for (std::size_t at = 0; at < agenda.size(); ++at) first_of_host_.emplace(agenda[at].host->name.text(), at);
    }

    /// Null where the inventory has no such entry.
    [[nodiscard]] AgendaItem* find(std::string_view host, std::string_view entry) const {
        const auto first = first_of_host_.find(host);
        if (first == first_of_host_.end()) return nullptr;
        const Host* const of_host = agenda_[first->second].host;
        for (std::size_t at = first->second; at < agenda_.size() && agenda_[at].host == of_host; ++at) {
            if (agenda_[at].entry->name.text() == entry) return &agenda_[at];
        }
        return nullptr;
    }

   private:
    std::vector<AgendaItem>& agenda_;
    std::unordered_map<std::string_view, std::size_t> first_of_host_;
};

}  // namespace

IssuedRow issued_row(const LedgerRow& row, const Entry& entry) {
    return {row.sequence,       row.at,
            row.not_after,      row.serial,
            row.request_sha256, has_names(join_row_names(row.names), entry)};
}

void take_newest(std::vector<AgendaItem>& agenda, const Ledger& ledger) {
    const Index index(agenda);
    std::size_t missing = agenda.size();
    ledger.walk_back(kWalkFactor * agenda.size(), [&](const RowGlance& row) {
        AgendaItem* const item = index.find(row.host, row.entry);
        if (item != nullptr && !item->newest) {
            item->newest = IssuedRow{row.sequence,
                                     row.at,
                                     row.not_after,
                                     std::string(row.serial),
                                     std::string(row.request_sha256),
                                     has_names(row.names, *item->entry)};
            --missing;
        }
        return missing > 0;
    });
    for (AgendaItem& item : agenda) {
        if (missing == 0) return;
        if (item.newest) continue;
        if (const auto row = ledger.newest(item.host->name, item.entry->name)) {
            item.newest = issued_row(*row, *item.entry);
        }
        --missing;
    }
}

}  // namespace halfday
