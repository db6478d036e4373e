#include "distribute/push/push.hpp"

#include <cstdio>

#include "ca/base/error.hpp"
#include "ca/exchange/json.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/distributor/commands.hpp"

namespace halfday {
namespace {

/// One line on stdout, seen at once also by who reads a pipe. Throws Error{io}.
void print_now(const std::string& line) {
    if (std::puts(line.c_str()) < 0 || std::fflush(stdout) != 0) throw_errno("cannot write to stdout");
}

/// What is told, on the terminal as it comes, or gathered for one JSON document at the end.
class Teller {
   public:
    explicit Teller(Form form) : form_(form) {}

    void tell(const Notice& notice) {
        if (form_ == Form::json) {
            notices_.push_back(to_object(notice));
        } else if (notice.kind == Notice::Kind::problem) {
            print_error(kDistributor, notice.line(), notice.hint);
        } else {
            print_now(notice.line());
        }
    }

    /// Adds what was told to `document` and prints it.
    void finish(JsonWriter document) const {
        if (form_ == Form::json) print_now(document.objects("notices", notices_).finish());
    }

   private:
    static JsonWriter to_object(const Notice& notice) {
        JsonWriter object;
        if (notice.host) object.text("host", notice.host->text());
        if (notice.entry) object.text("entry", notice.entry->text());
        object.text("kind", notice.kind == Notice::Kind::problem ? "problem" : "news").text("text", notice.text);
        if (!notice.hint.empty()) object.text("hint", notice.hint);
        return object;
    }

    Form form_;
    std::vector<JsonWriter> notices_;
};

std::vector<JsonWriter> to_objects(const std::vector<EntryName>& entries) {
    std::vector<JsonWriter> objects;
    for (const EntryName& entry : entries) objects.push_back(JsonWriter().text("entry", entry.text()));
    return objects;
}

int dry_run(const Places& places, const std::vector<HostName>& hosts, Form form, Time now) {
    Teller teller(form);
    bool is_whole = true;
    const Intention intention = intend_push(places, hosts, now, [&](const Notice& notice) {
        is_whole = false;
        teller.tell(notice);
    });
    std::vector<JsonWriter> plans;
    for (const HostPlan& plan : intention.plans) {
        if (form == Form::text) print_now(plan.host->name.text() + ": would " + describe(plan));
        plans.push_back(JsonWriter()
                            .text("host", plan.host->name.text())
                            .objects("deliver", to_objects(plan.deliver))
                            .objects("ask", to_objects(plan.ask)));
    }
    teller.finish(JsonWriter().objects("would", plans));
    return is_whole ? kDone : kSomeHosts;
}

int status_of(const PushReport& report) {
    if (report.failed == 0) return kDone;
    return report.failed < report.hosts ? kSomeHosts : kFailed;
}

}  // namespace

int run_push(const Places& places, const PushOptions& options, Time now) {
    require_distributor(places);
    std::vector<HostName> hosts;
    for (const std::string& host : options.hosts) hosts.push_back(HostName::parse(host));
    if (options.effect == Effect::dry_run) return dry_run(places, hosts, options.form, now);

    Teller teller(options.form);
    const PushReport report =
        push(places, hosts, RunningClock(now), [&](const Notice& notice) { teller.tell(notice); });
    teller.finish(JsonWriter()
                      .number("hosts", static_cast<std::int64_t>(report.hosts))
                      .number("failed", static_cast<std::int64_t>(report.failed)));
    return status_of(report);
}

}  // namespace halfday
