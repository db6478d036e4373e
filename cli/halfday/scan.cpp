#include "cli/halfday/scan.hpp"

#include <fmt/core.h>

#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/x509/qr_parts.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/operator.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

constexpr const char* kProgram = "halfday";
constexpr int kNothingFound = 4;  // of zbarimg: in one of the images there is no code
constexpr auto kDeadline = std::chrono::minutes{5};

Command zbarimg(const std::vector<Path>& photographs) {
    Command command;
    command.argv = {"zbarimg", "--quiet", "--raw", "--nodbus", "-Sdisable", "-Sqrcode.enable"};
    for (const Path& photograph : photographs) {
        if (!std::filesystem::is_regular_file(photograph)) {
            throw Error(
                ErrorKind::not_found, "there is no photograph '" + printable(photograph.string()) + "'",
                "name the pictures' files, all of a file's codes at once: halfday scan IMG_*.jpg --out chain.pem");
        }
        command.argv.push_back(std::filesystem::absolute(photograph));
    }
    command.user = who_called_sudo();  // an image is a stranger's: root reads none
    command.deadline = kDeadline;
    command.most_output = 8 * kMostQrBytes;  // codes doubled, and others
    return command;
}

std::string read_codes(const std::vector<Path>& photographs) {
    try {
        Finished finished = run_process(zbarimg(photographs));
        if (finished.status != 0 && finished.status != kNothingFound) {
            throw Error(ErrorKind::io,
                        fmt::format("zbarimg ended with status {}: {}", finished.status, printable(finished.error)));
        }
        return std::move(finished.out);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::not_found &&
            std::string_view(error.what()).find("zbarimg") != std::string::npos) {
            throw Error(error.kind(), error.what(), "apt install zbar-tools");
        }
        throw;
    }
}

}  // namespace

int run_scan(const std::vector<Path>& photographs, const Path& out) {
    const auto text = join_qr(read_codes(photographs));
    if (const auto* refusal = std::get_if<Refusal>(&text)) {
        print_error(kProgram, fmt::format("nothing was written: {}", refusal->text()),
                    "photograph each code whole, sharp and upright, and name all photographs at once");
        return kFailed;
    }
    write_new(out, std::get<std::string>(text), Access{0644});
    fmt::print("{}: {} bytes, as 'halfday-root qr' showed them; look at it with 'halfday inspect'\n", out.string(),
               std::get<std::string>(text).size());
    return kDone;
}

}  // namespace halfday
