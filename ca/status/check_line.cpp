#include "ca/status/check_line.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/base/duration.hpp"
#include "ca/status/summary.hpp"

namespace halfday {
namespace {

std::int64_t seconds(Seconds span) { return span.count(); }

/// 'label'=value[unit];[warning];[critical];[least];[most]; a range "9:" warns of less than 9, "9" of more.
std::string performance(const Fleet& fleet, const FleetSummary& summary, Time now) {
    std::string data = fmt::format("certificates={} served={};;;0;{} dark={};;0;0 critical={};;0;0 warning={};0;;0",
                                   summary.certificates, summary.served, summary.certificates, summary.dark,
                                   summary.critical, summary.warning);
    data += fmt::format(" problems={};0;;0", fleet.problems.size());
    if (summary.next_dark != nullptr) {
        data += fmt::format(" next_dark={}s", seconds(*summary.next_dark->not_after - now));
    }
    if (fleet.runway) {
        data += fmt::format(" issuing_ends={}s;{}:;{}:", seconds(fleet.runway->issuing_ends - now),
                            seconds(kIntermediateCeremony), seconds(kRunwayCritical));
        data += fmt::format(" root_ends={}s;{}:", seconds(fleet.runway->root_ends - now), seconds(kRootCeremony));
    }
    const auto add_run = [&](const char* who, const std::optional<Time>& at) {
        if (at) data += fmt::format(" {}_ran={}s;{}", who, seconds(now - *at), seconds(kStaleSnapshot));
    };
    add_run("issuer", fleet.issuer_ran);
    add_run("distributor", fleet.distributor_ran);
    return data;
}

}  // namespace

std::string one_line(std::string_view text) {
    std::string line(text);
    std::replace(line.begin(), line.end(), '|', '/');
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

std::string check_line(const Fleet& fleet, Time now) {
    const FleetSummary summary = summarise(fleet, now);
    const std::size_t failing = summary.warning + summary.critical;
    std::string line = fmt::format("{}: {} of {} certificates need attention, {} dark", word_of(fleet.health), failing,
                                   summary.certificates, summary.dark);
    if (summary.next_dark != nullptr) {
        line += fmt::format(", the first of the others in {}", describe_span(*summary.next_dark->not_after - now));
    }
    for (const std::string& problem : fleet.problems) {
        line += "; " + problem;
    }
    if (failing > 0) {
        const FleetRow& worst = fleet.rows.front();
        const std::string left = worst.not_after ? describe_span(*worst.not_after - now) : "-";
        line += fmt::format("; {}/{}: {}", worst.host.text(), worst.entry.text(),
                            worst.problem.empty() ? left + " left" : worst.problem);
    }
    return one_line(line) + " | " + performance(fleet, summary, now) + "\n";
}

}  // namespace halfday
