#pragma once

#include <string>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/base/secret.hpp"

namespace halfday {

// Passphrases for a service, which never gets root's terminal: root's program asks for them, and hands them over
// through a pipe, a line each.

/// The pipe's end to read from; its other end is closed. Throws Error{io}.
[[nodiscard]] FileDescriptor pipe_of(const std::vector<Secret>& lines);

/// That many lines of an open descriptor, which is read to its end. Throws Error{usage} where there are fewer, an empty
/// one, or more.
[[nodiscard]] std::vector<Secret> read_secret_lines(int descriptor, std::size_t count);

enum class PassphraseAge { existing, fresh };

/// The passphrases of sealed keys, one for each question: of these files, in their order; of standard input where the
/// one file is "-"; of the prompt where there is none. A fresh one is asked for twice. Throws Error{usage} for another
/// number of files.
[[nodiscard]] std::vector<Secret> read_window_passphrases(const std::vector<Path>& files,
                                                          const std::vector<std::string>& questions, PassphraseAge age);

inline constexpr const char* kUnsealQuestion = "passphrase of the next window's key";
/// What is asked for each of so many windows but the first, whose key is not sealed.
[[nodiscard]] std::vector<std::string> questions_of_stage(int windows);

}  // namespace halfday
