#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/base/secret.hpp"

namespace halfday {

/// One line on stderr: "PROGRAM: error: WHAT", and where there is a hint "PROGRAM: hint: HINT".
void print_error(std::string_view program, std::string_view what, std::string_view hint = {});
void print_warning(std::string_view program, std::string_view what, std::string_view hint = {});

/// Runs `body` and returns its exit status; an Error or any other exception becomes print_error and its status. Hardens
/// the process (harden_process) first.
int run_program(std::string_view program, const std::function<int()>& body);

/// Asks on the controlling terminal (/dev/tty), without echo for a secret. Throws Error{usage} when there is none,
/// with a hint that names `instead` (an option).
[[nodiscard]] Secret prompt_secret(std::string_view question, std::string_view instead);
[[nodiscard]] std::string prompt_line(std::string_view question, std::string_view instead);

/// Throws Error{usage} when there is no controlling terminal, where show_secret is going to want one.
void require_terminal_to_show();
/// Shows a secret on the controlling terminal, below a heading, until Enter is typed; then, also when it fails, the
/// screen is cleared and what has scrolled off it. Throws Error{usage} when there is no terminal, Error{io} when a
/// signal came.
void show_secret(std::string_view heading, const Secret& text, std::string_view question);

inline constexpr std::string_view kPassphraseOption = "--passphrase-file FILE";

/// A passphrase from a file's first line (which must be readable by its owner alone), or, where `file` is empty, from
/// the prompt; `instead` is the option that names the file. Throws Error{usage} for an empty one.
[[nodiscard]] Secret read_passphrase(const Path& file, std::string_view question,
                                     std::string_view instead = kPassphraseOption);
/// The same for a new one: the prompt asks twice and refuses two that differ or fewer than 12 characters.
[[nodiscard]] Secret read_new_passphrase(const Path& file, std::string_view question,
                                         std::string_view instead = kPassphraseOption);

/// Lines up columns with two spaces between; the first row is the heading. No trailing spaces.
[[nodiscard]] std::string format_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace halfday
