#include "ca/issuer/schedule.hpp"

#include <algorithm>
#include <cstdint>

#include "ca/exchange/message.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr Seconds kMostSpread = std::chrono::minutes{30};
constexpr int kSpreadShare = 8;  // of renew_after: 30 min of 4 h
constexpr int kPauseShare = 4;   // of what is left

std::uint64_t stable_hash(const HostName& host) {
    const Sha256 digest = sha256(host.text());
    std::uint64_t value = 0;
    for (std::size_t at = 0; at < sizeof value; ++at) {
        value = value << 8 | digest.at(at);
    }
    return value;
}

bool same_names(std::vector<GeneralName> left, std::vector<GeneralName> right) {
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    return left == right;
}

}  // namespace

Seconds renewal_within(Seconds life, Seconds renew_after) {
    return std::min(renew_after, std::max(life - kRenewalMargin, life / 2));
}

Seconds spread_of(const HostName& host, Seconds renew_after) {
    const Seconds most = std::min(kMostSpread, renew_after / kSpreadShare);
    if (most <= Seconds::zero()) {
        return Seconds::zero();
    }
    return Seconds{static_cast<Seconds::rep>(stable_hash(host) % static_cast<std::uint64_t>(most.count()))};
}

std::optional<Time> due_at(const HostName& host, const Entry& entry, const std::optional<NewestCertificate>& newest,
                           Seconds renew_after, Time now) {
    if (!newest || !same_names(newest->names, entry.names)) {
        return std::nullopt;
    }
    return due_by_age(host, newest->issued_at, renew_after, now);
}

std::optional<Time> due_by_age(const HostName& host, Time issued_at, Seconds renew_after, Time now) {
    if (issued_at > now) {
        return std::nullopt;
    }
    return issued_at + renew_after - spread_of(host, renew_after);
}

bool lacks_certificate(const Served& served, const NewestCertificate& newest, Seconds renew_after, Time now) {
    if (served.said_at + kMostSkew <= newest.issued_at || served.serial == newest.serial) {
        return false;
    }
    return served.serial.empty() || !served.not_after || *served.not_after - now < renew_after;
}

std::optional<Time> due_when_lacking(const Served& served, const NewestCertificate& newest, Time now) {
    if (served.turned_down.empty() || served.turned_down != newest.serial) {
        return std::nullopt;
    }
    const Seconds most = served.not_after ? (*served.not_after - now) / kPauseShare : kPauseAfterRefusal;
    return newest.issued_at + std::clamp(most, Seconds::zero(), kPauseAfterRefusal);
}

bool is_due(const std::optional<Time>& due, Time now) { return !due || *due <= now; }

}  // namespace halfday
