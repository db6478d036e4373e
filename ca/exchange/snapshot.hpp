#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"
#include "ca/base/names.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/run_counts.hpp"
#include "ca/exchange/shared_key.hpp"

namespace halfday {

// What each side writes after a run, for `halfday status` and the other side: bounded JSON, replaced as a whole, mode
// 0644 in a folder that group halfday alone enters.

constexpr std::size_t kMostSnapshotBytes = 64 * 1024 * 1024;

/// The issuer's word on one entry.
struct IssuedEntry {
    HostName host;
    EntryName entry;
    std::string serial;  // of the newest certificate, "" for none
    std::optional<Time> issued_at;
    std::optional<Time> not_after;
    std::optional<Time> due_at;   // nothing: due now, since nothing was issued yet or the names changed
    std::string refused;          // why the newest request was not answered, "" when it was or there is none
    std::string refused_request;  // SHA-256 of that request's bytes
};

/// An intermediate that was accepted and can be used.
struct KnownIntermediate {
    std::string fingerprint;  // of its key
    Time not_before;
    Time not_after;
};

/// What is rolled out.
enum class RolloutKind { intermediate, profile };
/// "intermediate", "profile".
[[nodiscard]] std::string_view to_text(RolloutKind kind);

/// How far the rollout of a newer intermediate or profile is.
struct RolloutNote {
    RolloutKind kind = RolloutKind::intermediate;
    std::string key;        // fingerprint of the newer one; of a profile what is new in it: "{lifetime: 24h}"
    std::string before;     // the same of the one before
    std::int64_t wave = 0;  // from 1 on
    std::int64_t waves = 0;
    std::int64_t older = 0;  // entries: under the one that signed before
    std::int64_t awaited = 0;
    std::int64_t served = 0;
    std::int64_t failed = 0;
    std::string stopped;  // why, "" when it goes on
};

/// A CRL that the issuer keeps.
struct KnownCrl {
    std::string root;    // its Name: "CN=Example Root"
    std::string number;  // in decimal
    Time next_update;
    std::int64_t revoked = 0;  // certificates
};

struct IssuerSnapshot {
    Time at;
    std::string root;  // fingerprint
    Time root_not_after;
    Time intermediate_not_after;  // of the one that ends last
    std::string problem;          // what kept the last run from its work, "" when nothing did
    std::vector<IssuedEntry> entries;
    Seconds certificate_life{};  // of a new certificate from now on, where nothing cuts it; 0 when not known
    std::vector<KnownIntermediate> intermediates = {};  // none when not known
    std::optional<RolloutNote> rollout = {};
    std::vector<SharedKey> shared_keys = {};
    std::vector<KnownCrl> crls = {};
    std::vector<KnownIntermediate> sealed = {};  // those whose keys wait for their window
    RunCounts runs = {};                         // "minted", "refused"
};

/// The distributor's word on one entry; what comes of the host is from its newest receipt.
struct DeliveredEntry {
    HostName host;
    EntryName entry;
    Outcome outcome = Outcome::none;
    std::string reason;
    std::string attempted;
    std::string serving;
    std::optional<Time> not_after;
    std::optional<Time> proved_at;
    std::string story = {};               // to_text(Story); "" where the host tells none
    std::optional<Time> fetched_at = {};  // the newest request
    std::optional<Time> sent_at = {};     // the chain that was delivered last
    std::optional<Time> asked_at = {};    // when the request that it answers was fetched
    std::string findings = {};            // ca/exchange/findings.hpp, "" for none
};

/// What the issuer needs of a DeliveredEntry.
struct ServingEntry {
    HostName host;
    EntryName entry;
    std::string serial;  // "" for none
    bool is_proved = false;
};

struct ReachedHost {
    HostName host;
    std::optional<Time> reached_at;       // last answer
    std::string problem;                  // of the last try, "" when it was fine
    std::optional<Seconds> skew;          // the host's clock minus ours
    std::int64_t misses = 0;              // runs in a row in which it gave no answer
    std::optional<Time> missed_at = {};   // the newest of them
    std::optional<Time> held_until = {};  // no run of the timer tries it before
    std::string version = {};             // of its receiver, by its last answer; "" when not known
    std::string hint = {};                // what was advised for `problem`, "" for nothing
};

struct DistributorSnapshot {
    Time at;
    std::vector<ReachedHost> hosts;
    std::vector<DeliveredEntry> entries;
    RunCounts runs = {};  // deliveries by to_text(Outcome), "unanswered": visits
};

/// What the parsers below take, whatever its texts are: each is cut to 4096 bytes, and all of them shorter where the
/// whole would be larger than kMostSnapshotBytes.
[[nodiscard]] std::string to_json(const IssuerSnapshot& snapshot);
[[nodiscard]] std::string to_json(const DistributorSnapshot& snapshot);
/// A member that is not known is left alone: the other side may be newer. Throw Error{corrupt}.
[[nodiscard]] IssuerSnapshot parse_issuer_snapshot(std::string_view json);
[[nodiscard]] DistributorSnapshot parse_distributor_snapshot(std::string_view json);
/// Nothing where there is no file yet. Throw Error{corrupt}, for what is not a regular file too.
[[nodiscard]] std::optional<IssuerSnapshot> read_issuer_snapshot(const Path& file);
[[nodiscard]] std::optional<DistributorSnapshot> read_distributor_snapshot(const Path& file);
/// That of it alone, in less time and memory: the issuer reads it in every run. None where there is no file yet.
[[nodiscard]] std::vector<ServingEntry> read_serving(const Path& file);

}  // namespace halfday
