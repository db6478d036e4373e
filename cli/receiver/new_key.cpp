#include <fmt/core.h>

#include "ca/exchange/json.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/receiver/commands.hpp"
#include "distribute/process/process.hpp"
#include "distribute/receive/visit.hpp"

namespace halfday {

int run_new_key(const ReceiverPlaces& places, const std::string& entry, Form form, Time now) {
    become_owner_of(places.state);
    const Receiver receiver = load_receiver(places, HALFDAY_VERSION);
    make_new_key(receiver, EntryName::parse(entry), now);
    if (form == Form::json) {
        fmt::print("{}\n", JsonWriter().text("entry", entry).finish());
    } else {
        fmt::print("{}: a new key waits for its certificate; next, on the issuer box: halfday renew {}\n", entry,
                   receiver.grants.host.text());
    }
    return kDone;
}

}  // namespace halfday
