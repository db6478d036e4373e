#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace halfday {

// sshd hands what it is asked for to the user's login shell, so a command for another host is text for a shell we don't
// know.

/// A word for any shell: in single quotes, which are dropped for no character but letters, digits and " ._:/@=+,*[]-".
/// Throws Error{usage} for any other character, and for nothing.
[[nodiscard]] std::string remote_word(std::string_view text);
/// The words of an argv, each as remote_word has it.
[[nodiscard]] std::string remote_command(const std::vector<std::string>& argv);

/// Whether it can be ssh's destination: "web1", "root@web1.example.org", "ssh://root@web1.example.org:22". Not an
/// option.
[[nodiscard]] bool is_ssh_destination(std::string_view text);

}  // namespace halfday
