#include "cli/halfday/inspect_target.hpp"

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/file.hpp"
#include "ca/base/ip_address.hpp"
#include "cli/common/inspect.hpp"
#include "distribute/handshake/handshake.hpp"

namespace halfday {
namespace {

constexpr std::chrono::seconds kPatience{10};

Inspected inspected_file(const Path& file) {
    if (!std::filesystem::exists(file)) {
        throw Error(ErrorKind::not_found, "there is no file '" + printable(file.string()) + "'",
                    "for what a server shows, name its port too: " + printable(file.string()) + ":443");
    }
    return read_inspected(file);
}

Chain chain_shown_by(const Endpoint& endpoint) {
    try {
        return presented_chain(endpoint, looks_like_ip_address(endpoint.host) ? "" : endpoint.host, kPatience);
    } catch (const Error& error) {
        throw Error(error.kind(), error.what(),
                    error.hint().empty()
                        ? "is the server up, and is this the port on which it speaks TLS? The address is "
                          "HOST:PORT"
                        : error.hint());
    }
}

}  // namespace

std::string inspect_target(const std::string& target, InspectForm form) {
    const bool is_file = std::filesystem::exists(target) || target.find(':') == std::string::npos;
    const Inspected inspected = [&]() -> Inspected {
        if (is_file) {
            return inspected_file(target);
        }
        return chain_shown_by(parse_endpoint(target));
    }();
    return form == InspectForm::json ? to_json(inspected, RequestFingerprint::shown)
                                     : describe(inspected, RequestFingerprint::shown);
}

}  // namespace halfday
