#include "ca/issuer/rollout_run.hpp"

#include "tests/unit/issuer/changing_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

/// Both hosts serve certificates under the first intermediate, and the second is of age.
struct RolloutWorld : ChangingWorld {
    RolloutWorld() {
        static_cast<void>(accept(second));
        REQUIRE(ask_and_mint(*this, kSecondSigns - 5h).minted.size() == 2);
        all_serve(*this, {kWeb1, kWeb2}, kSecondSigns - 5h);
    }
    [[nodiscard]] std::optional<RolloutNote> note() const {
        return read_issuer_snapshot(places.issuer_snapshot()).value().rollout;
    }
};

}  // namespace

TEST_CASE("the second wave gets the newer intermediate when the canary serves it, and not before") {
    const RolloutWorld world;
    REQUIRE(ask_and_mint(world, kSecondSigns).minted.size() == 2);
    CHECK(world.issuer_of(kWeb1) == world.second);
    CHECK(world.issuer_of(kWeb2) == pki().intermediate);
    CHECK(world.note()->wave == 1);
    CHECK(world.note()->older == 2);
    CHECK(parse_chain(world.published(kWeb2).value()).back() == pki().intermediate);

    all_serve(world, {kWeb1, kWeb2}, kSecondSigns);
    const MintReport report = ask_and_mint(world, kSecondSigns + 4h);
    REQUIRE(report.minted.size() == 2);
    CHECK(world.issuer_of(kWeb2) == world.second);
    REQUIRE(report.news.size() == 1);
    CHECK(report.news.front().ends_with(" signs for all 2 hosts (wave 2 of 2)"));

    all_serve(world, {kWeb1, kWeb2}, kSecondSigns + 4h);
    CHECK(world.mint(kSecondSigns + 5h).news ==
          std::vector{"rollout: the intermediate " + world.second.fingerprint().text() + " is served everywhere"});
    CHECK(world.mint(kSecondSigns + 5h).news.empty());
    CHECK_FALSE(world.note());
    CHECK_FALSE(world.ledger().verify());
}

TEST_CASE("a canary that does not serve stops the rollout: the older one signs for all until a person resumes") {
    const RolloutWorld world;
    REQUIRE(ask_and_mint(world, kSecondSigns).minted.size() == 2);
    const MintReport report = ask_and_mint(world, kSecondSigns + 4h);
    CHECK(report.minted.size() == 2);  // no renewal is held back
    REQUIRE(report.warnings.size() == 1);
    CHECK(report.warnings.front() ==
          "the rollout of the intermediate " + world.second.fingerprint().text() +
              " has stopped: 1 of 1 entries did not serve within 60 min what they got under it (web1.example.org); the "
              "intermediate " +
              pki().intermediate.fingerprint().text() +
              " signs for all. Find out why (halfday status), then: halfday push --resume");
    CHECK(world.issuer_of(kWeb1) == pki().intermediate);
    CHECK(world.issuer_of(kWeb2) == pki().intermediate);
    CHECK_FALSE(world.note()->stopped.empty());

    all_serve(world, {kWeb1, kWeb2}, kSecondSigns + 5h);
    CHECK(ask_and_mint(world, kSecondSigns + 8h).warnings.empty());
    CHECK(world.issuer_of(kWeb1) == pki().intermediate);

    world.ask(kWeb1, kSecondSigns + 12h);
    MintOptions resume;
    resume.resume_rollout = true;
    CHECK(mint_due(world.places, resume, kSecondSigns + 12h).minted.size() == 1);
    CHECK(world.issuer_of(kWeb1) == world.second);
    CHECK(world.note()->stopped.empty());
}

TEST_CASE("what a host has installed and never proved is not served") {
    const RolloutWorld world;
    REQUIRE(ask_and_mint(world, kSecondSigns).minted.size() == 2);
    all_serve(world, {kWeb1, kWeb2}, std::nullopt);
    static_cast<void>(world.mint(kSecondSigns + 2h));
    CHECK(world.note()->failed == 1);
    CHECK_FALSE(world.note()->stopped.empty());
}

TEST_CASE("when the older one can't sign certificates of full length any more, the newer signs for all") {
    const RolloutWorld world;
    const Time late = pki().intermediate.not_after() - 24h + 1s;
    for (const Time now : {late - 5h, late}) {
        world.ask(kWeb1, now);
        world.ask(kWeb2, now);
        MintOptions options;
        options.clock = ClockRule::accept;  // the fleet was away for a month
        REQUIRE(mint_due(world.places, options, now).minted.size() == 2);
        CHECK(world.issuer_of(kWeb1) == world.second);
        CHECK((world.issuer_of(kWeb2) == world.second) == (now == late));
        CHECK(world.note().has_value() == (now != late));
    }
}

TEST_CASE("who permits an entry's names signs for it, whatever the rollout says: no renewal is held back") {
    ChangingWorld world;
    const Certificate narrow = intermediate_for(world.next.key, kNow - 50min, kNow + 60 * kDay, 'p', "two.example.org");
    static_cast<void>(world.accept(narrow));
    REQUIRE(ask_and_mint(world, kSecondSigns - 5h).minted.size() == 2);
    all_serve(world, {kWeb1, kWeb2}, kSecondSigns - 5h);

    const MintReport report = ask_and_mint(world, kSecondSigns);  // the canary's www.example.org is outside
    CHECK(report.refused.empty());
    REQUIRE(report.minted.size() == 2);
    CHECK(world.issuer_of(kWeb1) == pki().intermediate);
    REQUIRE(report.warnings.size() == 1);
    CHECK(report.warnings.front() == "the intermediate " + narrow.fingerprint().text() +
                                         " may not sign for 1 of 2 entries (web1.example.org), and " +
                                         pki().intermediate.fingerprint().text() + ", until " +
                                         format_time(pki().intermediate.not_after() - 24h) +
                                         ", does: get an intermediate that permits their names and purposes");
}

TEST_CASE("a name that only the newer intermediate permits does not wait for its wave") {
    ChangingWorld world;
    world.put(world.files.chain(),
              intermediate_for(pki().intermediate_key.public_key(), pki().intermediate.not_before(),
                               pki().intermediate.not_after(), 'q', "www.example.org")
                  .pem());
    static_cast<void>(world.accept(world.second));
    const MintReport report = ask_and_mint(world, kSecondSigns);
    CHECK(report.refused.empty());
    REQUIRE(report.minted.size() == 2);
    CHECK(world.issuer_of(kWeb2) == world.second);
    CHECK(report.warnings.empty());
}

TEST_CASE("a state of the rollout that can't be read is the beginning of one") {
    const RolloutWorld world;
    replace_file(world.files.rollout(), "{");
    REQUIRE(ask_and_mint(world, kSecondSigns).minted.size() == 2);
    CHECK(world.issuer_of(kWeb1) == world.second);
    CHECK(world.issuer_of(kWeb2) == pki().intermediate);
}

TEST_CASE("a state of the rollout that is no file of ours any more is replaced, and holds nothing back") {
    const RolloutWorld world;
    replace_file(world.files.rollout(), std::string(100'000, ' '));
    REQUIRE(ask_and_mint(world, kSecondSigns).minted.size() == 2);
    CHECK(std::filesystem::file_size(world.files.rollout()) < 1'000);
}

TEST_CASE("a dry run names what would be minted and remembers nothing of a rollout") {
    const RolloutWorld world;
    world.ask(kWeb1, kSecondSigns);
    CHECK(plan_mint(world.places, {}, kSecondSigns).minted.size() == 1);
    CHECK_FALSE(std::filesystem::exists(world.files.rollout()));
}
