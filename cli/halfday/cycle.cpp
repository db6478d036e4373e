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
#include "cli/halfday/held_output.hpp"
#include "cli/halfday/notify.hpp"
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
                if (!entry.serial.empty()) serials.push_back(entry.serial);
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

/// Of a cycle: the exit status, and a line for each step that failed itself.
struct CycleEnd {
    int status = kDone;
    std::vector<std::string> failed_steps;
};

void note_step(CycleEnd& end, std::string_view step, int status) {
    end.failed_steps.push_back(fmt::format("{} ended with status {}", step, status));
}

CycleEnd cycle_by_programs(const IssuerProgram& issuer, const Places& places) {
    const std::vector<std::string> before = issued_serials(places);
    int push = run_push_service(places, {});
    const int issue = issuer.run({"issue"});
    if (issued_serials(places) != before) {
        push = run_push_service(places, {});  // the last push is the word on the hosts
    }
    CycleEnd end{.status = worse(push, issue), .failed_steps = {}};
    if (issue != kDone && issue != kSomeHosts) note_step(end, "halfday-issuer issue", issue);
    if (push != kDone && push != kSomeHosts && push != kFailed) {  // kFailed: the hosts' lines tell why
        note_step(end, "halfday-distributor push", push);
    }
    return end;
}

/// Whatever goes wrong here is told and changes nothing of the cycle. True when people are to hear of this cycle.
bool tell_people(const Places& places, const CycleEnd& end, std::string& text) {
    try {
        text = notify_after_cycle(places, end.failed_steps, system_now());
        return !text.empty();
    } catch (const Error& error) {
        print_warning("halfday", error.what(), error.hint());
        return true;
    }
}

int quiet_cycle(const IssuerProgram& issuer, const Places& places) {
    HeldOutput held;
    std::string text;
    try {
        const CycleEnd end = cycle_by_programs(issuer, places);
        if (tell_people(places, end, text)) held.release();
        fmt::print(stderr, "{}{}", text.empty() ? "" : "\n", text);
        return end.status;
    } catch (const Error&) {
        held.release();
        throw;
    }
}

bool wants_to_notify(const Places& places) {
    try {
        return has_notify_command(places);
    } catch (const Error&) {
        return false;  // the steps of the cycle have told of it
    }
}

}  // namespace

int run_cycle(const Places& places, const Path& passphrase_file, CycleOutput output) {
    if (passphrase_file.empty() && has_units(places)) {
        return start_unit();  // halfday-notify.service follows it
    }
    const IssuerProgram issuer(places, passphrase_file);
    if (output == CycleOutput::news) {
        return quiet_cycle(issuer, places);
    }
    const CycleEnd end = cycle_by_programs(issuer, places);
    std::string text;
    if (wants_to_notify(places)) static_cast<void>(tell_people(places, end, text));
    return end.status;
}

int renew_now(const IssuerProgram& issuer, const Places& places, const std::vector<HostName>& hosts) {
    const int asked = run_push_service(places, followed_by({"--ask"}, hosts));
    if (asked == kUsage) {
        return asked;  // such as a mistyped host: it has been told
    }
    if (asked != kDone) {
        print_error("halfday", "nothing was issued: not every host gave the request that it has now",
                    "mend what is said above, and renew again");
        return asked;
    }
    const int issued = issuer.run(followed_by({"issue", "--renew"}, hosts));
    return worse(issued, run_push_service(places, followed_by({}, hosts)));
}

int resume_rollout(const IssuerProgram& issuer, const Places& places) {
    const int issued = issuer.run({"issue", "--resume"});
    return worse(issued, run_push_service(places, {}));
}

int plan_renewal(const IssuerProgram& issuer, const std::vector<HostName>& hosts) {
    return issuer.run(followed_by({"issue", "--renew", "--dry-run"}, hosts));
}

}  // namespace halfday
