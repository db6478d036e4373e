#pragma once

#include <string>
#include <string_view>

#include "ca/x509/key.hpp"
#include "distribute/receive/grants.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

/// Writes receiver.yaml and the pinned root below `etc`, both for root alone to change. Files that are there are never
/// changed. Throws Error{usage} when one of them is there and says something else, Error{io}.
void write_configuration(const ReceiverPlaces& places, const Grants& grants, const Certificate& root);

/// Makes what is missing of the state below `places.state`, which must be there: its folders, and the identity key
/// (Ed25519, 0600, never replaced). Returns the identity. Throws Error{io}, Error{corrupt}.
[[nodiscard]] PublicKey make_state(const ReceiverPlaces& places);

/// "ssh-ed25519 AAAA…": the first two words of a public SSH key, which is one line without options before it. Throws
/// Error{usage}.
[[nodiscard]] std::string parse_ssh_key(std::string_view text);

/// From where the distributor's key is taken: a pattern list of addresses, ranges and host names, as sshd(8) has it for
/// `from=`. Throws Error{usage} for other characters.
[[nodiscard]] std::string parse_from(std::string_view text);

/// The line of authorized_keys with which the distributor's key can do nothing but run `program` serve, from `from`
/// alone unless that is "". Throws Error{usage} for a path that a shell would read as more than one word.
[[nodiscard]] std::string authorized_keys_line(const Path& program, const ReceiverPlaces& places,
                                               const std::string& ssh_key, const std::string& from = "");

/// The text of an authorized_keys file without the lines of authorized_keys_line; and with this one in their place, at
/// the end; it keeps their from= where it has none.
[[nodiscard]] std::string authorized_keys_without(std::string_view text);
[[nodiscard]] std::string authorized_keys_with(std::string_view text, const std::string& line);

/// The lines of /etc/sudoers.d/halfday-receiver: for `user` the very commands of the grants that are run by sudo,
/// each with all its arguments, and nothing else. Empty where there is none.
[[nodiscard]] std::string sudoers_lines(const Grants& grants, std::string_view user);

}  // namespace halfday
