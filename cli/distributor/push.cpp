#include "distribute/push/push.hpp"

#include <unistd.h>

#include <cstdio>

#include "ca/base/error.hpp"
#include "ca/exchange/json.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/distributor/commands.hpp"
#include "cli/log/log.hpp"

namespace halfday {
namespace {

/// What is told as it comes, or gathered for one JSON document at the end.
class Teller {
   public:
    Teller(Form form, const Log& log) : form_(form), log_(log) {}

    void tell(const Notice& notice) {
        if (form_ == Form::json) {
            notices_.push_back(to_object(notice));
        } else {
            log_.tell(event_of(notice));
        }
    }

    /// Adds what was told to `document` and prints it.
    void finish(JsonWriter document) const {
        if (form_ == Form::json) print_line(document.objects("notices", notices_).finish());
    }

   private:
    static std::string_view word_of(Notice::Kind kind) {
        switch (kind) {
            case Notice::Kind::news:
                return "news";
            case Notice::Kind::warning:
                return "warning";
            case Notice::Kind::problem:
                break;
        }
        return "problem";
    }

    static JsonWriter to_object(const Notice& notice) {
        JsonWriter object;
        if (notice.host) object.text("host", notice.host->text());
        if (notice.entry) object.text("entry", notice.entry->text());
        object.text("kind", word_of(notice.kind)).text("text", notice.text);
        if (!notice.hint.empty()) object.text("hint", notice.hint);
        return object;
    }

    Form form_;
    const Log& log_;
    std::vector<JsonWriter> notices_;
};

std::vector<JsonWriter> to_objects(const std::vector<EntryName>& entries) {
    std::vector<JsonWriter> objects;
    for (const EntryName& entry : entries) objects.push_back(JsonWriter().text("entry", entry.text()));
    return objects;
}

/// Who reads slowly, or no longer, misses some of it and holds nothing up.
void write_progress(int descriptor, const PushProgress& progress) {
    if (descriptor < 0) return;
    const std::string line = to_json(progress) + "\n";
    static_cast<void>(!::write(descriptor, line.data(), line.size()));
}

/// "web1.example.org: would deliver www", and whether this run would.
std::string describe_plan(const HostPlan& plan, const PushOrder& order) {
    std::string line = plan.host->name.text() + ": would " + describe(plan);
    if (!plan.held_until || order.is_insistent()) return line;
    return line + ", but was away in " + std::to_string(plan.missed_runs) + " runs and is held off from until " +
           format_time(*plan.held_until);
}

std::string nothing_to_do(const PushOrder& order) {
    return order.only == PushOrder::Only::failed ? "no host failed at the last try" : "nothing is due";
}

int dry_run(const Places& places, const PushOrder& order, Form form, Time now) {
    const Log log(kDistributor);
    Teller teller(form, log);
    bool is_whole = true;
    const Intention intention = intend_push(places, order, now, [&](const Notice& notice) {
        is_whole = false;
        teller.tell(notice);
    });
    std::vector<JsonWriter> plans;
    for (const HostPlan& plan : intention.plans) {
        if (form == Form::text) print_line(describe_plan(plan, order));
        plans.push_back(JsonWriter()
                            .text("host", plan.host->name.text())
                            .objects("deliver", to_objects(plan.deliver))
                            .objects("ask", to_objects(plan.ask))
                            .numeric_date("held_until", plan.held_until));
    }
    if (form == Form::text && plans.empty()) print_line(nothing_to_do(order));
    teller.finish(JsonWriter().objects("would", plans));
    return is_whole ? kDone : kSomeHosts;
}

int status_of(const PushReport& report) {
    if (report.failed == 0) return kDone;
    return report.failed < report.hosts ? kSomeHosts : kFailed;
}

int push_now(const Places& places, const PushOrder& order, const PushOptions& options, const Log& log, Time now) {
    Teller teller(options.form, log);
    const PushReport report = push(
        places, order, RunningClock(now), [&](const Notice& notice) { teller.tell(notice); },
        [&](const PushProgress& progress) { write_progress(options.progress_to, progress); });
    if (options.form == Form::text && report.hosts == 0 && order.only == PushOrder::Only::failed) {
        print_line(nothing_to_do(order));
    }
    teller.finish(JsonWriter()
                      .number("hosts", static_cast<std::int64_t>(report.hosts))
                      .number("failed", static_cast<std::int64_t>(report.failed)));
    return status_of(report);
}

}  // namespace

int run_push(const Places& places, const PushOptions& options, Time now) {
    const Log log(kDistributor);
    return log.run([&] {
        require_distributor(places);
        PushOrder order{.only = options.only.empty() ? PushOrder::Only::due : PushOrder::Only::failed,
                        .ask = options.ask};
        for (const std::string& host : options.hosts) order.named.push_back(HostName::parse(host));
        if (options.effect == Effect::dry_run) return dry_run(places, order, options.form, now);
        return push_now(places, order, options, log, now);
    });
}

}  // namespace halfday
