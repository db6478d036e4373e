#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/base/refusal.hpp"

namespace halfday {

// The air gap: interfaces other than loopback that are up, default routes, and ports that listen on anything but
// loopback, as /sys/class/net and /proc/net show them. A guard against mistakes, not against the box's own root.
// What can't be read or understood is an Error, never silence.

/// One a sentence without a full stop ("eth0 is up"), fit for a terminal.
using NetworkFindings = std::vector<std::string>;

/// Everything that is found at this moment. `sys` and `proc` are "/sys" and "/proc". Throws Error{io}, Error{not_found}
/// and Error{corrupt}.
[[nodiscard]] NetworkFindings find_network(const Path& sys, const Path& proc);

/// What is to be done about findings.
enum class NetworkPolicy { refuse, record };
/// Refuses for any finding, unless they are to be recorded only.
[[nodiscard]] Verdict judge_network(const NetworkFindings& findings, NetworkPolicy policy);

/// Whether an interface can carry anything: IFF_UP is set in `flags` ("0x1003") and `operstate` doesn't say that
/// nothing is plugged in. Throws Error{corrupt}.
[[nodiscard]] bool interface_is_up(std::string_view flags, std::string_view operstate);
/// Default routes in the text of /proc/net/route, but for those that reject. Throws Error{corrupt}.
[[nodiscard]] NetworkFindings default_routes(std::string_view route);
/// The same for /proc/net/ipv6_route.
[[nodiscard]] NetworkFindings default_routes_ipv6(std::string_view route);

enum class Transport { tcp, udp };
/// Ports in the text of /proc/net/{tcp,tcp6,udp,udp6} that answer to others: listening, or for UDP not connected, and
/// bound to anything but loopback; each once. Throws Error{corrupt}.
[[nodiscard]] NetworkFindings open_ports(std::string_view sockets, Transport transport);

}  // namespace halfday
