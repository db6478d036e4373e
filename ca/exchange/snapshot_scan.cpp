#include "ca/exchange/snapshot_scan.hpp"

#include <string>
#include <utility>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostScannedTextBytes = 4096;  // as the parsers have it

std::string text_after(JsonScan& in, std::string_view literal) {
    in.need(literal);
    return std::string(in.text(kMostScannedTextBytes));
}

Time need_time(JsonScan& in, std::string_view literal) {
    in.need(literal);
    return in.time();
}

/// A name in its one form; throws Error where it is none.
template <class Name>
Name name_after(JsonScan& in, std::string_view literal) {
    in.need(literal);
    const std::string_view text = in.text(kMostScannedTextBytes);
    Name name = Name::parse(text);
    if (name.text() != text) in.fail();
    return name;
}

IssuedEntry scan_issued(JsonScan& in) {
    IssuedEntry entry{.host = name_after<HostName>(in, R"({"host":")"),
                      .entry = name_after<EntryName>(in, R"(,"entry":")"),
                      .serial = text_after(in, R"(,"serial":")"),
                      .issued_at = in.time_after(R"(,"issued_at":)"),
                      .not_after = in.time_after(R"(,"not_after":)"),
                      .due_at = in.time_after(R"(,"due_at":)"),
                      .refused = text_after(in, R"(,"refused":")"),
                      .refused_request = text_after(in, R"(,"refused_request":")")};
    in.need("}");
    return entry;
}

Seconds need_seconds(JsonScan& in, std::string_view literal) {
    in.need(literal);
    return Seconds{in.number()};
}

KnownIntermediate scan_intermediate(JsonScan& in) {
    KnownIntermediate intermediate{.fingerprint = text_after(in, R"({"key":")"),
                                   .not_before = need_time(in, R"(,"not_before":)"),
                                   .not_after = need_time(in, R"(,"not_after":)")};
    in.need("}");
    return intermediate;
}

KnownCrl scan_crl(JsonScan& in) {
    KnownCrl crl{.root = text_after(in, R"({"root":")"),
                 .number = text_after(in, R"(,"number":")"),
                 .next_update = need_time(in, R"(,"next_update":)")};
    in.need(R"(,"revoked":)");
    crl.revoked = in.number();
    in.need("}");
    return crl;
}

SharedKey scan_shared_key(JsonScan& in) {
    SharedKey shared{.host = name_after<HostName>(in, R"({"host":")"),
                     .entry = name_after<EntryName>(in, R"(,"entry":")"),
                     .other_host = name_after<HostName>(in, R"(,"other_host":")"),
                     .other_entry = name_after<EntryName>(in, R"(,"other_entry":")"),
                     .until = need_time(in, R"(,"until":)")};
    in.need("}");
    return shared;
}

DeliveredEntry scan_delivered(JsonScan& in) {
    DeliveredEntry entry{.host = name_after<HostName>(in, R"({"host":")"),
                         .entry = name_after<EntryName>(in, R"(,"entry":")"),
                         .outcome = parse_outcome(text_after(in, R"(,"outcome":")")),
                         .reason = text_after(in, R"(,"reason":")"),
                         .attempted = text_after(in, R"(,"attempted":")"),
                         .serving = text_after(in, R"(,"serving":")"),
                         .not_after = in.time_after(R"(,"not_after":)"),
                         .proved_at = in.time_after(R"(,"proved_at":)"),
                         .story = text_after(in, R"(,"story":")"),
                         .fetched_at = in.time_after(R"(,"fetched_at":)"),
                         .sent_at = in.time_after(R"(,"sent_at":)"),
                         .asked_at = in.time_after(R"(,"asked_at":)")};
    if (in.take(R"(,"findings":")")) entry.findings = in.text(kMostScannedTextBytes);
    in.need("}");
    return entry;
}

ReachedHost scan_reached(JsonScan& in) {
    ReachedHost host{.host = name_after<HostName>(in, R"({"host":")"),
                     .reached_at = in.time_after(R"(,"reached_at":)"),
                     .problem = text_after(in, R"(,"problem":")"),
                     .skew = {}};
    if (in.take(R"(,"skew":)")) host.skew = Seconds{in.number()};
    if (in.take(R"(,"misses":)")) host.misses = in.number();
    host.missed_at = in.time_after(R"(,"missed_at":)");
    host.held_until = in.time_after(R"(,"held_until":)");
    if (in.take(R"(,"version":")")) host.version = in.text(kMostScannedTextBytes);
    if (in.take(R"(,"hint":")")) host.hint = in.text(kMostScannedTextBytes);
    in.need("}");
    return host;
}

void skip_text(JsonScan& in, std::string_view literal) {
    in.need(literal);
    in.text(kMostScannedTextBytes);
}

ServingEntry scan_serving_entry(JsonScan& in) {
    HostName host = name_after<HostName>(in, R"({"host":")");
    EntryName entry = name_after<EntryName>(in, R"(,"entry":")");
    for (const std::string_view other : {R"(,"outcome":")", R"(,"reason":")", R"(,"attempted":")"})
        skip_text(in, other);
    std::string serving = text_after(in, R"(,"serving":")");
    in.time_after(R"(,"not_after":)");
    const bool is_proved = in.time_after(R"(,"proved_at":)").has_value();
    skip_text(in, R"(,"story":")");
    for (const std::string_view time : {R"(,"fetched_at":)", R"(,"sent_at":)", R"(,"asked_at":)"}) in.time_after(time);
    if (in.take(R"(,"findings":")")) in.text(kMostScannedTextBytes);
    in.need("}");
    return {std::move(host), std::move(entry), std::move(serving), is_proved};
}

/// Returns what nobody needs.
bool skip_reached(JsonScan& in) {
    skip_text(in, R"({"host":")");
    in.time_after(R"(,"reached_at":)");
    skip_text(in, R"(,"problem":")");
    for (const std::string_view number : {R"(,"skew":)", R"(,"misses":)"}) {
        if (in.take(number)) in.number();
    }
    for (const std::string_view time : {R"(,"missed_at":)", R"(,"held_until":)"}) in.time_after(time);
    for (const std::string_view text : {R"(,"version":")", R"(,"hint":")"}) {
        if (in.take(text)) in.text(kMostScannedTextBytes);
    }
    in.need("}");
    return true;
}

template <class Scan>
auto list_after(JsonScan& in, std::string_view literal, Scan scan) {
    std::vector<decltype(scan(in))> elements;
    in.need(literal);
    if (in.take("]")) return elements;
    do {
        elements.push_back(scan(in));
    } while (!in.failed() && in.take(","));
    in.need("]");
    return elements;
}

RunCounts::Total scan_total(JsonScan& in) {
    RunCounts::Total total{.of = text_after(in, R"({"of":")")};
    in.need(R"(,"count":)");
    total.count = in.number();
    in.need("}");
    return total;
}

/// What `scan` makes of it, when it failed nowhere and took all.
template <class Scan>
auto scanned(std::string_view json, Scan scan) -> std::optional<decltype(scan(std::declval<JsonScan&>()))> {
    if (json.size() > kMostSnapshotBytes) return std::nullopt;
    try {
        JsonScan in(json);
        auto snapshot = scan(in);
        in.need("}");
        return !in.failed() && in.at_end() ? std::optional(std::move(snapshot)) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace

RunCounts scan_run_counts(JsonScan& in) {
    RunCounts runs;
    if (!in.take(kTotalsMember)) return runs;
    if (!in.take("]")) {
        do {
            runs.totals.push_back(scan_total(in));
        } while (!in.failed() && in.take(","));
        in.need("]");
    }
    if (runs.totals.size() > kMostTotals) in.fail();
    if (in.take(R"(,"run_ms":)")) runs.newest_run = std::chrono::milliseconds{in.number()};
    return runs;
}

std::optional<IssuerSnapshot> scan_issuer_snapshot(std::string_view json) {
    return scanned(json, [](JsonScan& in) {
        return IssuerSnapshot{.at = need_time(in, R"({"at":)"),
                              .root = text_after(in, R"(,"root":")"),
                              .root_not_after = need_time(in, R"(,"root_not_after":)"),
                              .intermediate_not_after = need_time(in, R"(,"intermediate_not_after":)"),
                              .problem = text_after(in, R"(,"problem":")"),
                              .entries = list_after(in, R"(,"entries":[)", scan_issued),
                              .certificate_life = need_seconds(in, R"(,"certificate_life":)"),
                              .intermediates = list_after(in, R"(,"intermediates":[)", scan_intermediate),
                              .shared_keys = list_after(in, R"(,"shared_keys":[)", scan_shared_key),
                              .crls = list_after(in, R"(,"crls":[)", scan_crl),
                              .sealed = in.take(R"(,"sealed":)") ? list_after(in, "[", scan_intermediate)
                                                                 : std::vector<KnownIntermediate>{},
                              .runs = scan_run_counts(in)};
    });
}

std::optional<DistributorSnapshot> scan_distributor_snapshot(std::string_view json) {
    return scanned(json, [](JsonScan& in) {
        return DistributorSnapshot{.at = need_time(in, R"({"at":)"),
                                   .hosts = list_after(in, R"(,"hosts":[)", scan_reached),
                                   .entries = list_after(in, R"(,"entries":[)", scan_delivered),
                                   .runs = scan_run_counts(in)};
    });
}

std::optional<std::vector<ServingEntry>> scan_serving(std::string_view json) {
    return scanned(json, [](JsonScan& in) {
        need_time(in, R"({"at":)");
        list_after(in, R"(,"hosts":[)", skip_reached);
        auto serving = list_after(in, R"(,"entries":[)", scan_serving_entry);
        static_cast<void>(scan_run_counts(in));
        return serving;
    });
}

}  // namespace halfday
