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

/// Runs the service's program, gives up root for its user first, and returns its exit status (128 + n for signal n). It
/// never gets this terminal (relay.hpp). `input`, where it is open, becomes its standard input: a file that the caller
/// may read and that user may not; else there is nothing to read. `output`, where it is open, becomes its standard
/// output. `progress`, where it isn't null, is what the program was told to write its progress to. Throws Error{usage}
/// when this process is neither root nor that user.
[[nodiscard]] int run_service(const Service& service, const Places& places, const std::vector<std::string>& arguments,
                              const FileDescriptor& input = FileDescriptor{},
                              const FileDescriptor& output = FileDescriptor{}, ProgressDisplay* progress = nullptr);

/// The distributor's push, with its progress on the terminal where there is one.
[[nodiscard]] int run_push_service(const Places& places, const std::vector<std::string>& options);

/// Throws Error{usage} unless root runs this: `what` is the command's name.
void require_root(const std::string& what);

}  // namespace halfday
