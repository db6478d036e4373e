#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/file.hpp"

namespace halfday {

/// A user of this machine, as getpwnam has it.
struct User {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::string home;
    std::string shell = {};
};
/// Throws Error{not_found} with the hint to make the user.
[[nodiscard]] User find_user(const std::string& name);
/// Throws Error{not_found}.
[[nodiscard]] User find_user(uid_t uid);
/// Gives up root for `user` for good: supplementary groups, gid, uid, HOME, USER and LOGNAME. Throws Error{io}.
void become(const User& user);
/// Sees to it that this process is the folder's owner, so that what it writes there is the owner's: root becomes the
/// owner, any other user is refused. Throws Error{usage}, Error{not_found}, Error{io}.
void become_owner_of(const Path& folder);

/// A child process: an argv list, never a shell string.
struct Command {
    std::vector<std::string> argv;         // argv[0] is an absolute path or found in /usr/sbin:/usr/bin:/sbin:/bin
    std::string input;                     // for its standard input, which is then closed
    std::vector<std::string> environment;  // "NAME=value" in addition to PATH, LANG=C.UTF-8
    std::chrono::milliseconds deadline{10'000};  // then SIGKILL to its process group
    std::size_t most_output = 64 * 1024;         // of each stream
    enum class Excess {
        is_dropped,
        ends_it
    } excess = Excess::is_dropped;                             // more output; or SIGKILL as at the deadline
    enum class Orphan { lives, dies } orphan = Orphan::lives;  // when the thread that waits for it is killed
    std::optional<User> user = std::nullopt;                   // become this user in the child
};

struct Finished {
    int status = 0;  // exit status, or 128 + signal
    bool timed_out = false;
    std::string out;
    std::string error;
    bool truncated = false;  // an output was longer than most_output; where excess ends it, that is why it ended
};

/// Runs to the end. The child has no other descriptors than the three, the default signal dispositions, no terminal,
/// and a session and process group of its own, which is killed at the deadline. A child that does not read its input is
/// no failure. Throws Error{not_found} when the program is not there, Error{io}.
[[nodiscard]] Finished run_process(const Command& command);

}  // namespace halfday
