#pragma once

#include "ca/root/shares.hpp"
#include "cli/root/commands.hpp"

namespace halfday {

// What people know that opens the root's key: a passphrase, or shares of it, each its custodian's.

/// The passphrase of the root's key in `file`: the one that a person types or a file has, or, where the key is shared,
/// the one that its shares make. Refused shares end the command when they come from files; at the prompt they are told,
/// and asked for again.
[[nodiscard]] Secret read_root_passphrase(const CeremonyOptions& options, const Path& file);

/// Shows each share to its custodian alone, and has it typed back where they want that.
void hand_out(const SharedKey& made, ShownAs shown_as);

}  // namespace halfday
