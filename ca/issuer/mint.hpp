#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/names.hpp"
#include "ca/base/refusal.hpp"
#include "ca/exchange/places.hpp"
#include "ca/sign/profile.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

struct Settings;

/// What a run does with a clock that may be right and does not fit the ledger (clock_check.hpp).
enum class ClockRule { stop, accept };

/// `now`: what is chosen is due, however young its newest certificate is. All else that is asked of a request holds.
enum class Renewal { when_due, now };

struct MintOptions {
    std::vector<HostName> hosts;  // none: all
    PassphraseSource passphrase;  // of the issuer's key, if it is encrypted
    ClockRule clock = ClockRule::stop;
    Renewal renewal = Renewal::when_due;
    bool resume_rollout = false;  // one that has stopped goes on (rollout.hpp)
    /// Called when all is open and nothing foreign was read: see confine_run.
    std::function<void(const Settings&)> confine = {};
};

/// A certificate that was minted, or would be (then without a serial).
struct Minted {
    HostName host;
    EntryName entry;
    std::string serial;
    std::vector<GeneralName> names;
    Validity validity;
    bool cut_by_intermediate = false;
};

/// A host's entry that asked and got nothing, and why; or whose certificate could not be published.
struct Refused {
    HostName host;
    EntryName entry;
    Refusal refusal;
};

struct EntryOfHost {
    HostName host;
    EntryName entry;
};

/// What one run did.
struct MintReport {
    std::vector<Minted> minted;
    std::vector<Refused> refused;
    std::vector<EntryOfHost>
        waiting;                      // due, but there is no unanswered request of theirs: the distributor asks for one
    std::size_t published_again = 0;  // chains that the ledger had and the exchange had not
    std::vector<std::string> news;    // each a line: another intermediate signs, a key was deleted
    std::vector<std::string> warnings;  // each a line
};

/// One run: mints a certificate for every chosen entry that is due (schedule.hpp) and has an unanswered request that is
/// authentic (open_request) and permitted (policy.hpp). Opens key, ledger and files, then denies this process the
/// network for good, and only then looks at what hosts sent. Rows are committed to the ledger before their chains are
/// published, many at a time; what a crash kept from being published is published by the next run. A request with an id
/// that was answered before is answered with the same certificate if it has the same bytes, and refused if not. What is
/// wrong with one host never stops the others. Ends by writing the issuer's snapshot.
///
/// Two runs at once wait for each other. Throws what keeps the whole run from its work: settings, inventory, key,
/// chain, ledger, one that is behind its published head, a clock that does not fit it. The snapshot then says so. A
/// clock that is accepted is recorded in the ledger before anything is minted, so that later runs accept it too.
MintReport mint_due(const Places& places, const MintOptions& options, Time now);

/// What mint_due would mint and refuse now; changes nothing.
[[nodiscard]] MintReport plan_mint(const Places& places, const MintOptions& options, Time now);

/// What a run can do without for the rest of its process: other processes, and all folders but the issuer's own, its
/// part of the exchange and of the status, and to read the rest of those, the configuration and `token_folders`. Throws
/// Error{io}.
void confine_run(const Places& places, const std::vector<Path>& token_folders);

}  // namespace halfday
