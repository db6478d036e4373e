#include "cli/root/root_key.hpp"

#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/token/open_key.hpp"
#include "cli/common/terminal.hpp"
#include "cli/root/ceremony.hpp"
#include "cli/root/custodians.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostUriBytes = 4096;
constexpr std::size_t kMostKeyBytes = 64 * 1024;

std::optional<KeyUri> remembered(const RootFolder& folder) {
    const auto line = read_file_if_there(folder.key_uri(), kMostUriBytes);
    if (!line) {
        return std::nullopt;
    }
    try {
        return KeyUri::parse(line->substr(0, line->find('\n')), folder.state);
    } catch (const Error& error) {
        throw Error(ErrorKind::corrupt, "'" + folder.key_uri().string() + "': " + error.what(),
                    "its one line is the URI of the root's key; or say it with --key");
    }
}

/// A sharing that was killed leaves the key that was to be in force, and shares that people may have on paper. Killed
/// after that, it is the one in force.
void drop_unfinished_share(const RootFolder& folder, const Path& key) {
    if (!std::filesystem::exists(folder.shared_key()) || !std::filesystem::exists(key)) {
        return;
    }
    const bool is_in_force =
        read_secret_file(folder.shared_key(), kMostKeyBytes).reveal() == read_secret_file(key, kMostKeyBytes).reveal();
    remove_file(folder.shared_key());
    if (!is_in_force) {
        print_warning(kProgram,
                      "a sharing of the key was cut short; what opened the key still does, and '" +
                          folder.shared_key().string() + "' is removed",
                      "the shares that were shown then open nothing: burn them, and share again");
    }
}

}  // namespace

KeyUri root_key_uri(const CeremonyOptions& options) {
    if (!options.key.empty()) {
        return KeyUri::parse(options.key, options.folder.state);
    }
    return remembered(options.folder).value_or(KeyUri::of_file(options.folder.key()));
}

void remember_root_key(const RootFolder& folder, const KeyUri& uri) {
    if (uri.text() != KeyUri::of_file(folder.key()).text()) {
        replace_file(folder.key_uri(), uri.text() + "\n", Access{0644});
    }
}

bool has_root_key(const RootFolder& folder, const KeyUri& uri) {
    return uri.file() ? std::filesystem::exists(*uri.file()) : std::filesystem::exists(folder.key_uri());
}

PassphraseSource root_passphrase(const CeremonyOptions& options, const KeyUri& uri) {
    return [&options, file = uri.file()] {
        return file ? read_root_passphrase(options, *file)
                    : read_passphrase(options.passphrase_file, "PIN of the token with the root's key");
    };
}

PrivateKey open_root_key(const CeremonyOptions& options) {
    const KeyUri uri = root_key_uri(options);
    if (uri.file()) {
        drop_unfinished_share(options.folder, *uri.file());
    }
    return open_key(uri, root_passphrase(options, uri));
}

}  // namespace halfday
