#pragma once

#include <string>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/exchange/places.hpp"

namespace halfday {

inline constexpr mode_t kPublic = 0644;  // /etc/halfday holds no secret; both services read it

/// The folders with their owners and modes (what systemd/halfday.tmpfiles.conf says too) and the distributor's SSH key.
/// May be run twice; root's.
void set_up_folders(const Places& places);
/// Its public half, for the web servers.
void print_ssh_key(const Places& places);

/// `halfday init`: both, then `halfday-issuer init` with `issuer_arguments` and `input`. May be run twice. Returns the
/// exit status.
[[nodiscard]] int set_up_issuer_box(const Places& places, const Path& passphrase_file,
                                    const std::vector<std::string>& issuer_arguments,
                                    const FileDescriptor& input = FileDescriptor{});

}  // namespace halfday
