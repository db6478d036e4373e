#include "ca/exchange/snapshot.hpp"

#include <array>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/exchange/json.hpp"
#include "ca/exchange/snapshot_scan.hpp"

namespace halfday {
namespace {

constexpr JsonLimits kSnapshotLimits{kMostSnapshotBytes,
                                     3'000'000};  // 100,000 hosts of one entry: 25 values each at most
constexpr std::size_t kMostTextBytes = 4096;
constexpr std::array<std::size_t, 3> kTextBounds{kMostTextBytes, 512, 64};  // tried in turn; a SHA-256 has 64 digits
constexpr std::string_view kCutMark = "...";

/// At most `most` bytes of a text. JsonWriter leaves out what the cut left of a character.
class Cut {
   public:
    Cut(const std::string& text, std::size_t most) : whole_(text) {
        if (text.size() > most) cut_ = text.substr(0, most - kCutMark.size()) + std::string(kCutMark);
    }
    operator std::string_view() const { return cut_.empty() ? whole_ : std::string_view(cut_); }  // NOLINT: implicit

   private:
    std::string_view whole_;
    std::string cut_;
};

/// What `write` makes with the longest bound for each text that keeps the whole within kMostSnapshotBytes: the words of
/// one host must not make a snapshot that nobody reads.
template <class Write>
std::string write_within_limit(Write write) {
    std::string json;
    for (const std::size_t most : kTextBounds) {
        json = write(most);
        if (json.size() <= kMostSnapshotBytes) {
            break;
        }
    }
    return json;
}

void write(JsonWriter& object, const IssuedEntry& entry, std::size_t most) {
    object.text("host", entry.host.text())
        .text("entry", entry.entry.text())
        .text("serial", Cut(entry.serial, most))
        .numeric_date("issued_at", entry.issued_at)
        .numeric_date("not_after", entry.not_after)
        .numeric_date("due_at", entry.due_at)
        .text("refused", Cut(entry.refused, most))
        .text("refused_request", Cut(entry.refused_request, most));
}

void write(JsonWriter& object, const KnownIntermediate& intermediate, std::size_t most) {
    object.text("key", Cut(intermediate.fingerprint, most))
        .numeric_date("not_before", intermediate.not_before)
        .numeric_date("not_after", intermediate.not_after);
}

void write(JsonWriter& object, const RolloutNote& rollout, std::size_t most) {
    object.text("kind", to_text(rollout.kind))
        .text("key", Cut(rollout.key, most))
        .text("before", Cut(rollout.before, most))
        .number("wave", rollout.wave)
        .number("waves", rollout.waves)
        .number("older", rollout.older)
        .number("awaited", rollout.awaited)
        .number("served", rollout.served)
        .number("failed", rollout.failed)
        .text("stopped", Cut(rollout.stopped, most));
}

void write(JsonWriter& object, const SharedKey& shared, std::size_t) {
    object.text("host", shared.host.text())
        .text("entry", shared.entry.text())
        .text("other_host", shared.other_host.text())
        .text("other_entry", shared.other_entry.text())
        .numeric_date("until", shared.until);
}

void write(JsonWriter& object, const KnownCrl& crl, std::size_t most) {
    object.text("root", Cut(crl.root, most))
        .text("number", Cut(crl.number, most))
        .numeric_date("next_update", crl.next_update)
        .number("revoked", crl.revoked);
}

void write(JsonWriter& object, const DeliveredEntry& entry, std::size_t most) {
    object.text("host", entry.host.text())
        .text("entry", entry.entry.text())
        .text("outcome", to_text(entry.outcome))
        .text("reason", Cut(entry.reason, most))
        .text("attempted", Cut(entry.attempted, most))
        .text("serving", Cut(entry.serving, most))
        .numeric_date("not_after", entry.not_after)
        .numeric_date("proved_at", entry.proved_at)
        .text("story", Cut(entry.story, most))
        .numeric_date("fetched_at", entry.fetched_at)
        .numeric_date("sent_at", entry.sent_at)
        .numeric_date("asked_at", entry.asked_at);
    if (!entry.findings.empty()) {
        object.text("findings", Cut(entry.findings, most));
    }
}

void write(JsonWriter& object, const ReachedHost& host, std::size_t most) {
    object.text("host", host.host.text())
        .numeric_date("reached_at", host.reached_at)
        .text("problem", Cut(host.problem, most));
    if (host.skew) {
        object.number("skew", host.skew->count());
    }
    if (host.misses > 0) {
        object.number("misses", host.misses)
            .numeric_date("missed_at", host.missed_at)
            .numeric_date("held_until", host.held_until);
    }
    if (!host.version.empty()) {
        object.text("version", Cut(host.version, most));
    }
    if (!host.hint.empty()) {
        object.text("hint", Cut(host.hint, most));
    }
}

void write(JsonWriter& object, const RunCounts::Total& total, std::size_t most) {
    object.text("of", Cut(total.of, most)).number("count", total.count);
}

auto write_each(std::size_t most) {
    return [most](JsonWriter& object, const auto& element) { write(object, element, most); };
}

/// Last of all: counts_after reads a snapshot's end alone.
void write_counts(JsonWriter& json, const RunCounts& runs, std::size_t most) {
    if (runs.totals.empty() && !runs.newest_run) return;
    json.list("totals", runs.totals, write_each(most));
    if (runs.newest_run) json.number("run_ms", runs.newest_run->count());
}

RunCounts read_counts(JsonObject& document) {
    RunCounts runs;
    for (JsonObject& total : document.find_objects("totals")) {
        if (runs.totals.size() < kMostTotals) {
            runs.totals.push_back({total.bounded("of", kMostTextBytes), total.number("count")});
        }
    }
    if (const auto took = document.find_number("run_ms")) runs.newest_run = std::chrono::milliseconds{*took};
    return runs;
}

IssuedEntry read_issued_entry(JsonObject& object) {
    return {object.exactly<HostName>("host"),          object.exactly<EntryName>("entry"),
            object.bounded("serial", kMostTextBytes),  object.find_numeric_date("issued_at"),
            object.find_numeric_date("not_after"),     object.find_numeric_date("due_at"),
            object.bounded("refused", kMostTextBytes), object.bounded("refused_request", kMostTextBytes)};
}

KnownIntermediate read_known_intermediate(JsonObject& object) {
    return {object.bounded("key", kMostTextBytes), object.numeric_date("not_before"), object.numeric_date("not_after")};
}

/// One that an older issuer wrote is an intermediate's.
RolloutKind read_rollout_kind(JsonObject& rollout) {
    const bool is_profile = rollout.find_text("kind").value_or("") == to_text(RolloutKind::profile);
    return is_profile ? RolloutKind::profile : RolloutKind::intermediate;
}

std::optional<RolloutNote> read_rollout(std::vector<JsonObject> rollouts) {
    if (rollouts.empty()) {
        return std::nullopt;
    }
    JsonObject& rollout = rollouts.front();
    return RolloutNote{read_rollout_kind(rollout),
                       rollout.bounded("key", kMostTextBytes),
                       rollout.bounded("before", kMostTextBytes),
                       rollout.number("wave"),
                       rollout.number("waves"),
                       rollout.number("older"),
                       rollout.number("awaited"),
                       rollout.number("served"),
                       rollout.number("failed"),
                       rollout.bounded("stopped", kMostTextBytes)};
}

KnownCrl read_known_crl(JsonObject& object) {
    return {object.bounded("root", kMostTextBytes), object.bounded("number", kMostTextBytes),
            object.numeric_date("next_update"), object.number("revoked")};
}

SharedKey read_shared_key(JsonObject& object) {
    return {object.exactly<HostName>("host"), object.exactly<EntryName>("entry"),
            object.exactly<HostName>("other_host"), object.exactly<EntryName>("other_entry"),
            object.numeric_date("until")};
}

DeliveredEntry read_delivered_entry(JsonObject& object) {
    return {object.exactly<HostName>("host"),
            object.exactly<EntryName>("entry"),
            object.as("outcome", parse_outcome),
            object.bounded("reason", kMostTextBytes),
            object.bounded("attempted", kMostTextBytes),
            object.bounded("serving", kMostTextBytes),
            object.find_numeric_date("not_after"),
            object.find_numeric_date("proved_at"),
            object.find_text("story").value_or("").substr(0, kMostTextBytes),
            object.find_numeric_date("fetched_at"),
            object.find_numeric_date("sent_at"),
            object.find_numeric_date("asked_at"),
            object.find_text("findings").value_or("").substr(0, kMostTextBytes)};
}

ReachedHost read_reached_host(JsonObject& object) {
    ReachedHost host{object.exactly<HostName>("host"), object.find_numeric_date("reached_at"),
                     object.bounded("problem", kMostTextBytes), std::nullopt};
    if (const std::optional<std::int64_t> skew = object.find_number("skew")) {
        host.skew = Seconds{*skew};
    }
    host.misses = object.find_number("misses").value_or(0);
    host.missed_at = object.find_numeric_date("missed_at");
    host.held_until = object.find_numeric_date("held_until");
    host.version = object.find_text("version").value_or("").substr(0, kMostTextBytes);
    host.hint = object.find_text("hint").value_or("").substr(0, kMostTextBytes);
    return host;
}

template <class Read>
auto read_each(std::vector<JsonObject> objects, Read read) {
    std::vector<decltype(read(objects.front()))> elements;
    for (JsonObject& object : objects) {
        elements.push_back(read(object));
    }
    return elements;
}

/// A snapshot's file is another user's: nothing but a regular file of bounded size is read. Members that `parse` does
/// not take are left alone, so that the other side may be newer.
template <class Parse>
auto read_snapshot(const Path& file, Parse parse) -> std::optional<decltype(parse(std::string_view{}))> {
    const std::optional<std::string> json = read_beneath(file.parent_path(), file.filename(), kMostSnapshotBytes);
    if (!json) {
        return std::nullopt;
    }
    try {
        return parse(*json);
    } catch (const Error& error) {
        throw Error(ErrorKind::corrupt, "'" + file.string() + "' is not a snapshot: " + error.what(),
                    "the next run of its writer replaces it");
    }
}

}  // namespace

std::string_view to_text(RolloutKind kind) { return kind == RolloutKind::profile ? "profile" : "intermediate"; }

std::string to_json(const IssuerSnapshot& snapshot) {
    return write_within_limit([&](std::size_t most) {
        JsonWriter json;
        json.numeric_date("at", snapshot.at)
            .text("root", Cut(snapshot.root, most))
            .numeric_date("root_not_after", snapshot.root_not_after)
            .numeric_date("intermediate_not_after", snapshot.intermediate_not_after)
            .text("problem", Cut(snapshot.problem, most))
            .list("entries", snapshot.entries, write_each(most))
            .number("certificate_life", snapshot.certificate_life.count())
            .list("intermediates", snapshot.intermediates, write_each(most))
            .list("shared_keys", snapshot.shared_keys, write_each(most))
            .list("crls", snapshot.crls, write_each(most));
        if (!snapshot.sealed.empty()) {
            json.list("sealed", snapshot.sealed, write_each(most));
        }
        if (snapshot.rollout) {
            json.list("rollout", std::array{*snapshot.rollout}, write_each(most));
        }
        write_counts(json, snapshot.runs, most);
        return json.finish();
    });
}

std::string to_json(const DistributorSnapshot& snapshot) {
    return write_within_limit([&](std::size_t most) {
        JsonWriter json;
        json.numeric_date("at", snapshot.at)
            .list("hosts", snapshot.hosts, write_each(most))
            .list("entries", snapshot.entries, write_each(most));
        write_counts(json, snapshot.runs, most);
        return json.finish();
    });
}

IssuerSnapshot parse_issuer_snapshot(std::string_view json) {
    if (auto scanned = scan_issuer_snapshot(json)) {
        return std::move(*scanned);
    }
    JsonObject document = parse_json(json, kSnapshotLimits);
    return {document.numeric_date("at"),
            document.bounded("root", kMostTextBytes),
            document.numeric_date("root_not_after"),
            document.numeric_date("intermediate_not_after"),
            document.bounded("problem", kMostTextBytes),
            read_each(document.objects("entries"), read_issued_entry),
            Seconds{document.find_number("certificate_life").value_or(0)},
            read_each(document.find_objects("intermediates"), read_known_intermediate),
            read_rollout(document.find_objects("rollout")),
            read_each(document.find_objects("shared_keys"), read_shared_key),
            read_each(document.find_objects("crls"), read_known_crl),
            read_each(document.find_objects("sealed"), read_known_intermediate),
            read_counts(document)};
}

DistributorSnapshot parse_distributor_snapshot(std::string_view json) {
    if (auto scanned = scan_distributor_snapshot(json)) {
        return std::move(*scanned);
    }
    JsonObject document = parse_json(json, kSnapshotLimits);
    return {document.numeric_date("at"), read_each(document.objects("hosts"), read_reached_host),
            read_each(document.objects("entries"), read_delivered_entry), read_counts(document)};
}

std::optional<IssuerSnapshot> read_issuer_snapshot(const Path& file) {
    return read_snapshot(file, parse_issuer_snapshot);
}

std::vector<ServingEntry> read_serving(const Path& file) {
    auto entries = read_snapshot(file, [](std::string_view json) {
        if (auto scanned = scan_serving(json)) return std::move(*scanned);
        std::vector<ServingEntry> serving;
        for (DeliveredEntry& entry : parse_distributor_snapshot(json).entries) {
            serving.push_back(
                {std::move(entry.host), std::move(entry.entry), std::move(entry.serving), entry.proved_at.has_value()});
        }
        return serving;
    });
    return entries ? std::move(*entries) : std::vector<ServingEntry>{};
}

std::optional<DistributorSnapshot> read_distributor_snapshot(const Path& file) {
    return read_snapshot(file, parse_distributor_snapshot);
}

}  // namespace halfday
