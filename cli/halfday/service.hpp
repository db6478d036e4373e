#pragma once

#include <string>
#include <vector>

#include "ca/exchange/places.hpp"
#include "cli/halfday/progress_display.hpp"

namespace halfday {

/// One of the programs beside this one, run as the user whose state it keeps.
struct Service {
    const char* program;  // "halfday-issuer"
    const char* user;
};

inline constexpr Service kIssuerService{"halfday-issuer", kIssuerUser};
inline constexpr Service kDistributorService{"halfday-distributor", kDistributorUser};

/// The argv of `service` with `--etc` and `--state` put before `arguments`.
[[nodiscard]] std::vector<std::string> service_argv(const Service& service, const Places& places,
                                                    const std::vector<std::string>& arguments);

/// What a service's program is given of this process's; each is this process's own still.
struct Handed {
    inline static const FileDescriptor kNothing{};
    const FileDescriptor& input = kNothing;   // standard input: a file that we may read and that user may not
    const FileDescriptor& output = kNothing;  // standard output
    const FileDescriptor& secret = kNothing;  // stays open under its number
    ProgressDisplay* progress = nullptr;      // what the program was told to write its progress to
};

/// Runs the service's program, gives up root for its user first, and returns its exit status (128 + n for signal n). It
/// never gets this terminal (relay.hpp), and without `handed.input` nothing to read. Throws Error{usage} when this
/// process is neither root nor that user.
[[nodiscard]] int run_service(const Service& service, const Places& places, const std::vector<std::string>& arguments,
                              const Handed& handed = {});

/// The distributor's push, with its progress on the terminal where there is one.
[[nodiscard]] int run_push_service(const Places& places, const std::vector<std::string>& options);

/// Throws Error{usage} unless root runs this: `what` is the command's name.
void require_root(const std::string& what);

}  // namespace halfday
