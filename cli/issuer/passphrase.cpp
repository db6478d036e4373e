#include <cstdlib>
#include <filesystem>
#include <memory>
#include <utility>

#include "cli/common/secret_lines.hpp"
#include "cli/common/terminal.hpp"
#include "cli/issuer/commands.hpp"

namespace halfday {
namespace {

PassphraseSource from_file(const Path& file) {
    return [file] { return read_passphrase(file, "passphrase of the issuer's key"); };
}

PassphraseSource from_descriptor(int number) {
    const FileDescriptor descriptor(number);
    const auto line = std::make_shared<const Secret>(std::move(read_secret_lines(descriptor.get(), 1).front()));
    return [line] { return Secret::copy_of(line->reveal()); };
}

}  // namespace

PassphraseSource passphrase_source(const IssuerOptions& options) {
    if (!options.passphrase_file.empty()) {
        return from_file(options.passphrase_file);
    }
    if (options.passphrase_fd >= 0) {
        return from_descriptor(options.passphrase_fd);
    }
    if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY")) {
        const Path credential = Path(credentials) / kIssuerCredential;
        if (std::filesystem::exists(credential)) {
            return from_file(credential);
        }
    }
    return {};
}

}  // namespace halfday
