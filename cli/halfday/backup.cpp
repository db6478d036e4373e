#include "cli/halfday/backup.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/new_file.hpp"
#include "ca/exchange/backup.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/halfday/service.hpp"
#include "cli/halfday/setup.hpp"

namespace halfday {
namespace {

void print_facts(const BackupManifest& manifest) {
    const auto hosts = std::count_if(manifest.files.begin(), manifest.files.end(),
                                     [](const BackupFile& each) { return each.path.starts_with(kBackupHosts); });
    fmt::print("made:   {}\nroot:   {}\nlog:    {}, certificates: {}\nhosts:  {}\n", format_time(manifest.made_at),
               printable(manifest.root), printable(manifest.ledger.log_id), manifest.ledger.size, hosts);
}

std::ptrdiff_t sealed_in(const BackupManifest& manifest) {
    return std::count_if(manifest.files.begin(), manifest.files.end(), [](const BackupFile& each) {
        return each.path.starts_with(kBackupSealed) && each.path.ends_with("/sealed.pem");
    });
}

void print_left_out(BackedUpKey key) {
    if (key == BackedUpKey::left_out) {
        fmt::print(
            "left out: the issuer's key, since it is not encrypted or there are several; after a restore `halfday "
            "init` makes another, and "
            "the air-gapped box signs it\n");
    } else if (key == BackedUpKey::elsewhere) {
        fmt::print("left out: the issuer's key, since it is not in the issuer's folder; keep it yourself\n");
    }
    fmt::print("left out: the distributor's SSH key; after a restore each web server has to be told another\n");
}

/// For `halfday doctor`. Whoever may not write there made a good backup all the same.
void note_backup(const Places& places, const BackupManifest& manifest) {
    if (::geteuid() == 0) {
        replace_file(places.backup_note(), format_time(manifest.made_at) + "\n", {.mode = kPublic});
    }
}

FileDescriptor open_backup(const Path& file) {
    FileDescriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!opened) {
        throw_errno("cannot read '" + printable(file.string()) + "'");
    }
    return opened;
}

/// The configuration's files: where each goes, and what it is called in the backup.
std::vector<std::pair<Path, std::string>> configuration_of(const Places& places, const Backup& backup) {
    std::vector<std::pair<Path, std::string>> files;
    for (const BackupFile& file : backup.manifest().files) {
        if (file.path.starts_with(kBackupEtc)) {
            files.emplace_back(places.etc / file.path.substr(kBackupEtc.size()), file.path);
        }
    }
    return files;
}

[[noreturn]] void throw_has_configuration(const Path& file) {
    throw Error(ErrorKind::usage,
                fmt::format("there is another configuration here already: '{}'", printable(file.string())),
                "move it away if this backup is really meant to replace it; nothing was changed");
}

/// Files that are there must be the backup's own: those of a restore that was interrupted.
void require_no_other_configuration(const Places& places, const Backup& backup) {
    for (const Path& file : configuration_files(places)) {
        const std::string path = std::string(kBackupEtc) + file.filename().string();
        const auto there = read_file_if_there(file, kMostBackupFileBytes);
        if (there && (!backup.has(path) || backup.read(path) != *there)) {
            throw_has_configuration(file);
        }
    }
    if (!std::filesystem::exists(places.hosts())) {
        return;
    }
    for (const auto& each : std::filesystem::directory_iterator(places.hosts())) {
        const std::string path = std::string(kBackupHosts) + each.path().filename().string();
        if (!backup.has(path) || backup.read(path) != read_file(each.path(), kMostBackupFileBytes)) {
            throw_has_configuration(each.path());
        }
    }
}

void write_configuration(const Places& places, const Backup& backup) {
    for (const auto& [file, path] : configuration_of(places, backup)) {
        if (!std::filesystem::exists(file)) {
            write_new(file, backup.read(path), {.mode = kPublic});
        }
    }
}

void print_next(const BackupManifest& manifest) {
    fmt::print("\nThe root's fingerprint above is to be the one on your paper. What is left to do:\n");
    if (sealed_in(manifest) > 0) {
        fmt::print("- {} keys are sealed: halfday unseal --early opens the next window's, without a ceremony\n",
                   sealed_in(manifest));
    }
    fmt::print("- on each web server, put the SSH key above in place of the old one in authorized_keys\n");
    if (manifest.key == BackedUpKey::left_out) {
        fmt::print("- halfday init, which makes an issuer key and its request; have it signed; halfday accept CHAIN\n");
    } else if (manifest.key == BackedUpKey::elsewhere) {
        fmt::print("- bring the issuer's key back to where halfday.yaml says\n");
    }
    fmt::print("- halfday check, halfday run, halfday status\n");
}

}  // namespace

int back_up(const Places& places, const Path& file) {
    NewFile written(file);
    const int status = run_service(kIssuerService, places, {"backup"}, {.output = written.descriptor()});
    if (status != kDone) {
        return status;
    }
    const Backup backup = Backup::open(written.descriptor().get());
    written.put_into_place();
    fmt::print("backup: {}\n", printable(file.string()));
    print_facts(backup.manifest());
    if (const auto sealed = sealed_in(backup.manifest()); sealed > 0) {
        fmt::print("sealed: {} keys of windows to come, with their chains\n", sealed);
    }
    print_left_out(backup.manifest().key);
    note_backup(places, backup.manifest());
    return kDone;
}

int restore_box(const Places& places, const Path& file) {
    require_root("restore FILE");
    const FileDescriptor opened = open_backup(file);
    const Backup backup = Backup::open(opened.get());
    require_no_other_configuration(places, backup);
    set_up_folders(places);
    const int status = run_service(kIssuerService, places, {"restore"}, {.input = opened});
    if (status != kDone) {
        return status;
    }
    write_configuration(places, backup);
    print_facts(backup.manifest());
    print_ssh_key(places);
    print_next(backup.manifest());
    return kDone;
}

}  // namespace halfday
