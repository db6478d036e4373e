#include "ca/status/metrics.hpp"

#include <fmt/core.h>

#include <initializer_list>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "ca/base/escape.hpp"
#include "ca/status/summary.hpp"

namespace halfday {
namespace {

using Label = std::pair<std::string_view, std::string_view>;
using Labels = std::initializer_list<Label>;

/// Printable, with the three characters escaped that the format wants escaped.
std::string label_value(std::string_view foreign) {
    std::string value;
    for (const char at : printable(foreign)) {
        if (at == '\\' || at == '"') {
            value.push_back('\\');
        }
        value.push_back(at);
    }
    return value;
}

class Metrics {
   public:
    /// Whose lines follow.
    void family(std::string_view name, std::string_view help, std::string_view type = "gauge") {
        name_ = name;
        series_.clear();
        text_ += fmt::format("# HELP halfday_{0} {1}\n# TYPE halfday_{0} {2}\n", name, help, type);
    }
    void counter(std::string_view name, std::string_view help) { family(name, help, "counter"); }
    void value(std::int64_t number, Labels labels = {}) { put(fmt::format("{}", number), labels); }
    void seconds(std::chrono::milliseconds span, Labels labels = {}) {
        put(fmt::format("{:.3f}", std::chrono::duration<double>(span).count()), labels);
    }
    void time(const std::optional<Time>& time, Labels labels = {}) {
        if (time) {
            value(time->time_since_epoch().count(), labels);
        }
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

   private:
    void put(std::string_view number, Labels labels) {
        std::string joined;
        for (const auto& [label, text] : labels) {
            joined += fmt::format("{}{}=\"{}\"", joined.empty() ? "" : ",", label, label_value(text));
        }
        if (series_.insert(joined).second) {
            text_ += fmt::format("halfday_{}{} {}\n", name_, joined.empty() ? "" : "{" + joined + "}", number);
        }
    }

    std::string name_;
    std::set<std::string> series_;  // of this family: a file that has one twice is not taken
    std::string text_;
};

/// Calls `tell` for each row, with its labels.
template <class Tell>
void each_row(const Fleet& fleet, Tell tell) {
    for (const FleetRow& row : fleet.rows) {
        tell(row, Labels{{"host", row.host.text()}, {"certificate", row.entry.text()}});
    }
}

void add_rows(Metrics& metrics, const Fleet& fleet) {
    metrics.family("certificate_health", "0 fine, 1 warning, 2 critical.");
    each_row(fleet, [&](const FleetRow& row, Labels labels) { metrics.value(static_cast<int>(row.health), labels); });
    metrics.family("certificate_not_after_timestamp_seconds", "When the certificate that clients get ends.");
    each_row(fleet, [&](const FleetRow& row, Labels labels) { metrics.time(row.not_after, labels); });
    metrics.family("certificate_proved_timestamp_seconds", "Since when the certificate is known to be served.");
    each_row(fleet, [&](const FleetRow& row, Labels labels) { metrics.time(row.proved_at, labels); });
    metrics.family("certificate_proved_not_after_timestamp_seconds",
                   "When the certificate ends, where it is known to be served.");
    each_row(fleet, [&](const FleetRow& row, Labels labels) {
        metrics.time(row.proved_at ? row.not_after : std::nullopt, labels);
    });
    metrics.family("certificate_due_timestamp_seconds", "When the next certificate is due.");
    each_row(fleet, [&](const FleetRow& row, Labels labels) { metrics.time(row.due_at, labels); });
    metrics.family("host_clock_skew_seconds", "The host's clock minus the issuer box's.");
    each_row(fleet, [&](const FleetRow& row, Labels labels) {
        if (row.skew) {
            metrics.value(row.skew->count(), labels);
        }
    });
    metrics.family("delivery_outcome", "1 for what became of the newest delivery.");
    for (const FleetRow& row : fleet.rows) {
        metrics.value(
            1, {{"host", row.host.text()}, {"certificate", row.entry.text()}, {"outcome", to_text(row.outcome)}});
    }
}

/// What is a host's: once, however many certificates it has.
void add_hosts(Metrics& metrics, const Fleet& fleet) {
    metrics.family("host_reached_timestamp_seconds", "When the host answered last.");
    std::set<HostName> told;
    for (const FleetRow& row : fleet.rows) {
        if (told.insert(row.host).second) {
            metrics.time(row.reached_at, {{"host", row.host.text()}});
        }
    }
    metrics.family("delivery_duration_seconds", "How long the newest delivery took on the host.");
    each_row(fleet, [&](const FleetRow& row, Labels labels) {
        if (row.took) {
            metrics.seconds(*row.took, labels);
        }
    });
}

void add_runs(Metrics& metrics, const Fleet& fleet) {
    metrics.counter("requests_total", "Requests of hosts that the issuer answered (minted) or refused, in all runs.");
    for (const RunCounts::Total& total : fleet.issuer_runs.totals) {
        metrics.value(total.count, {{"outcome", total.of}});
    }
    metrics.counter("deliveries_total", "What became of deliveries, and visits that were not answered, in all runs.");
    for (const RunCounts::Total& total : fleet.distributor_runs.totals) {
        metrics.value(total.count, {{"outcome", total.of}});
    }
    metrics.family("run_duration_seconds", "How long the newest run took.");
    for (const auto& [program, runs] :
         {std::pair("issuer", &fleet.issuer_runs), std::pair("distributor", &fleet.distributor_runs)}) {
        if (runs->newest_run) {
            metrics.seconds(*runs->newest_run, {{"program", program}});
        }
    }
    metrics.family("run_timestamp_seconds", "When the newest run was.");
    metrics.time(fleet.issuer_ran, {{"program", "issuer"}});
    metrics.time(fleet.distributor_ran, {{"program", "distributor"}});
}

void add_counts(Metrics& metrics, const FleetSummary& summary) {
    metrics.family("certificates", "How many there are, by what clients get.");
    const auto count = [&](std::string_view state, std::size_t number) {
        metrics.value(static_cast<std::int64_t>(number), {{"state", state}});
    };
    count("served", summary.served);
    count("unproved", summary.certificates - summary.served - summary.dark);
    count("dark", summary.dark);
}

void add_runway(Metrics& metrics, const Runway& runway) {
    metrics.family("issuing_ends_timestamp_seconds", "Until when certificates can be issued.");
    metrics.time(runway.issuing_ends);
    metrics.family("issuing_full_until_timestamp_seconds",
                   "From when on certificates get shorter than the settings say.");
    metrics.time(runway.full_until);
    metrics.family("ceremony_due_timestamp_seconds", "When a ceremony on the air-gapped box is due.");
    metrics.time(runway.intermediate_ceremony, {{"ceremony", "intermediate"}});
    metrics.time(runway.root_ceremony, {{"ceremony", "root"}});
    metrics.family("intermediate_not_after_timestamp_seconds", "When a valid intermediate ends.");
    for (const RunwayIntermediate& each : runway.intermediates) {
        metrics.time(each.not_after, {{"fingerprint", each.fingerprint}});
    }
}

void add_box(Metrics& metrics, const Fleet& fleet, Time now) {
    metrics.family("health", "Of the whole: 0 fine, 1 warning, 2 critical, as halfday status --check ends.");
    metrics.value(static_cast<int>(fleet.health));
    metrics.family("problems", "How many problems the issuer box itself has.");
    metrics.value(static_cast<std::int64_t>(fleet.problems.size()));
    metrics.family("first_dark_timestamp_seconds",
                   "When the first host has no valid certificate if issuing stopped now.");
    metrics.time(fleet.first_dark);
    metrics.family("root_not_after_timestamp_seconds", "When the root ends.");
    metrics.time(fleet.root_not_after);
    metrics.family("crl_next_update_timestamp_seconds", "When a root's CRL is to be signed again.");
    for (const KnownCrl& crl : fleet.crls) {
        metrics.time(crl.next_update, {{"root", crl.root}});
    }
    metrics.family("metrics_written_timestamp_seconds", "When these were written.");
    metrics.time(now);
}

}  // namespace

std::string fleet_metrics(const Fleet& fleet, Time now) {
    Metrics metrics;
    add_counts(metrics, summarise(fleet, now));
    add_rows(metrics, fleet);
    add_hosts(metrics, fleet);
    add_runs(metrics, fleet);
    if (fleet.runway) {
        add_runway(metrics, *fleet.runway);
    }
    add_box(metrics, fleet, now);
    return metrics.take();
}

}  // namespace halfday
