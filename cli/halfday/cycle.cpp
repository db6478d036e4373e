#include "cli/halfday/cycle.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/snapshot.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/service.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

bool has_units(const Places& places) {
    const Places usual;
    return places.etc == usual.etc && places.state == usual.state && std::filesystem::exists("/run/systemd/system") &&
           (std::filesystem::exists("/etc/systemd/system/halfday.service") ||
            std::filesystem::exists("/usr/lib/systemd/system/halfday.service") ||
            std::filesystem::exists("/lib/systemd/system/halfday.service"));
}

int start_unit() {
    const Finished finished = run_process(Command{.argv = {"systemctl", "start", "halfday.service"},
                                                  .input = {},
                                                  .environment = {},
                                                  .deadline = std::chrono::hours{1}});
    if (finished.status != 0) {
        print_error("halfday", "halfday.service failed: " + printable(finished.error),
                    "journalctl -u 'halfday*' --since -10min");
    }
    return finished.status == 0 ? kDone : kFailed;
}

/// Nothing where the snapshot can't be read: the issuer's next run writes a new one.
std::vector<std::string> issued_serials(const Places& places) {
    std::vector<std::string> serials;
    try {
        if (const auto snapshot = read_issuer_snapshot(places.issuer_snapshot())) {
            for (const IssuedEntry& entry : snapshot->entries) {
                serials.push_back(entry.serial);
            }
        }
    } catch (const Error& error) {
        print_warning("halfday", error.what());
    }
    std::sort(serials.begin(), serials.end());
    return serials;
}

std::vector<std::string> followed_by(std::vector<std::string> arguments, const std::vector<HostName>& hosts) {
    for (const HostName& host : hosts) {
        arguments.push_back(host.text());
    }
    return arguments;
}

/// A failure outweighs "some hosts", which outweighs done.
int worse(int left, int right) {
    const auto weight = [](int status) { return status == kSomeHosts ? 1 : status == kDone ? 0 : 2; };
    return weight(right) > weight(left) ? right : left;
}

}  // namespace

int run_cycle(const Places& places) {
    if (has_units(places)) {
        return start_unit();
    }
    const std::vector<std::string> before = issued_serials(places);
    const int first_push = run_push_service(places, {});
    const int issue = run_service(kIssuerService, places, {"issue"});
    if (issued_serials(places) == before) {
        return worse(first_push, issue);
    }
    const int second_push = run_push_service(places, {});
    return worse(issue, second_push);  // the last push is the word on the hosts
}

int renew_now(const Places& places, const std::vector<HostName>& hosts) {
    const int asked = run_push_service(places, followed_by({"--ask"}, hosts));
    if (asked != kDone) {
        print_error("halfday", "nothing was issued: not every host gave the request that it has now",
                    "mend what is said above, and renew again");
        return asked;
    }
    const int issued = run_service(kIssuerService, places, followed_by({"issue", "--renew"}, hosts));
    return worse(issued, run_push_service(places, followed_by({}, hosts)));
}

int resume_rollout(const Places& places) {
    const int issued = run_service(kIssuerService, places, {"issue", "--resume"});
    return worse(issued, run_push_service(places, {}));
}

int plan_renewal(const Places& places, const std::vector<HostName>& hosts) {
    return run_service(kIssuerService, places, followed_by({"issue", "--renew", "--dry-run"}, hosts));
}

}  // namespace halfday
