#include "distribute/push/transport.hpp"

#include <unistd.h>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/x509/digest.hpp"
#include "distribute/process/process.hpp"
#include "distribute/process/unix_socket.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostLogBytes = 64 * 1024;

/// The file that an ssh says its own words to, beside whatever the host says. Gone with this object; with the next
/// run's remove_leftovers where this one is killed.
class SshLog {
   public:
    explicit SshLog(const Path& folder)
        : path_(folder / (std::string(kTemporaryPrefix) + "ssh-" + to_hex(random_bytes(8)))) {}
    SshLog(const SshLog&) = delete;
    SshLog& operator=(const SshLog&) = delete;
    ~SshLog() { ::unlink(path_.c_str()); }

    [[nodiscard]] const Path& path() const { return path_; }
    [[nodiscard]] std::string read() const {
        try {
            return read_file_if_there(path_, kMostLogBytes).value_or("");
        } catch (const Error&) {
            return "";  // then no failure is put down to ssh
        }
    }

   private:
    Path path_;
};

std::string ask(const HostName& host, const SshReach& reach, std::string input, const Transport& transport) {
    const SshLog log(transport.ssh.state);
    Command command;
    command.argv = ssh_argv(host, reach, transport.ssh, log.path());
    command.input = std::move(input);
    command.deadline = transport.timeout;
    command.most_output = kMostWireBytes;
    command.excess = Command::Excess::ends_it;
    command.orphan = Command::Orphan::dies;
    Finished finished = run_process(command);
    if (finished.timed_out || finished.status != 0 || finished.truncated) {
        throw explain_ssh_failure(finished, log.read(), host, reach, transport.ssh);
    }
    return std::move(finished.out);
}

std::string ask(const HostName&, const UnixReach& reach, const std::string& input, const Transport& transport) {
    const UnixPeer receiver{reach.socket, "the receiver",
                            "is its socket unit started? 'systemctl list-sockets' shows it"};
    return ask_unix_socket(receiver, input, kMostWireBytes, transport.timeout);
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
