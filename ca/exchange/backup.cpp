// Writing a backup. Reading is in backup_reading.cpp.
#include "ca/exchange/backup.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "ca/base/error.hpp"
#include "ca/base/names.hpp"
#include "ca/exchange/archive_name.hpp"
#include "ca/exchange/backup_manifest.hpp"
#include "ca/exchange/tar.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr std::string_view kHostEnding = ".yaml";
constexpr std::array kFixedPaths{kBackupLedger, kBackupKey,   kBackupRequest, kBackupChain,
                                 kBackupCrls,   kBackupCross, kBackupProfile};

bool is_host_file(std::string_view name) {
    if (!name.ends_with(kHostEnding)) {
        return false;
    }
    name.remove_suffix(kHostEnding.size());
    try {
        return HostName::parse(name).text() == name;
    } catch (const Error&) {
        return false;
    }
}

bool is_configuration(std::string_view path) {
    const std::vector<Path> files = configuration_files({.etc = kBackupEtc, .state = {}});
    return std::find(files.begin(), files.end(), path) != files.end();
}

void write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(fd, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            throw_errno("cannot write the backup");
        }
    }
}

BackupFile describe(const BackupItem& item) {
    BackupFile file{item.path, 0, ""};
    Sha256Stream digest;
    item.content([&](std::string_view piece) {
        file.size += static_cast<std::int64_t>(piece.size());
        digest.put(piece);
    });
    file.sha256 = digest.finish_hex();
    return file;
}

}  // namespace

std::vector<Path> configuration_files(const Places& places) {
    return {places.settings(), places.root_certificate(), places.next_root_certificate(), places.known_hosts(),
            places.ssh_config()};
}

namespace {

bool is_sealed_file(std::string_view name) {
    constexpr std::size_t kDigits = 32;  // of a fingerprint
    const std::string_view folder = name.substr(0, kDigits);
    const std::string_view file = name.substr(folder.size());
    return folder.size() == kDigits && folder.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
           (file == "/sealed.pem" || file == "/request.pem" || file == "/chain.pem");
}

}  // namespace

bool is_backup_path(std::string_view path) {
    return std::find(kFixedPaths.begin(), kFixedPaths.end(), path) != kFixedPaths.end() || is_configuration(path) ||
           (path.starts_with(kBackupHosts) && is_host_file(path.substr(kBackupHosts.size()))) ||
           (path.starts_with(kBackupSealed) && is_sealed_file(path.substr(kBackupSealed.size()))) ||
           (path.starts_with(kBackupArchives) && is_archive_name(path.substr(kBackupArchives.size())));
}

BackupContent content_of(std::string text) {
    return [text = std::move(text)](const std::function<void(std::string_view)>& put) { put(text); };
}

BackupContent content_of(const FileDescriptor& file) {
    return [&file](const std::function<void(std::string_view)>& put) {
        std::string piece(kBackupPieceBytes, '\0');
        off_t offset = 0;
        while (true) {
            const ssize_t count = ::pread(file.get(), piece.data(), piece.size(), offset);
            if (count < 0) {
                throw_errno("cannot read what is to be backed up");
            }
            if (count == 0) {
                return;
            }
            offset += count;
            put(std::string_view(piece).substr(0, static_cast<std::size_t>(count)));
        }
    };
}

void write_backup(int fd, BackupManifest manifest, const std::vector<BackupItem>& items) {
    for (const BackupItem& item : items) {
        manifest.files.push_back(describe(item));
    }
    const auto write_file = [&](std::string_view path, std::int64_t size, const BackupContent& content) {
        write_all(fd, tar_header(path, size, manifest.made_at));
        content([&](std::string_view piece) { write_all(fd, piece); });
        write_all(fd, tar_padding(size));
    };
    const std::string json = to_json(manifest);
    write_file(kBackupManifestName, static_cast<std::int64_t>(json.size()), content_of(json));
    for (std::size_t at = 0; at < items.size(); ++at) {
        write_file(items[at].path, manifest.files[at].size, items[at].content);
    }
    const std::string sum = manifest_sum(json);
    write_file(kBackupSumName, static_cast<std::int64_t>(sum.size()), content_of(sum));
    write_all(fd, tar_end());
}

}  // namespace halfday
