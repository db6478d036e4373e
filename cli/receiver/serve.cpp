#include <fmt/core.h>
#include <unistd.h>

#include "ca/exchange/wire.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/receiver/become_receiver.hpp"
#include "cli/receiver/commands.hpp"
#include "distribute/process/process.hpp"
#include "distribute/receive/input.hpp"
#include "distribute/receive/visit.hpp"

namespace halfday {
namespace {

constexpr std::chrono::seconds kInputDeadline{10};

void warn_of_strangers(const Receiver& receiver, const Delivery& delivery) {
    for (const Delivery::ChainFor& chain : delivery.chains) {
        if (receiver.grants.find(chain.entry) == nullptr) {
            print_warning(kReceiverProgram, "'" + chain.entry.text() + "' is not granted here and was left alone",
                          "name it in " + receiver.places.grants().string());
        }
    }
}

}  // namespace

int run_serve(const ReceiverPlaces& places, Time now) {
    // Read to its end before anything can fail: a peer that is still sending would only see its connection break.
    const std::string input = read_to_end(STDIN_FILENO, kMostWireBytes, kInputDeadline);
    const Receiver receiver = become_receiver(places);
    const Delivery delivery = parse_delivery(input);
    warn_of_strangers(receiver, delivery);
    fmt::print("{}\n", to_json(receive_visit(receiver, delivery, now)));
    return kDone;
}

}  // namespace halfday
