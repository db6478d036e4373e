#include "ca/x509/purpose.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr std::string_view kServer = "server";
constexpr std::string_view kServerAndClient = "server+client";

}  // namespace

std::string to_text(Purpose purpose) { return std::string(purpose == Purpose::server ? kServer : kServerAndClient); }

Purpose parse_purpose(std::string_view text) {
    if (text == kServer) return Purpose::server;
    if (text == kServerAndClient) return Purpose::server_and_client;
    throw Error(ErrorKind::usage, "'" + printable(text, 40) + "' is no purpose, expected 'server' or 'server+client'");
}

Extension extended_key_usage(Purpose purpose) {
    std::vector<std::string> oids{std::string(oid::kServerAuth)};
    if (purpose == Purpose::server_and_client) oids.emplace_back(oid::kClientAuth);
    return extended_key_usage(oids);
}

Purpose widest_purpose(const std::vector<std::string>& extended_key_usage) {
    const bool has_client =
        std::find(extended_key_usage.begin(), extended_key_usage.end(), oid::kClientAuth) != extended_key_usage.end();
    return has_client ? Purpose::server_and_client : Purpose::server;
}

}  // namespace halfday
