#include "distribute/receive/status.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ca/base/duration.hpp"
#include "ca/base/escape.hpp"
#include "ca/exchange/json.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/receiver/become_receiver.hpp"
#include "cli/receiver/commands.hpp"

namespace halfday {
namespace {

using Level = Finding::Level;

std::string or_dash(const std::string& text) { return text.empty() ? "-" : text; }

std::string to_table(const std::vector<EntryStatus>& statuses, Time now) {
    std::vector<std::vector<std::string>> rows{{"ENTRY", "LIVE", "LEFT", "REQUEST", "OUTCOME"}};
    for (const EntryStatus& status : statuses) {
        rows.push_back({status.entry.text(), or_dash(status.live),
                        status.not_after ? describe_span(*status.not_after - now) : "-",
                        status.requested_at ? describe_span(now - *status.requested_at) + " old" : "-",
                        std::string(to_text(status.record.outcome))});
    }
    std::string text = format_table(rows);
    for (const EntryStatus& status : statuses) {
        const std::string& reason = status.problem.empty() ? status.record.reason : status.problem;
        if (!reason.empty()) text += fmt::format("{}: {}\n", status.entry.text(), printable(reason, 600));
    }
    return text;
}

std::string to_json(const std::vector<EntryStatus>& statuses, const Receiver& receiver) {
    std::vector<JsonWriter> entries;
    for (const EntryStatus& status : statuses) {
        entries.push_back(JsonWriter()
                              .text("entry", status.entry.text())
                              .text("live", status.live)
                              .numeric_date("not_after", status.not_after)
                              .numeric_date("requested_at", status.requested_at)
                              .text("outcome", to_text(status.record.outcome))
                              .text("attempted", status.record.attempted)
                              .text("reason", status.record.reason)
                              .text("proved", status.record.proved)
                              .numeric_date("proved_at", status.record.proved_at)
                              .text("problem", status.problem));
    }
    return JsonWriter().text("host", receiver.grants.host.text()).objects("entries", entries).finish() + "\n";
}

std::string to_json(const std::vector<Finding>& findings) {
    std::vector<JsonWriter> objects;
    for (const Finding& finding : findings) {
        objects.push_back(JsonWriter()
                              .text("finding", finding.what)
                              .text("verdict", to_text(finding.level))
                              .text("hint", finding.hint));
    }
    return JsonWriter().objects("findings", objects).finish() + "\n";
}

}  // namespace

int run_status(const ReceiverPlaces& places, Form form, Time now) {
    const Receiver receiver = become_receiver(places);
    const std::vector<EntryStatus> statuses = read_status(receiver, now);
    fmt::print("{}", form == Form::json ? to_json(statuses, receiver) : to_table(statuses, now));
    return kDone;
}

int run_check(const ReceiverPlaces& places, Form form, Time now) {
    const std::vector<Finding> findings = check_receiver(become_receiver(places), now);
    if (form == Form::json) fmt::print("{}", to_json(findings));
    for (const Finding& finding : findings) {
        if (form == Form::text && finding.level == Level::fine) fmt::print("{}\n", finding.what);
    }
    for (const Finding& finding : findings) {
        if (finding.level == Level::warning) print_warning(kReceiverProgram, finding.what, finding.hint);
        if (finding.level == Level::wrong) print_error(kReceiverProgram, finding.what, finding.hint);
    }
    const bool is_wrong =
        std::any_of(findings.begin(), findings.end(), [](const Finding& one) { return one.level == Level::wrong; });
    return is_wrong ? kFailed : kDone;
}

}  // namespace halfday
