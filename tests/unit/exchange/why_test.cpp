#include "ca/exchange/why.hpp"

#include <catch2/catch.hpp>

#include "ca/x509/key.hpp"

namespace halfday {
namespace {

using namespace std::chrono_literals;

constexpr Time kNow{Seconds{1'795'000'000}};
const HostName kWeb = HostName::parse("web1.example.org");
const EntryName kWww = EntryName::parse("www");

Host host() {
    return {kWeb,
            parse_reach("ssh://halfday-receiver@web1.example.org"),
            PrivateKey::generate(KeyAlgorithm::parse("Ed25519")).public_key(),
            {{kWww, {DnsName::parse("www.example.org")}}}};
}

struct Scene {
    IssuedEntry issued{kWeb, kWww, "02", kNow - 60s, kNow + 11h, kNow + 3h, "", ""};
    DeliveredEntry delivered{kWeb,       kWww,       Outcome::proved,
                             "",         "02",       "02",
                             kNow + 11h, kNow - 30s, "1794999970 r0 s2 f33 t60 l91 h1140",
                             kNow - 29s, kNow - 31s, kNow - 4h};
    ReachedHost reached{kWeb, kNow - 29s, "", 0s};

    [[nodiscard]] HostStory tell() const {
        return tell_why(host(), IssuerSnapshot{kNow, "", kNow, kNow, "", {issued}},
                        DistributorSnapshot{kNow, {reached}, {delivered}}, kNow);
    }
    [[nodiscard]] std::string steps() const {
        std::string steps;
        const HostStory story = tell();
        for (const CycleEvent& event : story.entries.at(0).events) steps += (steps.empty() ? "" : " ") + event.step;
        return steps;
    }
};

struct Case {
    const char* says;
    void (*change)(Scene& scene);
    const char* steps;
    const char* end;
};

const Case kCases[] = {
    {"a cycle that went well", [](Scene&) {},
     "fetched issued sent received staged flipped tested reloaded seen fetched_next",
     "02 is served, proved by handshake"},
    {"a web server without a probe", [](Scene& s) { s.delivered.story = "1794999970 r0 s2 f33 t60 l91"; },
     "fetched issued sent received staged flipped tested reloaded fetched_next",
     "02 is served, proved by its commands"},
    {"one that was rolled back",
     [](Scene& s) {
         s.delivered.outcome = Outcome::rolled_back;
         s.delivered.reason = "not \x1b[31mserved";
         s.delivered.serving = "01";
         s.delivered.story = "1794999970 r0 s2 f33 t60 l91 H5091 b5095 l5130 h5200";
     },
     "fetched issued sent received staged flipped tested reloaded not_seen flipped_back reloaded seen "
     "fetched_next",
     "02 was rolled back, 01 is live: not \\x1b[31mserved"},
    {"one that broke the configuration",
     [](Scene& s) {
         s.delivered.outcome = Outcome::rolled_back;
         s.delivered.reason = "bad pair";
         s.delivered.serving = "01";
         s.delivered.story = "1794999970 r0 s2 f33 T60 b61 t90";
     },
     "fetched issued sent received staged flipped test_failed flipped_back tested_without fetched_next",
     "02 was rolled back, 01 is live: bad pair"},
    {"one whose web server was broken already",
     [](Scene& s) {
         s.delivered.outcome = Outcome::unproved;
         s.delivered.reason = "broken";
         s.delivered.story = "1794999970 r0 s2 f33 T60 b61 T90 f91";
     },
     "fetched issued sent received staged flipped test_failed flipped_back test_failed_without flipped fetched_next",
     "02 is installed, and not proved: broken"},
    {"one that the host refused",
     [](Scene& s) {
         s.delivered.outcome = Outcome::refused;
         s.delivered.reason = "not among the names";
         s.delivered.story = "1794999970 r0";
     },
     "fetched issued sent received fetched_next", "02 was refused by the host: not among the names"},
    {"a host whose receiver is older and tells no story", [](Scene& s) { s.delivered.story = ""; },
     "fetched issued sent fetched_next", "02 is served, proved by handshake"},
    {"a story that was cut is none", [](Scene& s) { s.delivered.story = "1794999970 r0 s..."; },
     "fetched issued sent fetched_next", "02 is served, proved by handshake"},
    {"a chain that waits for its delivery", [](Scene& s) { s.issued.serial = "03"; },
     "fetched sent received staged flipped tested reloaded seen fetched_next issued",
     "02 is served, proved by handshake"},
    {"a host that was asked and has nothing yet",
     [](Scene& s) {
         s.issued = {kWeb, kWww, "", {}, {}, {}, "", ""};
         s.delivered = {kWeb, kWww, Outcome::none, "", "", "", {}, {}, "", kNow - 29s};
     },
     "fetched_next", "nothing was delivered yet"},
    {"what the host found beside it", [](Scene& s) { s.delivered.findings = "warning: tickets \x1b"; },
     "fetched issued sent received staged flipped tested reloaded seen fetched_next found",
     "02 is served, proved by handshake"},
    {"a request that the issuer refused", [](Scene& s) { s.issued.refused = "'x' is not permitted"; },
     "fetched issued sent received staged flipped tested reloaded seen fetched_next request_refused",
     "02 is served, proved by handshake; the host's request was refused: 'x' is not permitted"},
};

}  // namespace

TEST_CASE("the story of a host's last cycle has each step, from both sides") {
    for (const Case& one : kCases) {
        Scene scene;
        one.change(scene);
        INFO(one.says);
        CHECK(scene.steps() == one.steps);
        CHECK(scene.tell().entries.at(0).end == one.end);
    }
}

TEST_CASE("each step has its time, the host's to the millisecond by its own clock") {
    const HostStory story = Scene().tell();
    const EntryStory& www = story.entries.at(0);
    CHECK(www.events.at(0).at == kNow - 4h);
    CHECK(www.events.at(1).at == kNow - 60s);
    CHECK(www.events.at(1).clock == CycleEvent::Whose::issuer_box);
    CHECK(www.events.at(8).clock == CycleEvent::Whose::host);
    CHECK(www.events.at(8).after == 1140ms);
    CHECK(www.events.at(8).at == Time(Seconds(1'794'999'971)));
    CHECK(www.due_at == kNow + 3h);
}

TEST_CASE("what is wrong with a host is told with when it is tried again, and a missing snapshot tells nothing") {
    Scene scene;
    scene.reached = {kWeb, kNow - 2h, "connection \x1b refused", -3s, 4, kNow - 10min, kNow + 50min};
    HostStory story = scene.tell();
    CHECK(story.problem == "connection \\x1b refused");
    CHECK(story.misses == 4);
    CHECK(story.held_until == kNow + 50min);
    scene.reached.held_until = kNow - 1s;
    CHECK_FALSE(scene.tell().held_until);
    story = tell_why(host(), std::nullopt, std::nullopt, kNow);
    REQUIRE(story.entries.size() == 1);
    CHECK(story.entries[0].end == "nothing was delivered yet");
    CHECK(story.entries[0].events.empty());
}

}  // namespace halfday
