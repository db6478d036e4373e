#pragma once

#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"

namespace halfday {

/// The arguments of `halfday trust`.
struct TrustOptions {
    Path root_file;
    std::vector<std::string> stores;  // kinds; all where it is empty
    Path image = "/";                 // the root folder of the machine that is meant
    std::string confirm;              // the fingerprint that the root must have; any where it is empty
    bool unconstrained = false;
    bool dry_run = false;
};

// Each tells on standard output what became of each store, and on stderr why it could not be done somewhere; returns
// the exit status: kDone, kSomeHosts for some stores only, kFailed for none.

/// Throws Error{usage} for what is no root of ours to trust (check_root) and another fingerprint than `confirm`.
[[nodiscard]] int install_trust(const TrustOptions& options, Time now);
/// Takes any certificate away.
[[nodiscard]] int remove_trust(const TrustOptions& options);
[[nodiscard]] int list_trust(const TrustOptions& options);

}  // namespace halfday
