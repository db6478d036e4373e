#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/names.hpp"
#include "ca/exchange/inventory.hpp"

namespace halfday {

/// What the schedule must know of the newest certificate of an entry.
struct NewestCertificate {
    Time issued_at;
    std::vector<GeneralName> names;
    std::string serial = {};
};

/// What a host said that it serves for an entry.
struct Served {
    Time said_at;        // by the host's clock
    std::string serial;  // "" for none
    std::optional<Time> not_after;
    std::string turned_down = {};  // serial of the newest delivery, where another would be refused too; "" otherwise
};

constexpr Seconds kPauseAfterRefusal = std::chrono::hours{1};

/// `renew_after`, but kRenewalMargin before the end of a certificate that is good for `life` at the latest, where that
/// leaves it half its life: settings that were changed since it was issued are for longer certificates.
[[nodiscard]] Seconds renewal_within(Seconds life, Seconds renew_after);

/// How much earlier than `renew_after` this host's certificates are renewed: a stable hash of its name, modulo an
/// eighth of `renew_after` and never more than 30 min, so that a fleet that was set up at once is not renewed at once.
[[nodiscard]] Seconds spread_of(const HostName& host, Seconds renew_after);

/// When the entry's next certificate is due: `renew_after` less the host's spread after the newest was issued. Nothing:
/// now, since none was issued yet, its names are not the inventory's (in any order), or it was issued after `now`, by a
/// clock that was wrong.
[[nodiscard]] std::optional<Time> due_at(const HostName& host, const Entry& entry,
                                         const std::optional<NewestCertificate>& newest, Seconds renew_after, Time now);

/// The same for a certificate that has the entry's names.
[[nodiscard]] std::optional<Time> due_by_age(const HostName& host, Time issued_at, Seconds renew_after, Time now);

/// Whether the host said since `newest` was issued (its clock may lag by kMostSkew) that it serves another certificate,
/// or none, with less than `renew_after` left: then the entry is due however young `newest` is. The host could not
/// install it, or was built anew.
[[nodiscard]] bool lacks_certificate(const Served& served, const NewestCertificate& newest, Seconds renew_after,
                                     Time now);

/// When an entry is due whose host lacks a certificate. Nothing: now. Where the host refused `newest` (its own grants,
/// or its clock, say other than the inventory), another one would only be refused like it until somebody mends that:
/// kPauseAfterRefusal after it was issued, but a quarter of what is left of the one that is served at most, and at once
/// when that has ended (max_per_hour is the bound).
[[nodiscard]] std::optional<Time> due_when_lacking(const Served& served, const NewestCertificate& newest, Time now);

/// Whether `due` (of due_at) has come.
[[nodiscard]] bool is_due(const std::optional<Time>& due, Time now);

}  // namespace halfday
