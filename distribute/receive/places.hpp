#pragma once

#include "ca/base/file.hpp"
#include "ca/base/names.hpp"

namespace halfday {

/// Where everything is on a web server: `etc` is root's configuration, `state` the receiver's own.
struct ReceiverPlaces {
    Path etc = "/etc/halfday";
    Path state = "/var/lib/halfday/receiver";

    [[nodiscard]] Path grants() const { return etc / "receiver.yaml"; }
    [[nodiscard]] Path root_certificate() const { return etc / "root.pem"; }

    [[nodiscard]] Path identity() const { return state / "identity.key"; }
    [[nodiscard]] Path lock() const { return state / "lock"; }
    [[nodiscard]] Path counter() const { return state / "counter"; }
    [[nodiscard]] Path heads() const { return state / "heads"; }
    [[nodiscard]] Path crls() const { return state / "crls.pem"; }
    // 0700
    [[nodiscard]] Path pending() const { return state / "pending"; }
    [[nodiscard]] Path journal() const { return state / "journal"; }
    [[nodiscard]] Path records() const { return state / "receipts"; }
    // 0755, as `state` is: the web server enters them, and the files' own modes say what it may read.
    [[nodiscard]] Path versions() const { return state / "versions"; }
    [[nodiscard]] Path live() const { return state / "live"; }

    [[nodiscard]] Path pending_key(const EntryName& entry) const { return pending() / (entry.text() + ".key"); }
    [[nodiscard]] Path pending_request(const EntryName& entry) const { return pending() / (entry.text() + ".jws"); }
    [[nodiscard]] Path journal_of(const EntryName& entry) const { return journal() / (entry.text() + ".json"); }
    [[nodiscard]] Path record_of(const EntryName& entry) const { return records() / (entry.text() + ".json"); }
    [[nodiscard]] Path versions_of(const EntryName& entry) const { return versions() / entry.text(); }
    [[nodiscard]] Path live_of(const EntryName& entry) const { return live() / entry.text(); }
};

// What a version's folder holds, and so what the web server's configuration names below live/ENTRY/.
inline constexpr const char* kFullChainFile = "fullchain.pem";
inline constexpr const char* kPrivateKeyFile = "privkey.pem";
inline constexpr const char* kCombinedFile = "combined.pem";

}  // namespace halfday
