#include "ca/issuer/served.hpp"

#include <utility>
#include <variant>

#include "ca/base/error.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/snapshot.hpp"

namespace halfday {
namespace {

std::optional<DistributorSnapshot> read_snapshot(const Places& places) {
    try {
        return read_distributor_snapshot(places.distributor_snapshot());
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::optional<std::string> read_receipt(const Spool& spool, const Host& host, const Entry& entry) {
    try {
        return spool.receipt(host.name, entry.name);
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

ServedWord::ServedWord(const Places& places, const Fingerprint& root) : spool_(places.exchange()), root_(root) {
    if (auto snapshot = read_snapshot(places)) {
        for (DeliveredEntry& entry : snapshot->entries) {
            serials_.emplace(std::pair(std::move(entry.host), std::move(entry.entry)), std::move(entry.serving));
        }
    }
}

std::optional<Served> ServedWord::on(const Host& host, const Entry& entry, const std::string& newest_serial) const {
    const auto found = serials_.find({host.name, entry.name});
    if (found == serials_.end() || found->second == newest_serial) {
        return std::nullopt;
    }
    const auto jws = read_receipt(spool_, host, entry);
    if (!jws) {
        return std::nullopt;
    }
    auto decision = open_receipt(*jws, host.identity, {host.name, entry.name, {root_}});
    if (auto* const receipt = std::get_if<Receipt>(&decision)) {
        return Served{receipt->issued_at, std::move(receipt->serving), receipt->not_after};
    }
    return std::nullopt;
}

}  // namespace halfday
