#include "ca/issuer/served.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <variant>

#include "ca/base/error.hpp"
#include "ca/exchange/find_in_order.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/refusal_reasons.hpp"

namespace halfday {
namespace {

auto place_of(const ServingEntry& entry) { return std::tie(entry.host.text(), entry.entry.text()); }

bool by_place(const ServingEntry& left, const ServingEntry& right) { return place_of(left) < place_of(right); }

std::vector<ServingEntry> read_entries(const Places& places) {
    std::vector<ServingEntry> entries;
    try {
        entries = read_serving(places.distributor_snapshot());
    } catch (const Error&) {
        return {};
    }
    if (!std::is_sorted(entries.begin(), entries.end(), by_place)) {
        std::stable_sort(entries.begin(), entries.end(), by_place);
    }
    return entries;
}

std::optional<std::string> read_receipt(const Spool& spool, const Host& host, const Entry& entry) {
    try {
        return spool.receipt(host.name, entry.name);
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

ServedWord::ServedWord(const Places& places, std::vector<Fingerprint> roots)
    : spool_(places.exchange()), roots_(std::move(roots)), entries_(read_entries(places)) {}

const ServingEntry* ServedWord::known(const Host& host, const Entry& entry) {
    return find_in_order(entries_, next_, std::tie(host.name.text(), entry.name.text()), place_of);
}

std::string ServedWord::proved_on(const Host& host, const Entry& entry) {
    const ServingEntry* const found = known(host, entry);
    return found != nullptr && found->is_proved ? found->serial : "";
}

std::optional<Served> ServedWord::on(const Host& host, const Entry& entry, const std::string& newest_serial) {
    const ServingEntry* const found = known(host, entry);
    if (found == nullptr || found->serial == newest_serial) {
        return std::nullopt;
    }
    const auto jws = read_receipt(spool_, host, entry);
    if (!jws) {
        return std::nullopt;
    }
    auto decision = open_receipt(*jws, host.identity, {host.name, entry.name, roots_});
    if (auto* const receipt = std::get_if<Receipt>(&decision)) {
        const bool is_replaced = receipt->reason.find(kNotThePendingKey) != std::string::npos;
        const bool is_refused =
            (receipt->outcome == Outcome::refused && !is_replaced) || receipt->outcome == Outcome::skew;
        return Served{receipt->issued_at, std::move(receipt->serving), receipt->not_after,
                      is_refused ? std::move(receipt->attempted) : ""};
    }
    return std::nullopt;
}

}  // namespace halfday
