#include "cli/halfday/setup.hpp"

#include <fmt/core.h>
#include <grp.h>
#include <unistd.h>

#include <cerrno>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/file.hpp"
#include "ca/doctor/access.hpp"
#include "cli/halfday/issuer_program.hpp"
#include "cli/halfday/service.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostPublicKeyBytes = 4096;

gid_t find_group(const char* name) {
    errno = 0;
    const group* found = ::getgrnam(name);
    if (found == nullptr) {
        throw Error(ErrorKind::not_found, fmt::format("there is no group '{}'", name),
                    "systemd-sysusers /usr/lib/sysusers.d/halfday.conf");
    }
    return found->gr_gid;
}

void make_owned(const Path& folder, mode_t mode, uid_t user, gid_t group) {
    make_folder(folder, mode);
    if (::chown(folder.c_str(), user, group) != 0) {
        throw_errno("chown '" + folder.string() + "'");
    }
}

void make_folders(const Places& places) {
    const std::vector<BoxFolder> folders = box_folders(places);
    std::vector<std::pair<uid_t, gid_t>> owners;  // all are known before anything is made
    for (const BoxFolder& folder : folders) {
        owners.emplace_back(find_user(folder.user).uid, find_group(folder.group.c_str()));
    }
    for (std::size_t i = 0; i < folders.size(); ++i) {
        make_owned(folders[i].path, folders[i].mode, owners[i].first, owners[i].second);
    }
}

void make_ssh_key(const Path& key, const User& distributor) {
    if (std::filesystem::exists(key)) {
        return;
    }
    const Finished made = run_process(
        Command{.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "halfday-distributor", "-f", key},
                .input = {},
                .environment = {},
                .user = distributor});
    if (made.status != 0) {
        throw Error(ErrorKind::io,
                    fmt::format("ssh-keygen could not make '{}': {}", key.string(), printable(made.error)));
    }
}

}  // namespace

void set_up_folders(const Places& places) {
    const User distributor = find_user(kDistributorUser);
    make_folders(places);
    make_ssh_key(places.distributor() / "id_ed25519", distributor);
}

void print_ssh_key(const Places& places) {
    // The folder is the distributor's: what stands there is foreign to root.
    const std::string public_key =
        read_beneath(places.distributor(), "id_ed25519.pub", kMostPublicKeyBytes).value_or("");
    fmt::print("distributor's SSH key, for `halfday-receiver init --distributor-key` on each web server:\n{}\n",
               printable(public_key.substr(0, public_key.find('\n')), kMostPublicKeyBytes));
    static_cast<void>(std::fflush(stdout));
}

int set_up_issuer_box(const Places& places, const Path& passphrase_file,
                      const std::vector<std::string>& issuer_arguments, const FileDescriptor& input) {
    require_root("init");
    const IssuerProgram issuer(places, passphrase_file);
    set_up_folders(places);
    print_ssh_key(places);
    return issuer.run(issuer_arguments, input);
}

}  // namespace halfday
