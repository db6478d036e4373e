#pragma once

#include <string>
#include <variant>

#include "ca/base/file.hpp"
#include "distribute/process/process.hpp"

namespace halfday {

/// A new file that anybody may read.
struct PlaceFile {
    Path path;
    std::string content;
};
struct DropFile {
    Path path;
};

/// What is done to a trust store. A command's input, where it has one, is the root's PEM.
using Step = std::variant<PlaceFile, DropFile, Command>;

/// As a person would type it, words quoted for a shell: "install -m 644 root.pem /usr/…", "rm /usr/…",
/// "update-ca-certificates", "certutil … <root.pem". `root_file` is where the root's PEM is.
[[nodiscard]] std::string describe(const Step& step, const Path& root_file);

/// Takes the step. Throws Error{io}, Error{not_found}, with what the program said.
void take(const Step& step);

/// Runs a command to its end and returns what it printed. Throws Error{io} with what it said when it failed or did not
/// end in time, Error{not_found} when it is not there.
std::string run_or_throw(const Command& command);

}  // namespace halfday
