#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "ca/doctor/diagnosis.hpp"
#include "ca/exchange/places.hpp"

namespace halfday {

/// A folder of the issuer box, as `halfday init` makes it.
struct BoxFolder {
    Path path;
    mode_t mode;
    std::string user;
    std::string group;
};
/// All of them, the outer ones first (places.hpp says why).
[[nodiscard]] std::vector<BoxFolder> box_folders(const Places& places);

/// What is seen of a file or folder. A user or group without a name is its number.
struct SeenFile {
    Path path;
    mode_t mode = 0;
    std::string user = {};
    std::string group = {};
    enum class Kind { missing, file, folder, other } kind = Kind::missing;
    bool is_private_key = false;
};

/// Folders with another owner, group or mode than they should have, or that are missing.
[[nodiscard]] Diagnoses judge_folders(const std::vector<BoxFolder>& expected, const std::vector<SeenFile>& seen);

/// Files of root's configuration that others own or may change, and keys, which have no place there.
[[nodiscard]] Diagnoses judge_configuration(const std::vector<SeenFile>& files);

/// What is in a service's own folder: all is to be its user's, and keys for that user alone to read. `stops` is what
/// stops when it isn't.
struct OwnFolder {
    Path path;
    std::string user;
    std::string stops;
    std::vector<SeenFile> files;
};
[[nodiscard]] Diagnoses judge_own_folder(const OwnFolder& folder);

/// A root key's folder, or nothing: the root's key has no place on a box with a network.
[[nodiscard]] Diagnoses judge_root_key(const std::optional<Path>& root_key_folder);

}  // namespace halfday
