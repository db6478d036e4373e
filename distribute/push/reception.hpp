#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/error.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/wire.hpp"
#include "ca/x509/fingerprint.hpp"
#include "distribute/push/deliveries.hpp"
#include "distribute/push/notice.hpp"

namespace halfday {

/// A chain that went to a host.
struct Sent {
    EntryName entry;
    std::string sha256;  // of the chain file
    std::string serial;  // of its certificate
};

/// What a host was connected to for.
struct Errand {
    const Host* host;
    std::vector<Sent> sent;
    std::vector<EntryName> asked;
};

/// What an answer changes.
struct Reception {
    HostRecord record;                      // what is known of the host from now on
    std::vector<Answer::Message> requests;  // for the spool: of entries in the inventory, unread
    std::vector<Answer::Message> receipts;  // for the spool: believed
    std::vector<Notice> notices;            // for each thing that did not come out as it should, and for what did
};

/// When a conversation was, by our clock.
struct Interval {
    Time begin;
    Time end;
};

/// How far another clock is off that said `theirs` at some moment of the conversation: nothing is not known to be off.
[[nodiscard]] Seconds skew_of(Time theirs, const Interval& when);

/// Takes an answer to `errand`. A receipt is believed when the host's pinned identity signed it
/// for one of `roots` and this entry, and its counter is not below the newest one's; a
/// receiver counts on and dates anew in every answer, which shows its clock. A host that calls itself by another name
/// is not listened to at all.
[[nodiscard]] Reception receive_answer(const Errand& errand, const Answer& answer, const HostRecord& known,
                                       const std::vector<Fingerprint>& roots, const Interval& when);

/// The same for a host that gave no answer.
[[nodiscard]] Reception receive_nothing(const Errand& errand, const HostRecord& known, const Error& why,
                                        const Interval& when);

}  // namespace halfday
