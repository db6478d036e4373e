#include "ca/status/screen.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include "ca/base/duration.hpp"
#include "ca/base/escape.hpp"
#include "ca/status/runway_text.hpp"
#include "ca/status/screen_table.hpp"
#include "ca/status/summary.hpp"

namespace halfday {
namespace {

/// What was done later than now was done by another clock.
std::string when(Time time, Time now) {
    return time <= now ? describe_span(now - time) + " ago" : "at " + format_time(time);
}

std::string verdict(const Fleet& fleet, const FleetSummary& summary, const ScreenStyle& style) {
    std::string text = painted(word_of(fleet.health), fleet.health, style.colour) + ": ";
    if (summary.certificates == 0) {
        return text + "no host is in the inventory yet: 'halfday host add' fills it\n";
    }
    text += fmt::format("{} of {} certificates on {} {} are served", summary.served, summary.certificates,
                        summary.hosts, summary.hosts == 1 ? "host" : "hosts");
    if (summary.dark > 0) {
        text += fmt::format(", {} dark", summary.dark);
    }
    if (summary.critical + summary.warning > 0) {
        text += fmt::format("; {} critical, {} with a warning", summary.critical, summary.warning);
    }
    return text + "\n";
}

std::string last_runs(const Fleet& fleet, Time now) {
    const auto ran = [&](const std::optional<Time>& at) {
        return at ? "ran " + when(*at, now) : std::string("has not run yet");
    };
    return fmt::format("at {}; halfday-issuer {}, halfday-distributor {}\n", format_time(now), ran(fleet.issuer_ran),
                       ran(fleet.distributor_ran));
}

std::string answers(const Fleet& fleet, const FleetSummary& summary, const ScreenStyle& style, Time now) {
    std::string text = verdict(fleet, summary, style);
    if (summary.next_dark != nullptr) {
        const FleetRow& row = *summary.next_dark;
        text += fmt::format("goes dark first: {}/{} in {}, if nothing changes\n", row.host.text(), row.entry.text(),
                            describe_span(*row.not_after - now));
    }
    if (summary.next_ceremony) {
        const Ceremony& ceremony = *summary.next_ceremony;
        text += fmt::format("next ceremony: for {}, {}\n", describe(ceremony), describe_due(ceremony.due, now));
    }
    return text + last_runs(fleet, now);
}

std::string more_line(const Selection& selection) {
    if (selection.more_failing + selection.more_fine == 0) {
        return "";
    }
    const std::string failing =
        selection.more_failing > 0 ? fmt::format("{} more that fail, ", selection.more_failing) : "";
    return fmt::format("and {}{} more that are fine: halfday status --all\n", failing, selection.more_fine);
}

std::string hint(const Selection& selection) {
    const bool is_failing = !selection.shown.empty() && selection.shown.front()->health != Health::fine;
    return is_failing ? fmt::format("why: halfday status --why {}\n", selection.shown.front()->host.text()) : "";
}

std::string losses(const Fleet& fleet) {
    std::string text;
    if (fleet.last_key_ends) {
        text +=
            fmt::format("a server key stolen now is good until {} at the latest\n", format_time(*fleet.last_key_ends));
    }
    if (fleet.intermediate_not_after) {
        text += fmt::format("the issuer box stolen now is good for any permitted name until {}\n",
                            format_time(*fleet.intermediate_not_after));
    }
    return text;
}

}  // namespace

std::string fleet_screen(const Fleet& fleet, const Selection& selection, const ScreenStyle& style, Time now) {
    std::string text = answers(fleet, summarise(fleet, now), style, now);
    for (const std::string& problem : fleet.problems) {
        text += wrapped("problem: " + problem, 2, style.columns);
    }
    if (!selection.shown.empty()) {
        text += "\n" + rows_table(selection.shown, style, now) + more_line(selection) + hint(selection);
    }
    text += "\n";
    if (fleet.runway) {
        text += runway_text(*fleet.runway, now);
    }
    for (const KnownCrl& crl : fleet.crls) {
        text += fmt::format("CRL {} of {}: {} revoked, another one is due by {}\n", printable(crl.number),
                            printable(crl.root), crl.revoked, format_time(crl.next_update));
    }
    if (fleet.rollout) {
        text += rollout_text(*fleet.rollout);
    }
    return text + losses(fleet);
}

}  // namespace halfday
