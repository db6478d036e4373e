#include "cli/common/remote_command.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_made_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(),
                       [&](char c) { return is_alphanumeric(c) || others.find(c) != std::string_view::npos; });
}

}  // namespace

std::string remote_word(std::string_view text) {
    if (text.empty() || !is_made_of(text, " ._:/@=+,*[]-")) {
        throw Error(ErrorKind::usage, "'" + printable(text) + "' can't go to another host's shell",
                    "only letters, digits and ._:/@=+,*[]- can");
    }
    return "'" + std::string(text) + "'";
}

std::string remote_command(const std::vector<std::string>& argv) {
    std::string command;
    for (const std::string& word : argv) command += (command.empty() ? "" : " ") + remote_word(word);
    return command;
}

bool is_ssh_destination(std::string_view text) {
    return !text.empty() && text.front() != '-' && is_made_of(text, "._:/@[]-");
}

}  // namespace halfday
