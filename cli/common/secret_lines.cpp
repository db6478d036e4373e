#include "cli/common/secret_lines.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include "ca/base/error.hpp"
#include "ca/base/joined_secret.hpp"
#include "cli/common/terminal.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostBytes = 32 * 1024;  // a pipe holds twice that without a reader
constexpr std::string_view kStandardInput = "-";

Secret text_of(const std::vector<Secret>& lines) {
    std::size_t size = 0;
    for (const Secret& line : lines) {
        size += line.size() + 1;
    }
    if (size > kMostBytes) {
        throw Error(ErrorKind::usage, fmt::format("the passphrases are longer than {} bytes together", kMostBytes));
    }
    Secret text(size);
    for (const Secret& line : lines) {
        append(text, line.reveal());
        append(text, "\n");
    }
    return text;
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno != EINTR) {
            throw_errno("hand over a passphrase");
        }
        bytes.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
}

Secret read_to_end(int descriptor) {
    Secret text(kMostBytes + 1);
    text.resize(text.capacity());
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t count = ::read(descriptor, text.data() + size, text.size() - size);
        if (count < 0 && errno != EINTR) {
            throw_errno("read a passphrase that is handed over");
        }
        if (count == 0) {
            break;
        }
        size += count < 0 ? 0 : static_cast<std::size_t>(count);
    }
    text.resize(size);
    return text;
}

}  // namespace

FileDescriptor pipe_of(const std::vector<Secret>& lines) {
    const Secret text = text_of(lines);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw_errno("make a pipe");
    }
    FileDescriptor read_end(ends[0]);
    const FileDescriptor write_end(ends[1]);
    write_all(write_end.get(), text.reveal());
    return read_end;
}

std::vector<Secret> read_secret_lines(int descriptor, std::size_t count) {
    const Secret text = read_to_end(descriptor);
    std::string_view rest = text.reveal();
    std::vector<Secret> lines;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        if (!line.empty()) {
            lines.push_back(Secret::copy_of(line));
        }
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    }
    if (lines.size() != count) {
        throw Error(ErrorKind::usage,
                    fmt::format("{} passphrases are handed over, and {} are wanted", lines.size(), count));
    }
    return lines;
}

std::vector<Secret> read_window_passphrases(const std::vector<Path>& files, const std::vector<std::string>& questions,
                                            PassphraseAge age) {
    constexpr std::string_view kInstead = "--window-passphrase-file FILE";
    if (files.size() == 1 && files.front() == kStandardInput) {
        return read_secret_lines(STDIN_FILENO, questions.size());
    }
    if (!files.empty() && files.size() != questions.size()) {
        throw Error(ErrorKind::usage,
                    fmt::format("--window-passphrase-file is there {} times, and sealed keys: {}", files.size(),
                                questions.size()),
                    "once for each, in the order of the windows; or not at all, and they are asked for");
    }
    std::vector<Secret> passphrases;
    for (std::size_t at = 0; at < questions.size(); ++at) {
        const Path file = files.empty() ? Path{} : files[at];
        passphrases.push_back(age == PassphraseAge::fresh ? read_new_passphrase(file, questions[at], kInstead)
                                                          : read_passphrase(file, questions[at], kInstead));
    }
    return passphrases;
}

std::vector<std::string> questions_of_stage(int windows) {
    std::vector<std::string> questions;
    for (int window = 2; window <= windows; ++window) {
        questions.push_back(fmt::format("a passphrase for window {} of {}", window, windows));
    }
    return questions;
}

}  // namespace halfday
