#pragma once

#include "ca/root/root_folder.hpp"
#include "ca/x509/key.hpp"
#include "cli/root/commands.hpp"

namespace halfday {

/// Where the root's key is: `--key`, else what remember_root_key wrote, else root.key in the folder. Throws
/// Error{usage}, Error{corrupt} for a damaged note.
[[nodiscard]] KeyUri root_key_uri(const CeremonyOptions& options);

/// Notes in the folder where the key is; for root.key in the folder itself that takes no note.
void remember_root_key(const RootFolder& folder, const KeyUri& uri);

/// Whether the key was made already; of a token, which isn't asked, whether it was remembered.
[[nodiscard]] bool has_root_key(const RootFolder& folder, const KeyUri& uri);

/// Asks for what opens a file (read_root_passphrase), or the PIN of a token, when it is needed. Valid as long as
/// `options`.
[[nodiscard]] PassphraseSource root_passphrase(const CeremonyOptions& options, const KeyUri& uri);

/// Opens the root's key. Throws as open_key.
[[nodiscard]] PrivateKey open_root_key(const CeremonyOptions& options);

}  // namespace halfday
