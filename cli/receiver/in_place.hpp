#pragma once

#include <string>
#include <vector>

#include "distribute/process/process.hpp"
#include "distribute/receive/grants.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

/// Where `halfday host add --install` puts this program.
inline constexpr const char* kCopiedReceiver = "/usr/local/bin/halfday-receiver";
inline constexpr const char* kSudoersFile = "/etc/sudoers.d/halfday-receiver";

/// What was done, a line each; what was so already leaves none.
using Deeds = std::vector<std::string>;

// What root does on a web server so that deliveries work, instead of being told to. May be done again. Each throws
// Error{usage}, Error{io}.

/// Makes the user (a system user with `home`, sshd's key alone lets it in), and has it join the groups that are to read
/// keys.
void put_user(const std::string& name, const Path& home, const Grants& grants, Deeds& deeds);
/// Puts the line into the user's authorized_keys in place of another distributor's; other lines stay. Folder and file
/// are root's.
void put_authorized_keys(const User& user, const std::string& line, Deeds& deeds);
/// Puts the lines into kSudoersFile, when visudo takes them; removes it when there are none.
void put_sudoers(const std::string& lines, Deeds& deeds);

/// The reverse of all that: the distributor's line, sudoers, grants, identity, pending keys, the user, and this program
/// where `halfday host add --install` put it. Where a certificate is live, it stays with the user who owns it: the web
/// server needs it to start; what is left is said.
void remove_receiver(const std::string& user, const ReceiverPlaces& places, Deeds& deeds);

}  // namespace halfday
