#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/secret.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/serial.hpp"
#include "distribute/receive/grants.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

// Every certificate that was installed has a folder of its own, versions/ENTRY/SERIAL, with its chain, its key and
// both in one; live/ENTRY is a symlink to one of them. So certificate and key change in one step and never apart.

/// The version that live/ENTRY points to.
struct LiveVersion {
    Serial serial;
    Certificate leaf;
};
/// Nothing where there is no link. Throws Error{corrupt} when what it points to is not a version.
[[nodiscard]] std::optional<LiveVersion> read_live(const ReceiverPlaces& places, const EntryName& entry);

/// The certificate of a version; nothing where it is not there whole.
[[nodiscard]] std::optional<Certificate> read_version(const ReceiverPlaces& places, const EntryName& entry,
                                                      const Serial& serial);

/// Writes the version's folder, or writes it again; on disk on return. Files that hold the key have the grant's mode
/// and group before their content. Throws Error{usage} for a group that is unknown, Error{io}.
void write_version(const ReceiverPlaces& places, const Grant& grant, const Chain& chain, const PrivateKey& key);
/// Points live/ENTRY to a version in one atomic step; on disk on return. Throws Error{io}.
void flip_live(const ReceiverPlaces& places, const EntryName& entry, const Serial& serial);
/// Takes the link away. Throws Error{io}.
void remove_live(const ReceiverPlaces& places, const EntryName& entry);

/// A version's folder; one whose certificate can't be read (a crash left it) has no end.
struct StoredVersion {
    std::string folder;  // its name
    std::optional<Time> not_after;
};
/// All of them.
[[nodiscard]] std::vector<StoredVersion> stored_versions(const ReceiverPlaces& places, const EntryName& entry);
/// The folders to delete: incomplete ones, and those that expired but for the newest beside the live one.
[[nodiscard]] std::vector<std::string> outdated(const std::vector<StoredVersion>& versions, const std::string& live,
                                                Time now);
/// Deletes them. Throws Error{io}.
void delete_outdated(const ReceiverPlaces& places, const EntryName& entry, Time now);

/// The group's number; nothing for "". Throws Error{usage} when there is none of that name.
[[nodiscard]] std::optional<gid_t> group_of(const Grant& grant);

}  // namespace halfday
