// halfday-root qr: what goes out over the air gap without a stick, a code at a time for a camera.

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>

#include "ca/base/error.hpp"
#include "ca/x509/qr_parts.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/commands.hpp"
#include "cli/root/qr_code.hpp"

namespace halfday {
namespace {

std::string read_public(const Path& file) {
    std::string text = read_file(file, kMostQrBytes);
    if (text.find("PRIVATE KEY") != std::string::npos) {
        throw Error(ErrorKind::usage, "'" + file.string() + "' has a private key, which never leaves this box",
                    "show a chain, a CRL or the log");
    }
    return text;
}

}  // namespace

int run_qr(const Path& file) {
    const std::vector<std::string> codes = split_for_qr(read_public(file));
    const bool is_watched = ::isatty(STDOUT_FILENO) != 0;
    for (std::size_t at = 0; at < codes.size(); ++at) {
        const std::string heading = fmt::format("code {} of {}", at + 1, codes.size());
        fmt::print("{}\n{}", heading, draw_qr_code(Secret::copy_of(codes[at])).reveal());
        static_cast<void>(std::fflush(stdout));
        if (is_watched) {
            static_cast<void>(prompt_line(heading + ": when it is photographed, Enter goes on", ""));
        }
    }
    return kDone;
}

}  // namespace halfday
