#include "cli/halfday/issuer_program.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "ca/base/error.hpp"
#include "ca/doctor/unit_credential.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/x509/key.hpp"
#include "cli/common/secret_lines.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/service.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

constexpr std::string_view kEncrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
constexpr const char* kQuestion = "passphrase of the issuer's key";

/// By its first line: nothing else of a key is read here.
bool begins_encrypted(const Path& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    std::array<char, kEncrypted.size()> first{};
    return file && ::read(file.get(), first.data(), first.size()) == static_cast<ssize_t>(first.size()) &&
           std::string_view(first.data(), first.size()) == kEncrypted;
}

bool first_needs_passphrase(const Places& places) {
    try {
        const KeyUri first = KeyUri::parse(read_settings(places.settings()).issuer_key, places.issuer());
        return first.is_pkcs11() || first.text().ends_with("?pass") ||
               (first.file() && begins_encrypted(*first.file()));
    } catch (const Error&) {
        return false;
    }
}

/// Where this user may not look, or the settings are wrong, nothing is known, and the issuer's own program tells.
bool needs_passphrase(const Places& places) {
    if (first_needs_passphrase(places)) {
        return true;
    }
    std::error_code failure;
    for (std::filesystem::directory_iterator it(places.issuer() / "intermediates", failure), end; !failure && it != end;
         it.increment(failure)) {
        if (begins_encrypted(it->path() / "key.pem")) {
            return true;
        }
    }
    return false;
}

/// halfday-issuer finds it by itself, since it has this environment.
bool has_credential() {
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    return folder != nullptr && std::filesystem::exists(Path(folder) / kIssuerCredential);
}

std::optional<Path> units_file() {
    if (!std::filesystem::exists("/run/systemd/system")) {
        return std::nullopt;
    }
    const Finished shown =
        run_process(Command{.argv = {"systemctl", "cat", "halfday-issuer.service"}, .input = {}, .environment = {}});
    return credential_file(shown.out);
}

bool has_terminal() { return static_cast<bool>(FileDescriptor(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY))); }

}  // namespace

IssuerProgram::IssuerProgram(const Places& places, const Path& passphrase_file) : places_(places) {
    if (!passphrase_file.empty()) {
        passphrase_ = read_passphrase(passphrase_file, kQuestion);
        return;
    }
    if (has_credential() || !needs_passphrase(places)) {
        return;
    }
    if (const auto file = units_file()) {
        passphrase_ = read_passphrase(*file, kQuestion);
    } else if (has_terminal()) {
        Secret typed = prompt_secret(kQuestion, kPassphraseOption);
        if (!typed.empty()) passphrase_ = std::move(typed);  // a token may have no PIN
    } else {
        lacks_passphrase_ = true;
    }
}

int IssuerProgram::run(std::vector<std::string> arguments, const FileDescriptor& input,
                       const FileDescriptor& output) const {
    if (!passphrase_) {
        return run_service(kIssuerService, places_, arguments, {.input = input, .output = output});
    }
    std::vector<Secret> lines;
    lines.push_back(Secret::copy_of(passphrase_->reveal()));
    const FileDescriptor secret = pipe_of(lines);
    arguments.insert(arguments.end(), {"--passphrase-fd", std::to_string(secret.get())});
    return run_service(kIssuerService, places_, arguments, {.input = input, .output = output, .secret = secret});
}

}  // namespace halfday
