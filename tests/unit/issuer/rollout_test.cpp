#include "ca/issuer/rollout.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace halfday;
using namespace std::chrono_literals;

namespace {

constexpr Time kNow{Seconds{1'800'000'000}};

std::vector<HostName> hosts(int count) {
    std::vector<HostName> all;
    for (int at = 0; at < count; ++at) all.push_back(HostName::parse("web" + std::to_string(at) + ".example.org"));
    return all;
}

Settings::Rollout settings(std::vector<HostName> canary = {}, std::vector<int> waves = {5, 25}) {
    return {std::move(canary), std::move(waves), 10};
}

std::vector<std::size_t> sizes(const Waves& waves) {
    std::vector<std::size_t> all;
    for (std::size_t wave = 0; wave < waves.count(); ++wave) all.push_back(waves.hosts_up_to(wave));
    return all;
}

/// One letter an entry, of a host of its own: n(othing), o(lder), a(waited), s(erved), f(ailed).
std::vector<ShownEntry> entries(const std::string& letters, const std::vector<HostName>& of) {
    std::vector<ShownEntry> all;
    for (std::size_t at = 0; at < letters.size(); ++at) {
        all.push_back({of.at(at), static_cast<Shown>(std::string("noasf").find(letters[at]))});
    }
    return all;
}

}  // namespace

TEST_CASE("waves grow by the settings' percentages, each by one host at least, and the last has all") {
    struct Case {
        int hosts;
        std::size_t canary;
        std::vector<int> waves;
        std::vector<std::size_t> ends;
    };
    const Case cases[] = {
        {1, 0, {5, 25}, {1}},
        {2, 0, {5, 25}, {1, 2}},
        {3, 0, {5, 25}, {1, 2, 3}},
        {100, 0, {5, 25}, {5, 25, 100}},
        {100, 2, {5, 25}, {2, 5, 25, 100}},
        {100, 9, {5, 25}, {9, 10, 25, 100}},
        {100, 0, {}, {100}},
        {2, 2, {5}, {2}},
        {4, 1, {50}, {1, 2, 4}},
    };
    for (const Case& each : cases) {
        auto all = hosts(each.hosts);
        CAPTURE(each.hosts, each.canary);
        CHECK(sizes(Waves(all, settings({all.begin(), all.begin() + static_cast<long>(each.canary)}, each.waves))) ==
              each.ends);
    }
}

TEST_CASE("each host has one wave, the same in each run, and the canary's hosts are in the first") {
    const auto all = hosts(200);
    const auto canary = std::vector{all[7], all[160], HostName::parse("gone.example.org")};
    const Waves waves(all, settings(canary));
    const Waves again({all.rbegin(), all.rend()}, settings(canary));
    std::vector<std::size_t> counted(waves.count());
    for (const HostName& host : all) {
        CHECK(waves.of(host) == again.of(host));
        ++counted.at(waves.of(host));
    }
    CHECK(counted == std::vector<std::size_t>{2, 8, 40, 150});
    CHECK(waves.of(all[7]) == 0);
    CHECK(waves.of(all[160]) == 0);
    CHECK(waves.of(HostName::parse("other.example.org")) == waves.count() - 1);
}

TEST_CASE("what an entry shows is by what it got and what it serves") {
    struct Case {
        EntryFacts facts;
        std::optional<Time> since;
        Shown shown;
    };
    const Time soon = kNow - 10min;
    const Time late = kNow - kServedWithin - 1s;
    const Time end = kNow + 8h;
    const Case cases[] = {
        {{late, end, false, true, false}, {}, Shown::older},
        {{late, kNow - 1s, true, false, false}, {}, Shown::nothing},  // down since long
        {{soon, end, true, false, false}, {}, Shown::awaited},
        {{soon, end, true, true, true}, {}, Shown::served},
        {{late, end, true, true, true}, {}, Shown::served},
        {{late, end, true, false, false}, {}, Shown::failed},
        {{late, end, true, false, true}, {}, Shown::failed},
        {{soon, end, true, false, true}, {}, Shown::served},              // its second is on the way
        {{soon, end, false, false, true}, {}, Shown::served},             // went back to the older one after that
        {{late, end, true, false, false}, kNow - 30min, Shown::awaited},  // a person told it to go on since
        {{late, end, true, false, false}, late, Shown::failed},
        {{late, end, true, false, false}, kNow + 1h, Shown::failed},  // the clock was wrong when they told it
    };
    for (const Case& each : cases) {
        CAPTURE(&each - cases);
        CHECK(shown_by(each.facts, each.since, kNow) == each.shown);
    }
}

TEST_CASE("a rollout goes on wave by wave as hosts serve, and stops when too many fail") {
    // Waves of 1, 2 and 10 hosts; at most 10 percent may fail.
    const auto named = hosts(10);
    const Waves waves(named, settings({}, {10, 20}));
    std::vector<HostName> of = named;
    std::sort(of.begin(), of.end(),
              [&](const HostName& left, const HostName& right) { return waves.of(left) < waves.of(right); });
    struct Case {
        std::size_t wave;
        std::string shown;
        std::size_t next;
        bool complete;
        bool stopped;
    };
    const Case cases[] = {
        {0, "oooooooooo", 0, false, false},
        {0, "aooooooooo", 0, false, false},
        {0, "sooooooooo", 1, false, false},
        {0, "fooooooooo", 0, false, true},
        {0, "nooooooooo", 1, false, false},  // the canary is down: it shows
                                             // nothing, and others do
        {0, "nnnnnnnnnn", 0, false, false},  // the fleet is dark
        {1, "ssoooooooo", 2, false, false},
        {1, "saoooooooo", 1, false, false},
        {1, "sfoooooooo", 1, false, true},
        {1, "aooooooooo", 1, false, false},  // a wave stays reached
        {2, "sssssssssa", 2, false, false},  // one of eight is more than ten percent
        {2, "ssssssssss", 2, true, false},
        {2, "sssssssssf", 2, false, false},  // one of ten is not too many to go on,
                                             // and one of eight too many to be done
        {2, "ssssssssff", 2, false, true},
        {0, "ssssssssss", 2, true, false},  // what was remembered was lost
    };
    for (const Case& each : cases) {
        CAPTURE(each.wave, each.shown);
        const RolloutState state{.newer = "aa", .wave = each.wave};
        const RolloutState next = next_state(state, entries(each.shown, of), waves, 10);
        CHECK(next.wave == each.next);
        CHECK(next.complete == each.complete);
        CHECK(next.stopped.empty() != each.stopped);
    }
}

TEST_CASE("a stop stays, names hosts, and gives all to the one that signed before") {
    const auto all = hosts(10);
    const Waves waves(all, settings());
    const RolloutState stopped = next_state({.newer = "aa", .wave = 2}, entries("ffffsssooo", all), waves, 10);
    CHECK(stopped.stopped ==
          "4 of 7 entries did not serve within 60 min what they got under it (web0.example.org, web1.example.org, "
          "web2.example.org, …)");
    CHECK(next_state(stopped, entries("ssssssssss", all), waves, 10).stopped == stopped.stopped);
    for (const Shown shown : {Shown::older, Shown::served, Shown::failed}) {
        CHECK_FALSE(newer_signs(stopped, waves, {all.front(), shown}));
    }
}

TEST_CASE("the newer one signs for the waves that it has reached, but for entries that failed") {
    const auto all = hosts(100);
    const Waves waves(all, settings());
    const RolloutState state{.newer = "aa", .wave = 1};
    std::set<std::size_t> signed_for;
    for (const HostName& host : all) {
        if (newer_signs(state, waves, {host, Shown::older})) signed_for.insert(waves.of(host));
        CHECK_FALSE(newer_signs(state, waves, {host, Shown::failed}));
    }
    CHECK(signed_for == std::set<std::size_t>{0, 1});
}
