#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "ca/base/error.hpp"
#include "ca/exchange/backup.hpp"
#include "ca/exchange/backup_manifest.hpp"
#include "ca/exchange/tar.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

[[noreturn]] void throw_spoiled(const std::string& what) {
    throw Error(ErrorKind::corrupt, "the backup can't be used: " + what, "take another backup; nothing was changed");
}

std::string read_at(int fd, std::int64_t offset, std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t got = 0;
    while (got < size) {
        const ssize_t count = ::pread(fd, bytes.data() + got, size - got, offset + static_cast<std::int64_t>(got));
        if (count < 0 && errno != EINTR) {
            throw_errno("cannot read the backup");
        }
        if (count == 0) {
            throw_spoiled(fmt::format("it is cut off after {} bytes", offset + static_cast<std::int64_t>(got)));
        }
        got += count < 0 ? 0 : static_cast<std::size_t>(count);
    }
    return bytes;
}

void read_file_at(int fd, std::int64_t offset, const BackupFile& file,
                  const std::function<void(std::string_view)>& put) {
    Sha256Stream digest;
    for (std::int64_t done = 0; done < file.size;) {
        const auto wanted = std::min(static_cast<std::int64_t>(kBackupPieceBytes), file.size - done);
        const std::string piece = read_at(fd, offset + done, static_cast<std::size_t>(wanted));
        digest.put(piece);
        put(piece);
        done += wanted;
    }
    if (digest.finish_hex() != file.sha256) {
        throw_spoiled("'" + file.path + "' was changed: its SHA-256 is another than the manifest says");
    }
}

/// Walks an archive from its beginning and takes nothing for granted.
class ArchiveWalk {
   public:
    explicit ArchiveWalk(int fd) : fd_(fd) {}

    BackupManifest take_manifest() {
        const std::string header = read_at(fd_, 0, kTarBlock);
        const auto size = tar_size(header);
        if (!header.starts_with(std::string(kBackupManifestName) + '\0') || !size ||
            *size > static_cast<std::int64_t>(kMostManifestBytes)) {
            throw Error(ErrorKind::corrupt, "this is not a backup of an issuer", "halfday backup FILE makes one");
        }
        const std::string json = read_at(fd_, kTarBlock, static_cast<std::size_t>(*size));
        BackupManifest manifest = parse(json);
        sum_ = manifest_sum(json);
        expect(tar_header(kBackupManifestName, *size, manifest.made_at), "the manifest's header");
        at_ += *size;
        expect(tar_padding(*size), "what follows the manifest");
        return manifest;
    }

    /// Where its content begins.
    std::int64_t take_file(const BackupFile& file, Time made_at) {
        expect(tar_header(file.path, file.size, made_at), "the header of '" + file.path + "'");
        const std::int64_t begin = at_;
        read_file_at(fd_, begin, file, [](std::string_view) {});
        at_ += file.size;
        expect(tar_padding(file.size), "what follows '" + file.path + "'");
        return begin;
    }

    void take_end(Time made_at) {
        const auto size = static_cast<std::int64_t>(sum_.size());
        expect(tar_header(kBackupSumName, size, made_at) + sum_ + tar_padding(size),
               "its manifest, or that one's sum,");
        expect(tar_end(), "its end");
        struct stat status {};
        if (::fstat(fd_, &status) != 0) {
            throw_errno("cannot look at the backup");
        }
        if (status.st_size != at_) {
            throw_spoiled(fmt::format("there are {} bytes after its end", status.st_size - at_));
        }
    }

   private:
    static BackupManifest parse(const std::string& json) {
        try {
            return parse_backup_manifest(json);
        } catch (const Error& error) {
            throw Error(error.kind(), std::string("the backup can't be used: ") + error.what(), error.hint());
        }
    }

    void expect(const std::string& bytes, const std::string& what) {
        if (read_at(fd_, at_, bytes.size()) != bytes) {
            throw_spoiled(what + " was changed");
        }
        at_ += static_cast<std::int64_t>(bytes.size());
    }

    int fd_;
    std::int64_t at_ = 0;
    std::string sum_;
};

/// What no backup is without; its root is the one that the manifest names.
void require_whole(const Backup& backup) {
    for (const std::string_view path : {kBackupRoot, kBackupLedger}) {
        if (!backup.has(path)) {
            throw_spoiled(fmt::format("it has no '{}'", path));
        }
    }
    if (Certificate::parse_pem(backup.read(kBackupRoot)).fingerprint().text() != backup.manifest().root) {
        throw_spoiled("its manifest names another root than its root.pem");
    }
}

}  // namespace

Backup Backup::open(int fd) {
    ArchiveWalk walk(fd);
    Backup backup(fd, walk.take_manifest());
    for (const BackupFile& file : backup.manifest_.files) {
        backup.offsets_.push_back(walk.take_file(file, backup.manifest_.made_at));
    }
    walk.take_end(backup.manifest_.made_at);
    require_whole(backup);
    return backup;
}

bool Backup::has(std::string_view path) const {
    return std::any_of(manifest_.files.begin(), manifest_.files.end(),
                       [&](const BackupFile& file) { return file.path == path; });
}

std::string Backup::read(std::string_view path) const {
    std::string content;
    read(path, [&](std::string_view piece) { content += piece; });
    return content;
}

void Backup::read(std::string_view path, const std::function<void(std::string_view)>& put) const {
    for (std::size_t at = 0; at < offsets_.size(); ++at) {
        if (manifest_.files[at].path == path) {
            read_file_at(fd_, offsets_[at], manifest_.files[at], put);
            return;
        }
    }
    throw Error(ErrorKind::not_found, fmt::format("the backup has no '{}'", path));
}

}  // namespace halfday
