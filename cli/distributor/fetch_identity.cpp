#include <cstdio>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/json.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/distributor/commands.hpp"
#include "distribute/push/push.hpp"

namespace halfday {
namespace {

Answer ask(const Places& places, const HostName& host, const Reach& reach, const Path& known_hosts) {
    Transport transport = make_transport(places, read_settings(places.settings()).push);
    transport.ssh.known_hosts = known_hosts;
    try {
        return converse(host, reach, Delivery{}, transport);
    } catch (const Error& error) {
        throw Error(error.kind(), host.text() + ": " + error.what(), error.hint());
    }
}

PublicKey identity_in(const Answer& answer, const HostName& host) {
    if (answer.host != host.text()) {
        throw Error(ErrorKind::remote,
                    "the receiver there calls itself '" + printable(answer.host) + "', not '" + host.text() + "'",
                    "'--reach' leads to another host, or 'host' in its receiver.yaml is wrong");
    }
    try {
        return parse_identity(answer.identity);
    } catch (const Error& error) {
        throw Error(ErrorKind::remote, host.text() + ": its identity is none: " + error.what(),
                    "run 'halfday-receiver check' on that host");
    }
}

}  // namespace

int run_fetch_identity(const Places& places, const FetchOptions& options) {
    require_distributor(places);
    const HostName host = HostName::parse(options.host);
    const Answer answer = ask(places, host, parse_reach(options.reach), options.known_hosts);
    const PublicKey identity = identity_in(answer, host);
    const std::string text = identity_text(identity);
    const std::string fingerprint = identity.fingerprint().text();
    if (options.form == Form::json) {
        std::puts(JsonWriter()
                      .text("host", host.text())
                      .text("identity", text)
                      .text("fingerprint", fingerprint)
                      .text("version", printable(answer.version))
                      .finish()
                      .c_str());
    } else {
        std::printf("%s\n%s\n", text.c_str(), fingerprint.c_str());
        for (const Answer::Message& receipt : answer.receipts) std::printf("entry %s\n", receipt.entry.text().c_str());
    }
    return kDone;
}

}  // namespace halfday
