#include "ca/doctor/access.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/base/escape.hpp"
#include "ca/base/shell_word.hpp"

namespace halfday {
namespace {

constexpr mode_t kOthersMayWrite = 022;
constexpr mode_t kOthersMayRead = 077;

std::string shown(const Path& path) { return "'" + printable(path.string(), 300) + "'"; }

const SeenFile* find(const std::vector<SeenFile>& seen, const Path& path) {
    const auto found = std::find_if(seen.begin(), seen.end(), [&](const SeenFile& each) { return each.path == path; });
    return found == seen.end() ? nullptr : &*found;
}

std::string why_folder(const BoxFolder& folder) {
    if (folder.user == "root") return "who may write there could take the place of another's files";
    return folder.mode == 0700 ? "keys and state are there, for its user alone"
                               : "each side may write its own part of what crosses and no other";
}

Diagnosis mend(const BoxFolder& folder, const std::string& what) {
    const std::string path = shell_word(folder.path.native());
    return {"access", Severity::problem, what, why_folder(folder),
            fmt::format("install -d -o {} -g {} -m {:04o} {}", folder.user, folder.group, folder.mode, path)};
}

}  // namespace

std::vector<BoxFolder> box_folders(const Places& places) {
    const std::string root = "root";
    const std::string issuer = kIssuerUser;
    const std::string distributor = kDistributorUser;
    const std::string shared = kGroup;
    return {
        {places.etc, 0755, root, root},
        {places.hosts(), 0755, root, root},
        {places.state, 0755, root, root},
        {places.issuer(), 0700, issuer, issuer},
        {places.distributor(), 0700, distributor, distributor},
        {places.exchange(), 0750, root, shared},
        {places.exchange() / "requests", 0755, distributor, distributor},
        {places.exchange() / "receipts", 0755, distributor, distributor},
        {places.exchange() / "chains", 0755, issuer, issuer},
        {places.status(), 0750, root, shared},
        {places.status() / "issuer", 0755, issuer, issuer},
        {places.status() / "distributor", 0755, distributor, distributor},
    };
}

Diagnoses judge_folders(const std::vector<BoxFolder>& expected, const std::vector<SeenFile>& seen) {
    Diagnoses found;
    for (const BoxFolder& folder : expected) {
        const SeenFile* const there = find(seen, folder.path);
        if (there == nullptr) continue;  // it could not be looked at
        if (there->kind != SeenFile::Kind::folder) {
            found.push_back(mend(folder, fmt::format("there is no folder {}", shown(folder.path))));
        } else if (there->mode != folder.mode || there->user != folder.user || there->group != folder.group) {
            found.push_back(mend(
                folder, fmt::format("{} is {}:{} {:04o}, not {}:{} {:04o}", shown(folder.path), printable(there->user),
                                    printable(there->group), there->mode, folder.user, folder.group, folder.mode)));
        }
    }
    return found;
}

Diagnoses judge_configuration(const std::vector<SeenFile>& files) {
    Diagnoses found;
    for (const SeenFile& file : files) {
        const std::string path = shell_word(file.path.native());
        if (file.kind != SeenFile::Kind::file) {
            found.push_back({"access", Severity::problem, fmt::format("{} is no file", shown(file.path)),
                             "configuration is to be root's file itself, which no other can put another in place of",
                             fmt::format("ls -l {}", path)});
        } else if (file.user != "root" || (file.mode & kOthersMayWrite) != 0) {
            found.push_back({"access", Severity::problem,
                             fmt::format("{} is {} {:04o}: others than root may change it", shown(file.path),
                                         printable(file.user), file.mode),
                             "who changes it says what is signed and where it goes; it is refused like this",
                             fmt::format("chown root: {0} && chmod go-w {0}", path)});
        }
        if (file.is_private_key) {
            found.push_back({"keys", Severity::problem, fmt::format("{} holds a private key", shown(file.path)),
                             "all on this box may read what is there",
                             fmt::format("shred -u {}  # unless halfday.yaml names it", path)});
        }
    }
    return found;
}

Diagnoses judge_own_folder(const OwnFolder& folder) {
    Diagnoses found;
    const auto is_foreign = [&](const SeenFile& file) { return file.user != folder.user; };
    const auto foreign = std::count_if(folder.files.begin(), folder.files.end(), is_foreign);
    if (foreign > 0) {
        const auto first = std::find_if(folder.files.begin(), folder.files.end(), is_foreign);
        found.push_back(
            {"access", Severity::problem,
             fmt::format("{} {} {}, not the user {}'s{}", shown(first->path), "is", printable(first->user) + "'s",
                         folder.user, foreign > 1 ? fmt::format(", nor are {} more", foreign - 1) : ""),
             folder.stops, fmt::format("chown -hR {0}:{0} {1}", folder.user, shell_word(folder.path.native()))});
    }
    for (const SeenFile& file : folder.files) {
        if (!file.is_private_key || (file.mode & kOthersMayRead) == 0) continue;
        found.push_back({"keys", Severity::problem,
                         fmt::format("the key {} is {:04o}, not 0600", shown(file.path), file.mode),
                         "its folder keeps others out, and nothing else does",
                         // As that user, who could put a link in its place.
                         fmt::format("runuser -u {} -- chmod 0600 {}", folder.user, shell_word(file.path.native()))});
    }
    return found;
}

Diagnoses judge_root_key(const std::optional<Path>& root_key_folder) {
    if (!root_key_folder) return {};
    return {{"keys", Severity::problem, fmt::format("{} is on this box", shown(*root_key_folder)),
             "the root's key belongs on a box without a network: who has it can be any server of yours for good",
             "move it to the air-gapped box on a stick, compare there, then: rm -r " +
                 shell_word(root_key_folder->native())}};
}

}  // namespace halfday
