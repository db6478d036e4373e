#include "distribute/push/push.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "ca/base/error.hpp"
#include "ca/exchange/pinned_roots.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/digest.hpp"
#include "distribute/push/delivery_count.hpp"
#include "distribute/push/fan_out.hpp"
#include "distribute/push/knowledge.hpp"
#include "distribute/push/reception.hpp"

namespace halfday {
namespace {

constexpr int kLockPatience = 60;  // seconds; a run by hand waits for the timer's
constexpr mode_t kSnapshotMode = 0644;

/// What a connection brought, and what couldn't be taken along on it.
struct Visit {
    Errand errand{};
    std::optional<Answer> answer = {};
    std::optional<Error> failure = {};  // neither: no connection was needed any more
    Interval when{};
    std::vector<Notice> notices = {};
};

/// Nothing is held up over a head or CRLs that can't be read.
std::string read_lenient(const Spool& spool, std::optional<std::string> (Spool::*read)() const) {
    try {
        return (spool.*read)().value_or("");
    } catch (const Error&) {
        return "";
    }
}

/// Reads the chains of a plan; one that can't be read stays behind.
Delivery load(const Spool& spool, const HostPlan& plan, Visit& visit) {
    Delivery delivery{{}, read_lenient(spool, &Spool::head), kReceiptsWithFindings, read_lenient(spool, &Spool::crls)};
    for (const EntryName& entry : plan.deliver) {
        try {
            auto chain = spool.chain(plan.host->name, entry);
            if (!chain) continue;
            visit.errand.sent.push_back(
                {entry, sha256_hex(*chain), Serial::parse(parse_chain(*chain).front().serial_hex()).hex()});
            delivery.chains.push_back({entry, std::move(*chain)});
        } catch (const Error& error) {
            visit.notices.push_back({Notice::Kind::problem, plan.host->name, entry,
                                     std::string("the issuer's chain for it: ") + error.what(), error.hint()});
        }
    }
    return delivery;
}

Ending visit_host(const HostPlan& plan, const Spool& spool, const Transport& transport, const RunningClock& clock,
                  Visit& visit) {
    visit = {{plan.host, {}, plan.ask}, {}, {}, {}, {}};
    const Delivery delivery = load(spool, plan, visit);
    const bool is_nothing_left = !plan.deliver.empty() && delivery.chains.empty() && plan.ask.empty();
    if (is_nothing_left) return Ending::over;
    Ending ending = Ending::over;
    visit.when.begin = clock.now();
    try {
        visit.answer = converse(plan.host->name, plan.host->reach, delivery, transport);
    } catch (const NoAnswer& error) {
        visit.failure = error;
        ending = error.ending();
    } catch (const Error& error) {
        visit.failure = error;
    }
    visit.when.end = clock.now();
    return ending;
}

/// Where sshd, or a socket's unit, counts its connections.
std::string place_of(const Reach& reach) {
    const auto* const ssh = std::get_if<SshReach>(&reach);
    return ssh != nullptr ? ssh->host + ":" + std::to_string(ssh->port) : to_text(reach);
}

Turns turns_for(const std::vector<HostPlan>& plans, const Settings::Push& settings) {
    std::vector<std::string> places;
    for (const HostPlan& plan : plans) places.push_back(place_of(plan.host->reach));
    return {places,
            {.parallel = static_cast<std::size_t>(settings.parallel),
             .timeout = settings.timeout,
             .least = settings.connect_timeout}};
}

/// Stores and tells what comes in. Lives in one thread.
class Intake {
   public:
    Intake(const Places& places, const Tell& tell, Knowledge& knowledge, Deliveries& deliveries)
        : spool_(places.exchange()),
          roots_(fingerprints_of(read_pinned_roots(places))),
          tell_(tell),
          knowledge_(knowledge),
          deliveries_(deliveries) {}

    void take(const Visit& visit) {
        for (const Notice& notice : visit.notices) say(notice);
        if (!visit.answer && !visit.failure) return;
        const Host& host = *visit.errand.host;
        const HostRecord known = record_of(knowledge_.records, host);
        Reception reception = visit.answer ? receive_answer(visit.errand, *visit.answer, known, roots_, visit.when)
                                           : receive_nothing(visit.errand, known, *visit.failure, visit.when);
        try {
            store(visit.errand, reception, visit.when.end);
        } catch (const Error& error) {
            say({Notice::Kind::problem,
                 host.name,
                 {},
                 std::string("its answer was not kept: ") + error.what(),
                 error.hint()});
        }
        for (const Notice& notice : reception.notices) say(notice);
        count_.add(visit.errand, reception, visit.failure.has_value());
    }

    void say(const Notice& notice) {
        if (notice.kind == Notice::Kind::problem && notice.host) failed_.insert(*notice.host);
        tell_(notice);
    }

    [[nodiscard]] const std::set<HostName>& failed() const { return failed_; }
    [[nodiscard]] const DeliveryCount& count() const { return count_; }

   private:
    /// Into the spool before the database: what the database calls delivered is not delivered again.
    void store(const Errand& errand, Reception& reception, Time now) {
        const HostName& host = errand.host->name;
        for (const Answer::Message& request : reception.requests) {
            if (!spool_.put_request(host, request.entry, request.jws)) continue;
            reception.record.entries[request.entry].fetched_at = now;
            const auto& asked = errand.asked;
            if (std::find(asked.begin(), asked.end(), request.entry) == asked.end()) continue;
            say({Notice::Kind::news, host, request.entry, "asks for a certificate"});
        }
        for (const Answer::Message& receipt : reception.receipts) {
            spool_.put_receipt(host, receipt.entry, receipt.jws);
        }
        deliveries_.store(host, reception.record);
        knowledge_.records[host] = reception.record;
    }

    Spool spool_;
    std::vector<Fingerprint> roots_;
    const Tell& tell_;
    Knowledge& knowledge_;
    Deliveries& deliveries_;
    std::set<HostName> failed_;
    DeliveryCount count_;
};

/// What is remembered of earlier runs, and where this one is remembered.
struct Memory {
    Deliveries deliveries;
    HostRecords records;
};

/// Where the database can't be used (a full disk), this run begins with nothing: what it repeats harms nobody.
Memory remember(const Places& places, const Tell& tell) {
    const auto with_records = [](Deliveries deliveries) {
        HostRecords records = deliveries.read();
        return Memory{std::move(deliveries), std::move(records)};
    };
    try {
        return with_records(Deliveries::open(places.distributor() / "deliveries.db"));
    } catch (const Error& error) {
        tell({Notice::Kind::problem,
              {},
              {},
              std::string("every chain is delivered again: ") + error.what(),
              error.hint().empty() ? "make room on its disk; until then each run does this" : error.hint()});
        return with_records(Deliveries::in_memory());
    }
}

void forget_removed_hosts(Knowledge& knowledge, Deliveries& deliveries) {
    std::erase_if(knowledge.records, [&](const auto& record) {
        const bool is_gone = knowledge.inventory.find(record.first) == nullptr;
        if (is_gone) deliveries.forget(record.first);
        return is_gone;
    });
}

void write_snapshot(const Places& places, const Knowledge& knowledge, RunCounts run, Time now) {
    DistributorSnapshot snapshot = make_snapshot(knowledge.inventory, knowledge.records, now);
    snapshot.runs = counts_after(places.distributor_snapshot(), std::move(run));
    replace_file(places.distributor_snapshot(), to_json(snapshot), {.mode = kSnapshotMode, .group = std::nullopt});
    const std::string reports = to_json(make_host_reports(knowledge.inventory, knowledge.records));
    if (read_file_if_there(places.host_reports(), kMostReportBytes) != reports) {
        replace_file(places.host_reports(), reports, {.mode = kSnapshotMode, .group = std::nullopt});
    }
}

PushProgress progress_of(const Standing& standing, const std::vector<HostPlan>& plans, std::size_t failed) {
    PushProgress progress{
        .hosts = standing.count, .over = standing.over, .failed = failed, .in_flight = standing.in_flight};
    if (standing.longest) {
        progress.longest = plans[standing.longest->index].host->name;
        progress.longest_for = std::chrono::floor<Seconds>(standing.longest->since);
    }
    return progress;
}

}  // namespace

Transport make_transport(const Places& places, const Settings::Push& settings) {
    Transport transport;
    transport.ssh.identity_key = places.distributor() / "id_ed25519";
    transport.ssh.known_hosts = places.known_hosts();
    transport.ssh.state = places.distributor();
    transport.ssh.connect_timeout = settings.connect_timeout;
    transport.timeout = settings.timeout;
    if (std::filesystem::exists(places.ssh_config())) {
        require_roots_own(places.ssh_config());
        transport.ssh.config = places.distributor() / "ssh_config";
        replace_file(*transport.ssh.config, ssh_config_around(std::filesystem::absolute(places.ssh_config())));
    }
    return transport;
}

PushReport push(const Places& places, const PushOrder& order, const RunningClock& clock, const Tell& tell,
                const Watch& watch) {
    const Settings settings = read_settings(places.settings());
    const Transport transport = make_transport(places, settings.push);
    const FileLock lock = FileLock::acquire(places.distributor() / "lock", "halfday-distributor", kLockPatience);
    const auto begin = std::chrono::steady_clock::now();
    remove_leftovers(places.distributor());
    remove_leftovers(places.distributor_snapshot().parent_path());
    auto inventory = begin_inventory(places);
    auto [deliveries, records] = remember(places, tell);
    Knowledge knowledge = read_knowledge(places, std::move(inventory), std::move(records), tell);
    const std::vector<const Host*> hosts = select_hosts(knowledge.inventory, knowledge.records, order);
    forget_removed_hosts(knowledge, deliveries);

    Intake intake(places, tell, knowledge, deliveries);
    const auto say = [&](const Notice& notice) { intake.say(notice); };
    const auto facts = gather_facts(places, knowledge, hosts, clock.now(), say);
    auto plans = make_plan(facts, order.ask, clock.now());
    if (!order.is_insistent()) std::erase_if(plans, [](const HostPlan& plan) { return plan.held_until.has_value(); });
    std::set<HostName> concerned = intake.failed();
    for (const HostPlan& plan : plans) concerned.insert(plan.host->name);

    const Spool spool(places.exchange());
    std::vector<Visit> visits(plans.size());  // each for the thread alone that makes it, then for this one
    fan_out(turns_for(plans, settings.push),
            {
                .visit =
                    [&](std::size_t index, std::chrono::milliseconds left) {
                        Transport hurried = transport;
                        hurried.timeout = left;
                        return visit_host(plans[index], spool, hurried, clock, visits[index]);
                    },
                .take = [&](std::size_t index) { intake.take(std::exchange(visits[index], {})); },
                .watch =
                    [&](const Standing& standing) {
                        if (watch) watch(progress_of(standing, plans, intake.failed().size()));
                    },
            });
    const auto took = std::chrono::steady_clock::now() - begin;
    write_snapshot(places, knowledge,
                   intake.count().counts(std::chrono::duration_cast<std::chrono::milliseconds>(took)), clock.now());
    return {concerned.size(), intake.failed().size()};
}

Intention intend_push(const Places& places, const PushOrder& order, Time now, const Tell& tell) {
    auto inventory = begin_inventory(places);
    Knowledge knowledge = read_knowledge(places, std::move(inventory), remember(places, tell).records, tell);
    const std::vector<const Host*> hosts = select_hosts(knowledge.inventory, knowledge.records, order);
    auto plans = make_plan(gather_facts(places, knowledge, hosts, now, tell), order.ask, now);
    return {std::move(knowledge.inventory), std::move(plans)};
}

}  // namespace halfday
