#include <cstdlib>
#include <filesystem>

#include "cli/common/terminal.hpp"
#include "cli/issuer/commands.hpp"

namespace halfday {
namespace {

constexpr const char* kCredential = "issuer-passphrase";

PassphraseSource from_file(const Path& file) {
    return [file] { return read_passphrase(file, "passphrase of the issuer's key"); };
}

}  // namespace

PassphraseSource passphrase_source(const Path& file) {
    if (!file.empty()) {
        return from_file(file);
    }
    if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY")) {
        const Path credential = Path(credentials) / kCredential;
        if (std::filesystem::exists(credential)) {
            return from_file(credential);
        }
    }
    return {};
}

}  // namespace halfday
