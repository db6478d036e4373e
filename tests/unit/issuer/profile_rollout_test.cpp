#include "ca/issuer/profile_rollout.hpp"

#include "ca/issuer/fleet_profile.hpp"
#include "tests/unit/issuer/changing_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kLonger = "lifetime: 20h";
constexpr auto kOldLife = 11h + 30min - 1s;
constexpr auto kNewLife = 19h + 30min - 1s;

/// Both hosts serve certificates by the profile of the defaults; web1 is the canary.
struct ProfileWorld : ChangingWorld {
    ProfileWorld() {
        REQUIRE(ask_and_mint(*this, kNow).minted.size() == 2);
        all_serve(*this, {kWeb1, kWeb2}, kNow);
    }
    void set(const std::string& certificates, int stop_at = 10) const {
        put(places.settings(), "rollout: {canary: [web1.example.org], waves: [50], stop_at: " +
                                   std::to_string(stop_at) + "}\ncertificates: {" + certificates + "}\n");
    }
    [[nodiscard]] Seconds life_of(const std::string& host) const {
        const auto row = ledger().newest(host_name(host), entry_name("www")).value();
        return row.not_after - row.at;
    }
    [[nodiscard]] std::optional<RolloutNote> note() const {
        return read_issuer_snapshot(places.issuer_snapshot()).value().rollout;
    }
    [[nodiscard]] std::string profile() const { return read_file(files.profile(), 1000); }
    [[nodiscard]] MintReport resume(Time now) const {
        ask(kWeb1, now);
        ask(kWeb2, now);
        MintOptions options;
        options.resume_rollout = true;
        return mint_due(places, options, now);
    }
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("which profile a certificate is by is seen from it") {
    const std::vector<Validity> intermediates{{kNow - 24h, kNow + 9h}, {kNow - 24h, kNow + 480h}};
    const auto from = [](Seconds backdate, Seconds lifetime) { return Validity::from(kNow - backdate, lifetime); };
    struct Case {
        const char* what;
        IssuedFacts issued;
        bool is_by;
    };
    const Case cases[] = {
        {"all the same", {kNow, from(30min, 12h), Purpose::server, "P-256"}, true},
        {"another key that is allowed", {kNow, from(30min, 12h), Purpose::server, "P-384"}, true},
        {"another lifetime", {kNow, from(30min, 11h), Purpose::server, "P-256"}, false},
        {"another backdate", {kNow, from(20min, 12h), Purpose::server, "P-256"}, false},
        {"another purpose", {kNow, from(30min, 12h), Purpose::server_and_client, "P-256"}, false},
        {"a key that isn't allowed", {kNow, from(30min, 12h), Purpose::server, "Ed25519"}, false},
        {"cut by an intermediate", {kNow, {kNow - 30min, kNow + 9h}, Purpose::server, "P-256"}, true},
        {"cut by none", {kNow, {kNow - 30min, kNow + 8h}, Purpose::server, "P-256"}, false},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        CHECK(is_by_profile(each.issued, {}, intermediates) == each.is_by);
    }
}

TEST_CASE("what an entry shows of a newer profile is by what it got, what it serves, and what it would be refused") {
    const Time late = kNow - kServedWithin - 1s;
    const Time end = kNow + 8h;
    struct Case {
        const char* what;
        ProfileFacts facts;
        std::optional<Time> since;
        Shown shown;
    };
    const Case cases[] = {
        {"not reached yet", {{late, end, false, true, false}, true, false}, {}, Shown::older},
        {"by both", {{late, end, true, true, true}, true, false}, {}, Shown::unconcerned},
        {"by both, and down", {{late, end, true, false, false}, true, false}, {}, Shown::unconcerned},
        {"on its way", {{kNow, end, true, false, false}, false, false}, {}, Shown::awaited},
        {"served", {{late, end, true, true, true}, false, false}, {}, Shown::served},
        {"not served in time", {{late, end, true, false, false}, false, false}, {}, Shown::failed},
        {"not served before a person resumed", {{late, end, true, false, false}, false, false}, kNow, Shown::awaited},
        {"refused by the newer", {{late, end, false, true, false}, true, true}, {}, Shown::failed},
        {"by both, but its names refused", {{late, end, true, true, true}, true, true}, {}, Shown::failed},
        {"refused, as a person knows", {{late, end, false, true, false}, true, true}, kNow, Shown::unconcerned},
        {"dark", {{late, kNow - 1s, true, false, false}, false, true}, {}, Shown::nothing},
    };
    for (const Case& each : cases) {
        CAPTURE(each.what);
        CHECK(shown_by(each.facts, each.since, kNow) == each.shown);
    }
}

TEST_CASE("a change that makes no difference to anybody is not waited for, unless all are dark") {
    const auto entries = [](const std::vector<Shown>& all) {
        std::vector<ShownEntry> shown;
        for (const Shown each : all) shown.push_back({host_name(kWeb1), each});
        return shown;
    };
    CHECK(is_nobodys({}));
    CHECK(is_nobodys(entries({Shown::unconcerned, Shown::nothing})));
    CHECK_FALSE(is_nobodys(entries({Shown::nothing})));
    for (const Shown shown : {Shown::older, Shown::awaited, Shown::served, Shown::failed}) {
        CHECK_FALSE(is_nobodys(entries({Shown::unconcerned, shown})));
    }
}

TEST_CASE("a newer profile goes to the canary first, to all when that serves it, and is then the one in use") {
    const ProfileWorld world;
    CHECK(has(world.profile(), "lifetime: 12h"));
    world.set(kLonger);
    const MintReport first = ask_and_mint(world, kNow + 4h);
    REQUIRE(first.minted.size() == 2);
    CHECK(first.news == std::vector<std::string>{"rollout: from now on the profile {lifetime: 20h} is in use for 1 of "
                                                 "2 hosts, {lifetime: 12h} for the others (wave 1 of 2)"});
    CHECK(world.life_of(kWeb1) == kNewLife);
    CHECK(world.life_of(kWeb2) == kOldLife);
    CHECK(has(world.profile(), "lifetime: 12h"));
    REQUIRE(world.note());
    CHECK(world.note()->kind == RolloutKind::profile);
    CHECK(world.note()->key == "{lifetime: 20h}");
    CHECK(world.note()->older == 2);

    all_serve(world, {kWeb1, kWeb2}, kNow + 4h);
    REQUIRE(ask_and_mint(world, kNow + 8h).minted.size() == 2);
    CHECK(world.life_of(kWeb2) == kNewLife);
    all_serve(world, {kWeb1, kWeb2}, kNow + 8h);
    CHECK(world.mint(kNow + 9h).news ==
          std::vector<std::string>{"rollout: the profile {lifetime: 20h} is in use everywhere"});
    CHECK(has(world.profile(), "lifetime: 20h"));
    CHECK_FALSE(std::filesystem::exists(world.files.profile_rollout()));
    CHECK(world.mint(kNow + 9h).news.empty());
    CHECK_FALSE(world.note());
    CHECK_FALSE(world.ledger().verify());
}

TEST_CASE("a canary that does not serve it stops it: all are signed by the profile before until a person resumes") {
    const ProfileWorld world;
    world.set(kLonger);
    REQUIRE(ask_and_mint(world, kNow + 4h).minted.size() == 2);
    const MintReport report = ask_and_mint(world, kNow + 8h);
    CHECK(report.minted.size() == 2);  // no renewal is held back
    CHECK(report.warnings ==
          std::vector<std::string>{
              "the rollout of the profile {lifetime: 20h} has stopped: 1 of 1 entries did not serve within 60 min what "
              "they got under it (web1.example.org); the profile {lifetime: 12h} is in use for all. Find out why "
              "(halfday status), then: halfday push --resume"});
    CHECK(world.life_of(kWeb1) == kOldLife);
    CHECK(world.life_of(kWeb2) == kOldLife);
    CHECK_FALSE(world.note()->stopped.empty());
    all_serve(world, {kWeb1, kWeb2}, kNow + 8h);
    CHECK(ask_and_mint(world, kNow + 12h).warnings.empty());
    CHECK(world.life_of(kWeb1) == kOldLife);

    CHECK(world.resume(kNow + 16h).minted.size() == 2);
    CHECK(world.life_of(kWeb1) == kNewLife);
    CHECK(world.life_of(kWeb2) == kOldLife);
    CHECK(world.note()->stopped.empty());
}

TEST_CASE("a profile that refuses what the one before permits stops before anybody got it, and holds no renewal back") {
    struct Case {
        const char* certificates;
        const char* reason;
    };
    const Case cases[] = {
        {"keys: [P-384]", "web1.example.org/www: policy of web1.example.org allows P-384, not P-256"},
        {"domains: [two.example.org]",
         "web1.example.org/www: policy of web1.example.org permits two.example.org, not 'www.example.org'"},
        {"purpose: server+client", "the intermediate is for servers alone"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.certificates);
        const ProfileWorld world;
        world.set(each.certificates);
        const MintReport report = ask_and_mint(world, kNow + 4h);
        CHECK(report.refused.empty());
        CHECK(report.minted.size() == 2);
        REQUIRE(report.warnings.size() == 1);
        CHECK(has(report.warnings.front(), "entries that the one before permits (web1.example.org/www: "));
        CHECK(has(report.warnings.front(), each.reason));
        CHECK(has(world.profile(), "keys: [P-256, P-384]"));

        CHECK(world.resume(kNow + 8h).refused.empty());
        CHECK_FALSE(std::filesystem::exists(world.files.profile_rollout()));
        CHECK_FALSE(ask_and_mint(world, kNow + 12h).refused.empty());  // as a person wants it
    }
}

TEST_CASE("a key that the newer profile alone refuses or permits holds no renewal back while there are two") {
    const ProfileWorld world;
    world.set("lifetime: 20h, keys: [P-256, Ed25519]");
    const auto ask_with = [&](const std::string& host, const char* algorithm) {
        Request request = world.request(host, kNow + 4h);
        request.csr = make_csr(new_key(algorithm), request.id);
        world.ask(host, request);
    };
    ask_with(kWeb1, "P-384");    // the canary
    ask_with(kWeb2, "Ed25519");  // by the profile before
    const MintReport report = world.mint(kNow + 4h);
    CHECK(report.refused.empty());
    CHECK(report.minted.size() == 2);
    CHECK(world.life_of(kWeb1) == kOldLife);
    CHECK(world.life_of(kWeb2) == kNewLife);
}

TEST_CASE("a change that makes no difference to any certificate is in use at once") {
    for (const char* const certificates :
         {"keys: [P-256]", "wildcards: refused", "domains: [example.org]", "keys: [P-384, P-256, Ed25519]"}) {
        CAPTURE(certificates);
        const ProfileWorld world;
        world.set(certificates);
        const MintReport report = world.mint(kNow + 1h);
        CHECK(report.warnings.empty());
        CHECK(report.news.size() == 1);
        CHECK(has(world.profile(), certificates));
    }
}

TEST_CASE("what is no part of a profile, and a host's own policy, take effect at once") {
    ProfileWorld world;
    world.set("renew_after: 2h, max_per_hour: 9");
    std::ofstream(world.places.hosts() / (kWeb2 + ".yaml"), std::ios::app) << "policy: {lifetime: 20h}\n";
    const MintReport report = ask_and_mint(world, kNow + 2h);
    CHECK(report.minted.size() == 2);
    CHECK(report.news.empty());
    CHECK_FALSE(world.note());
    CHECK(world.life_of(kWeb1) == kOldLife);
    CHECK(world.life_of(kWeb2) == kNewLife);
}

TEST_CASE("a longer life that is renewed later leaves nobody dark whose certificate is shorter") {
    const ProfileWorld world;
    world.set("lifetime: 24h, renew_after: 20h");
    CHECK(ask_and_mint(world, kNow + 10h).minted.empty());
    CHECK(ask_and_mint(world, kNow + 10h + 30min).minted.size() == 2);
}

TEST_CASE("a further change begins at the canary, and going back to the profile in use ends the rollout") {
    const ProfileWorld world;
    world.set(kLonger);
    REQUIRE(ask_and_mint(world, kNow + 4h).minted.size() == 2);
    all_serve(world, {kWeb1, kWeb2}, kNow + 4h);
    REQUIRE(ask_and_mint(world, kNow + 8h).minted.size() == 2);  // wave 2
    all_serve(world, {kWeb1, kWeb2}, kNow + 8h);

    world.set("lifetime: 10h");
    REQUIRE(ask_and_mint(world, kNow + 12h).minted.size() == 2);
    CHECK(world.note()->key == "{lifetime: 10h}");
    CHECK(world.note()->wave == 1);
    CHECK(world.life_of(kWeb1) == 9h + 30min - 1s);
    CHECK(world.life_of(kWeb2) == kOldLife);

    world.set("lifetime: 12h");
    const MintReport report = ask_and_mint(world, kNow + 16h);
    CHECK(report.news == std::vector<std::string>{"rollout: halfday.yaml has the profile that is in use again: it "
                                                  "stays so for all hosts"});
    CHECK(world.life_of(kWeb1) == kOldLife);
    CHECK_FALSE(world.note());
    CHECK(world.mint(kNow + 16h).news.empty());
}

TEST_CASE("a newer intermediate goes first, and a newer profile waits for it") {
    const ProfileWorld world;
    static_cast<void>(world.accept(world.second));
    REQUIRE(ask_and_mint(world, kSecondSigns - 5h).minted.size() == 2);
    all_serve(world, {kWeb1, kWeb2}, kSecondSigns - 5h);
    world.set(kLonger);
    Time now = kSecondSigns;
    for (int cycle = 0; cycle < 2; ++cycle, now += 4h) {
        REQUIRE(ask_and_mint(world, now).minted.size() == 2);
        all_serve(world, {kWeb1, kWeb2}, now);
        CHECK(world.note()->kind == RolloutKind::intermediate);
        CHECK(world.life_of(kWeb1) == kOldLife);
    }
    REQUIRE(ask_and_mint(world, now).minted.size() == 2);  // the intermediate is served everywhere
    REQUIRE(ask_and_mint(world, now + 4h).minted.size() == 2);
    CHECK(world.note()->kind == RolloutKind::profile);
    CHECK(world.life_of(kWeb1) == kNewLife);
    CHECK(world.life_of(kWeb2) == kOldLife);
    CHECK(world.issuer_of(kWeb2) == world.second);
}

TEST_CASE("a profile that is on its way stays at its wave while an intermediate goes first") {
    const ProfileWorld world;
    static_cast<void>(world.accept(world.second));
    world.set(kLonger);
    REQUIRE(ask_and_mint(world, kSecondSigns - 5h).minted.size() == 2);
    all_serve(world, {kWeb1, kWeb2}, kSecondSigns - 5h);
    REQUIRE(ask_and_mint(world, kSecondSigns).minted.size() == 2);
    CHECK(world.note()->kind == RolloutKind::intermediate);
    CHECK(world.life_of(kWeb1) == kNewLife);
    CHECK(world.life_of(kWeb2) == kOldLife);
}

TEST_CASE("a fleet without certificates takes a changed profile at once") {
    ChangingWorld world;
    CHECK(world.mint().minted.empty());
    world.put(world.places.settings(), "certificates: {lifetime: 20h}\n");
    REQUIRE(ask_and_mint(world, kNow + 1h).minted.size() == 2);
    CHECK(world.ledger().newest(host_name(kWeb2), entry_name("www"))->not_after == kNow + 1h + kNewLife);
}

TEST_CASE("a state of the rollout that can't be read is the beginning of one, and a dry run remembers nothing") {
    const ProfileWorld world;
    world.set(kLonger);
    const std::string before = world.profile();
    world.ask(kWeb1, kNow + 4h);
    CHECK(plan_mint(world.places, {}, kNow + 4h).minted.front().validity.not_after == kNow + 4h + kNewLife);
    CHECK_FALSE(std::filesystem::exists(world.files.profile_rollout()));
    CHECK(world.profile() == before);
    replace_file(world.files.profile_rollout(), "{");
    REQUIRE(ask_and_mint(world, kNow + 4h).minted.size() == 2);
    CHECK(world.life_of(kWeb1) == kNewLife);
    CHECK(world.life_of(kWeb2) == kOldLife);
}

TEST_CASE("which profile is a host's is seen without a run") {
    const ProfileWorld world;
    const auto coming = [&](const std::string& host) {
        return coming_profile(host_name(host), read_inventory(world.places.hosts()),
                              read_settings(world.places.settings()), world.places);
    };
    CHECK_FALSE(coming(kWeb1));
    world.set(kLonger);
    CHECK(coming(kWeb1)->by_before);  // no run has begun with it
    static_cast<void>(world.mint(kNow + 1h));
    CHECK_FALSE(coming(kWeb1)->by_before);
    CHECK(coming(kWeb2)->by_before);
    CHECK(coming(kWeb2)->wave == 2);
    CHECK(coming(kWeb2)->waves == 2);
}
