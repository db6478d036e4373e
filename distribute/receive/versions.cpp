#include "distribute/receive/versions.hpp"

#include <grp.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "ca/base/error.hpp"
#include "ca/base/joined_secret.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostChainBytes = 256 * 1024;
constexpr mode_t kVersionMode = 0755;
constexpr mode_t kPublic = 0644;

Certificate read_leaf(const Path& version) {
    return parse_chain(read_file(version / kFullChainFile, kMostChainBytes)).front();
}

std::optional<Certificate> read_leaf_if_whole(const Path& version) {
    try {
        return read_leaf(version);
    } catch (const Error&) {
        return std::nullopt;
    }
}

StoredVersion look_at(const Path& version) {
    const std::optional<Certificate> leaf = read_leaf_if_whole(version);
    return {version.filename().string(), leaf ? std::optional(leaf->not_after()) : std::nullopt};
}

}  // namespace

std::optional<gid_t> group_of(const Grant& grant) {
    if (grant.key_group.empty()) return std::nullopt;
    std::vector<char> memory(64 * 1024);
    group entry{};
    group* found = nullptr;
    ::getgrnam_r(grant.key_group.c_str(), &entry, memory.data(), memory.size(), &found);
    if (found == nullptr) {
        throw Error(
            ErrorKind::usage,
            "there is no group '" + grant.key_group + "', which '" + grant.entry.text() + "' is to let read its key",
            "correct it in receiver.yaml, or groupadd --system " + grant.key_group);
    }
    return found->gr_gid;
}

std::optional<LiveVersion> read_live(const ReceiverPlaces& places, const EntryName& entry) {
    const Path link = places.live_of(entry);
    std::error_code error;
    const Path target = std::filesystem::read_symlink(link, error);
    if (error == std::errc::no_such_file_or_directory) return std::nullopt;
    if (error) throw Error(ErrorKind::corrupt, "'" + link.string() + "' is not a symlink", "move it away");
    const Serial serial = Serial::parse(target.filename().string());
    Certificate leaf = read_leaf(link);
    if (leaf.serial_hex() != serial.hex()) {
        throw Error(ErrorKind::corrupt, "'" + link.string() + "' points to a certificate with another serial number");
    }
    return LiveVersion{serial, std::move(leaf)};
}

std::optional<Certificate> read_version(const ReceiverPlaces& places, const EntryName& entry, const Serial& serial) {
    return read_leaf_if_whole(places.versions_of(entry) / serial.hex());
}

void write_version(const ReceiverPlaces& places, const Grant& grant, const Chain& chain, const PrivateKey& key) {
    const Access key_access{grant.key_mode, group_of(grant)};
    const Path folder = places.versions_of(grant.entry) / Serial::parse(chain.front().serial_hex()).hex();
    make_folder(places.versions_of(grant.entry), kVersionMode);
    make_folder(folder, kVersionMode);
    const std::string full_chain = to_pem(chain);
    const Secret key_pem = key.to_pem();
    replace_file(folder / kFullChainFile, full_chain, {kPublic});
    replace_file(folder / kPrivateKeyFile, key_pem.reveal(), key_access);
    replace_file(folder / kCombinedFile, joined({full_chain, key_pem.reveal()}).reveal(), key_access);
}

void flip_live(const ReceiverPlaces& places, const EntryName& entry, const Serial& serial) {
    const Path link = places.live_of(entry);
    const Path beside = places.live() / ("." + entry.text() + ".new");
    const Path target = Path("..") / places.versions().filename() / entry.text() / serial.hex();
    ::unlink(beside.c_str());
    if (::symlink(target.c_str(), beside.c_str()) != 0) throw_errno("cannot make the link '" + beside.string() + "'");
    if (::rename(beside.c_str(), link.c_str()) != 0) throw_errno("cannot put '" + link.string() + "' into place");
    sync_folder(places.live());
}

void remove_live(const ReceiverPlaces& places, const EntryName& entry) { remove_file(places.live_of(entry)); }

std::vector<StoredVersion> stored_versions(const ReceiverPlaces& places, const EntryName& entry) {
    std::vector<StoredVersion> versions;
    std::error_code error;
    for (const auto& version : std::filesystem::directory_iterator(places.versions_of(entry), error)) {
        versions.push_back(look_at(version.path()));
    }
    return versions;
}

std::vector<std::string> outdated(const std::vector<StoredVersion>& versions, const std::string& live, Time now) {
    const StoredVersion* previous = nullptr;
    for (const StoredVersion& version : versions) {
        if (version.folder == live || !version.not_after) continue;
        if (previous == nullptr || *version.not_after > *previous->not_after) previous = &version;
    }
    std::vector<std::string> folders;
    for (const StoredVersion& version : versions) {
        const bool is_kept = version.folder == live || &version == previous;
        if (!is_kept && (!version.not_after || *version.not_after < now)) folders.push_back(version.folder);
    }
    return folders;
}

void delete_outdated(const ReceiverPlaces& places, const EntryName& entry, Time now) {
    const Path folder = places.versions_of(entry);
    const std::optional<LiveVersion> live = read_live(places, entry);
    if (!live) return;
    std::error_code error;
    for (const std::string& name : outdated(stored_versions(places, entry), live->serial.hex(), now)) {
        std::filesystem::remove_all(folder / name, error);
        if (error) throw Error(ErrorKind::io, "cannot delete '" + (folder / name).string() + "': " + error.message());
    }
}

}  // namespace halfday
