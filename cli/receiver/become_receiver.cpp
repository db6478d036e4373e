#include "cli/receiver/become_receiver.hpp"

#include <filesystem>

#include "ca/base/error.hpp"
#include "distribute/process/process.hpp"

namespace halfday {

Receiver become_receiver(const ReceiverPlaces& places) {
    std::error_code reason;
    if (std::filesystem::status(places.state, reason).type() == std::filesystem::file_type::not_found) {
        throw Error(ErrorKind::not_found, "this host is no receiver yet: there is no '" + places.state.string() + "'",
                    "make it one with 'halfday-receiver init', or name its folder with --state");
    }
    become_owner_of(places.state);
    return load_receiver(places, HALFDAY_VERSION);
}

}  // namespace halfday
