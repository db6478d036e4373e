#include "distribute/push/transport.hpp"

#include "ca/base/error.hpp"
#include "distribute/process/process.hpp"
#include "distribute/push/unix_socket.hpp"

namespace halfday {
namespace {

std::string ask(const HostName& host, const SshReach& reach, std::string input, const Transport& transport) {
    Command command;
    command.argv = ssh_argv(host, reach, transport.ssh);
    command.input = std::move(input);
    command.deadline = transport.timeout;
    command.most_output = kMostWireBytes;
    Finished finished = run_process(command);
    if (finished.timed_out || finished.status != 0 || finished.truncated) {
        throw explain_ssh_failure(finished, host, reach, transport.ssh);
    }
    return std::move(finished.out);
}

std::string ask(const HostName&, const UnixReach& reach, const std::string& input, const Transport& transport) {
    return ask_unix_socket(reach.socket, input, kMostWireBytes, transport.timeout);
}

Answer parse(const std::string& json) {
    if (json.empty()) {
        throw Error(ErrorKind::remote, "the receiver gave no answer", "run 'halfday-receiver check' on that host");
    }
    try {
        return parse_answer(json);
    } catch (const Error& error) {
        if (!error.hint().empty()) throw;
        throw Error(ErrorKind::remote, error.what(),
                    "the key's forced command must be 'halfday-receiver serve', and the login's start-up files print "
                    "nothing");
    }
}

}  // namespace

Answer converse(const HostName& host, const Reach& reach, const Delivery& delivery, const Transport& transport) {
    std::string json = to_json(delivery);
    if (json.size() > kMostWireBytes) {
        throw Error(ErrorKind::remote, "its chains are too large for one delivery",
                    "split the host's certificates among two hosts in the inventory");
    }
    return parse(std::visit([&](const auto& way) { return ask(host, way, std::move(json), transport); }, reach));
}

}  // namespace halfday
