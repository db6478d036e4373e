#include "distribute/push/plan.hpp"

#include <catch2/catch.hpp>

#include "../error_of.hpp"
#include "host_under_test.hpp"

namespace halfday {
namespace {

using test::kNow;

const std::string kRequest(64, '1');
const std::string kOtherRequest(64, '2');
const std::string kChain(64, 'c');
const std::string kOldChain(64, 'd');

/// An entry for which nothing is to be done: its certificate is delivered and proved, and due in an hour.
EntryFacts at_rest() {
    const EntryName www = EntryName::parse("www");
    return {.entry = www,
            .chain = ChainFacts{kChain, kRequest},
            .request = kRequest,
            .issued = IssuerFacts{kNow + std::chrono::hours{1}, ""},
            .delivered = kChain,
            .outcome = Outcome::proved};
}

struct Case {
    const char* says;
    void (*change)(EntryFacts& facts);
    const char* plan;  // describe(), "" for no connection
};

const Case kCases[] = {
    {"a chain that is proved and not due is left alone", [](EntryFacts&) {}, ""},
    {"a chain that is not the delivered one is delivered", [](EntryFacts& f) { f.delivered = kOldChain; },
     "deliver www"},
    {"a first chain is delivered",
     [](EntryFacts& f) {
         f.delivered = "";
         f.outcome = Outcome::none;
     },
     "deliver www"},

    {"an unproved chain is looked at again", [](EntryFacts& f) { f.outcome = Outcome::unproved; }, "deliver www"},
    {"a chain that failed is tried again", [](EntryFacts& f) { f.outcome = Outcome::failed; }, "deliver www"},
    {"a chain without an outcome is tried again", [](EntryFacts& f) { f.outcome = Outcome::none; }, "deliver www"},
    {"a refused chain is tried again while the host has its key", [](EntryFacts& f) { f.outcome = Outcome::refused; },
     "deliver www"},
    {"a refused chain is over when the host asks anew",
     [](EntryFacts& f) {
         f.outcome = Outcome::refused;
         f.request = kOtherRequest;
     },
     ""},
    {"a refused chain is over when no request is known",
     [](EntryFacts& f) {
         f.outcome = Outcome::refused;
         f.chain->answers = "";
         f.request = "";
     },
     ""},
    {"a chain that came too early is tried again while the host has its key",
     [](EntryFacts& f) { f.outcome = Outcome::skew; }, "deliver www"},
    {"an expired chain, known to the host as such, is over",
     [](EntryFacts& f) {
         f.outcome = Outcome::skew;
         f.request = kOtherRequest;
     },
     ""},
    {"a chain that was rolled back is not reloaded again",
     [](EntryFacts& f) {
         f.outcome = Outcome::rolled_back;
         f.request = kOtherRequest;
     },
     ""},

    {"a due entry whose request was answered is asked for another", [](EntryFacts& f) { f.issued->due_at = kNow; },
     "ask for www"},
    {"an entry is not due a second before", [](EntryFacts& f) { f.issued->due_at = kNow + Seconds{1}; }, ""},
    {"an entry without a date is due now", [](EntryFacts& f) { f.issued->due_at.reset(); }, "ask for www"},
    {"a due entry without a request is asked for one",
     [](EntryFacts& f) {
         f.issued->due_at = kNow;
         f.request = "";
     },
     "ask for www"},
    {"a due entry whose request waits for the issuer is left alone",
     [](EntryFacts& f) {
         f.issued->due_at = kNow;
         f.request = kOtherRequest;
     },
     ""},
    {"a due entry whose request was refused is asked for another",
     [](EntryFacts& f) {
         f.issued->due_at = kNow;
         f.request = kOtherRequest;
         f.issued->refused_request = kOtherRequest;
     },
     "ask for www"},
    {"another request's refusal says nothing",
     [](EntryFacts& f) {
         f.issued->due_at = kNow;
         f.request = kOtherRequest;
         f.issued->refused_request = kRequest;
     },
     ""},
    {"a chain whose first line says nothing answers no request",
     [](EntryFacts& f) {
         f.issued->due_at = kNow;
         f.chain->answers = "";
     },
     ""},

    {"where the issuer has not spoken, an entry with a chain is not due", [](EntryFacts& f) { f.issued.reset(); }, ""},
    {"where the issuer has not spoken, an entry without one is asked",
     [](EntryFacts& f) { f = EntryFacts{f.entry, {}, "", {}, "", Outcome::none}; }, "ask for www"},
    {"where the issuer has not spoken, a request waits for it",
     [](EntryFacts& f) { f = EntryFacts{f.entry, {}, kRequest, {}, "", Outcome::none}; }, ""},
    {"a due entry is delivered and asked in one connection",
     [](EntryFacts& f) {
         f.issued->due_at = kNow;
         f.delivered = kOldChain;
     },
     "deliver www; ask for www"},
};

Inventory two_hosts() {
    return {{test::HostUnderTest("web1.example.org").host, test::HostUnderTest("web2.example.org").host}};
}

std::string hint_for(const Inventory& inventory, const char* name) {
    return test::error_of([&] { return select_hosts(inventory, {}, {.named = {HostName::parse(name)}}); }).hint();
}

}  // namespace

TEST_CASE("only what is undelivered or due makes a connection") {
    const test::HostUnderTest web("web1.example.org");
    for (const Case& one : kCases) {
        EntryFacts facts = at_rest();
        one.change(facts);
        const std::vector<HostPlan> plans = make_plan({{&web.host, {facts}}}, PushOrder::Ask::when_due, kNow);
        INFO(one.says);
        REQUIRE(plans.size() == (*one.plan == '\0' ? 0 : 1));
        if (!plans.empty()) CHECK(describe(plans.front()) == one.plan);
    }
}

TEST_CASE("a host where something was wrong is looked at again, with nothing to do there too") {
    const test::HostUnderTest web("web1.example.org");
    HostFacts facts{&web.host, {at_rest()}};
    facts.was_wrong = true;
    const auto plans = make_plan({facts}, PushOrder::Ask::when_due, kNow);
    REQUIRE(plans.size() == 1);
    CHECK(describe(plans.front()) == "look again");
}

TEST_CASE("a host that is to be asked is asked, whatever waits for the issuer") {
    const test::HostUnderTest web("web1.example.org");
    EntryFacts waiting = at_rest();
    waiting.request = "a new one";
    for (const EntryFacts& facts : {at_rest(), waiting}) {
        const auto plans = make_plan({{&web.host, {facts}}}, PushOrder::Ask::now, kNow);
        REQUIRE(plans.size() == 1);
        CHECK(describe(plans.front()) == "ask for www");
    }
}

TEST_CASE("the request is read for the plan where it matters") {
    EntryFacts facts = at_rest();
    CHECK_FALSE(needs_request(facts, kNow));
    CHECK(needs_request(facts, kNow + std::chrono::hours{1}));
    facts.outcome = Outcome::refused;
    CHECK(needs_request(facts, kNow));
}

TEST_CASE("a plan has each host once, with all that it is for") {
    const Inventory inventory = two_hosts();
    EntryFacts www = at_rest();
    EntryFacts api = at_rest();
    api.entry = EntryName::parse("api");
    EntryFacts mail = at_rest();
    mail.entry = EntryName::parse("mail");
    www.delivered = api.delivered = kOldChain;
    const auto plans = make_plan({{&inventory.hosts[0], {at_rest()}}, {&inventory.hosts[1], {www, mail, api}}},
                                 PushOrder::Ask::when_due, kNow);
    REQUIRE(plans.size() == 1);
    CHECK(plans[0].host == &inventory.hosts[1]);
    CHECK(describe(plans[0]) == "deliver www, api");
}

TEST_CASE("a host is looked at again by each run while something is wrong with it") {
    const Inventory inventory = two_hosts();
    HostRecord record{identity_text(inventory.hosts[0].identity), kNow, "", {}, {}};
    record.skew = kMostSkew;
    record.entries[EntryName::parse("www")].findings = "warning: tickets";
    CHECK_FALSE(was_wrong(record));
    SECTION("it did not answer") { record.problem = "connection refused"; }
    SECTION("its clock") { record.skew = -(kMostSkew + Seconds{1}); }
    SECTION("what it has installed") { record.entries[EntryName::parse("www")].findings += "\nwrong: mode"; }
    SECTION("nothing more") {
        CHECK_FALSE(was_wrong(record));
        return;
    }
    CHECK(was_wrong(record));
}

TEST_CASE("hosts are selected by name, once each, in the inventory's order") {
    const Inventory inventory = two_hosts();
    const HostName web1 = HostName::parse("web1.example.org");
    const HostName web2 = HostName::parse("web2.example.org");
    CHECK(select_hosts(inventory, {}, {}).size() == 2);
    CHECK(select_hosts(inventory, {}, {.named = {web2}}) == std::vector<const Host*>{&inventory.hosts[1]});
    CHECK(select_hosts(inventory, {}, {.named = {web2, web1, web2}}).front() == &inventory.hosts[0]);
    CHECK(select_hosts(inventory, {}, {.named = {web2, web1, web2}}).size() == 2);
}

TEST_CASE("hosts that failed are those that were not reached, or whose newest chain is not proved") {
    const Inventory inventory = two_hosts();
    const PushOrder failed{.only = PushOrder::Only::failed};
    HostRecord record{identity_text(inventory.hosts[0].identity), kNow, "", {}, {}};
    const auto are_chosen = [&] {
        return !select_hosts(inventory, {{inventory.hosts[0].name, record}}, failed).empty();
    };
    CHECK_FALSE(are_chosen());
    record.entries[EntryName::parse("www")].outcome = Outcome::proved;
    CHECK_FALSE(are_chosen());
    record.entries[EntryName::parse("api")].outcome = Outcome::unproved;
    CHECK(are_chosen());
    record.entries.clear();
    record.entries[EntryName::parse("www")].outcome = Outcome::proved;
    record.entries[EntryName::parse("www")].findings = "warning: tickets";
    CHECK_FALSE(are_chosen());
    record.entries[EntryName::parse("www")].findings += "\nwrong: mode";
    CHECK(are_chosen());
    record.entries.clear();
    record.problem = "connection refused";
    CHECK(are_chosen());
    record.identity = "another host's";
    CHECK_FALSE(are_chosen());
}

TEST_CASE("hosts that were missed come last, and wait as what they serve allows") {
    const Inventory inventory = two_hosts();
    EntryFacts www = at_rest();
    www.delivered = kOldChain;
    const Misses misses{3, kNow - std::chrono::minutes{10}};
    const HostFacts missed{&inventory.hosts[0], {www}, misses, kNow + std::chrono::hours{8}};
    const auto plans = make_plan({missed, {&inventory.hosts[1], {www}}}, PushOrder::Ask::when_due, kNow);
    REQUIRE(plans.size() == 2);
    CHECK(plans[0].host == &inventory.hosts[1]);
    CHECK_FALSE(plans[0].held_until);
    CHECK(plans[1].held_until == kNow + std::chrono::minutes{20});
}

TEST_CASE("an unknown host is refused with the one that is most like it") {
    const Inventory inventory = two_hosts();
    CHECK(hint_for(inventory, "web2.exmaple.org").find("'web2.example.org'") != std::string::npos);
    CHECK(hint_for(inventory, "wb1.example.org").find("'web1.example.org'") != std::string::npos);
    CHECK(hint_for({}, "web1.example.org").find("host add") != std::string::npos);
    CHECK(test::error_of([&] {
              return select_hosts(inventory, {}, {.named = {HostName::parse("x.example.org")}});
          }).kind() == ErrorKind::usage);
}

}  // namespace halfday
