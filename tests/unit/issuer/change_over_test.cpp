#include "ca/issuer/change_over.hpp"

#include "ca/exchange/snapshot.hpp"
#include "ca/issuer/check.hpp"
#include "ca/issuer/intermediate.hpp"
#include "tests/unit/issuer/changing_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

std::string reason_of(const Decision<std::vector<Acceptance>>& decision) {
    const auto* refusal = std::get_if<Refusal>(&decision);
    return refusal == nullptr ? "" : refusal->text();
}

}  // namespace

TEST_CASE("the next intermediate waits for a day, and then the first certificate under it is told") {
    ChangingWorld world;
    CHECK(std::get<std::vector<Acceptance>>(world.accept(world.second)).front().signs_from == kSecondSigns);
    world.ask(kWeb1);
    CHECK(world.mint().news.empty());
    CHECK(world.issuer_of(kWeb1) == pki().intermediate);
    const Time later = kSecondSigns;
    world.ask(kWeb1, later);
    const MintReport report = world.mint(later);
    REQUIRE(report.minted.size() == 1);
    REQUIRE(report.news.size() == 1);
    CHECK(report.news.front() == "rollout: from now on the intermediate " + world.second.fingerprint().text() +
                                     " signs for 1 of 2 hosts, " + pki().intermediate.fingerprint().text() +
                                     " for the others (wave 1 of 2)");
    CHECK(world.issuer_of(kWeb1) == world.second);
    world.ask(kWeb1, later + 5h);
    CHECK(world.mint(later + 5h).news.empty());
    const auto snapshot = read_issuer_snapshot(world.places.issuer_snapshot()).value();
    CHECK(snapshot.intermediates.size() == 2);
    CHECK(snapshot.intermediate_not_after == world.second.not_after());
}

TEST_CASE("a chain that the exchange lost is published again under the intermediate that it was issued under") {
    ChangingWorld world;
    static_cast<void>(world.accept(world.second));
    const Time before = kSecondSigns - 1s;
    world.ask(kWeb2, before);
    REQUIRE(world.mint(before).minted.size() == 1);
    const std::string published = world.published(kWeb2).value();
    CHECK(published.find(pki().intermediate.pem()) != std::string::npos);
    world.ask(kWeb1, kSecondSigns);
    REQUIRE(world.mint(kSecondSigns).minted.size() == 1);
    CHECK(world.issuer_of(kWeb1) == world.second);
    std::filesystem::remove_all(world.places.exchange() / "chains" / kWeb2);
    CHECK(world.mint(kSecondSigns + 1min).published_again == 1);
    CHECK(world.published(kWeb2) == published);
}

TEST_CASE("an expired intermediate's key goes when another one signs, and not before") {
    ChangingWorld world;
    static_cast<void>(world.accept(world.second));
    const Path key = world.files.folder / "key.pem";
    const Time end = pki().intermediate.not_after();
    CHECK(retire_expired(world.places, kUri, world.second, end).empty());
    CHECK(std::filesystem::exists(key));
    CHECK(retire_expired(world.places, kUri, world.second, end + 1s) ==
          std::vector<std::string>{"deleted the key 'file:" + key.string() +
                                   "': its intermediate has expired, and another one signs"});
    CHECK_FALSE(std::filesystem::exists(key));
    CHECK_FALSE(std::filesystem::exists(world.files.chain()));
    CHECK(retire_expired(world.places, kUri, world.second, end + 1s).empty());
    CHECK(load_intermediate(world.places, kUri, {}, end + 1s).certificate == world.second);
    CHECK(request_intermediate(world.places, {.name = "again", .algorithm = {}, .key_uri = kUri}, {}, end + 1s).key ==
          world.next.key);
}

TEST_CASE("an intermediate whose key can't be opened is passed over, and told") {
    const ChangingWorld world;
    static_cast<void>(world.accept(world.second));
    const Time later = world.second.not_before() + 25h;
    REQUIRE(load_intermediate(world.places, kUri, {}, later).certificate == world.second);
    replace_file(next_key_place(world.places, world.second.public_key()).key.file().value(), "no key");
    const Intermediate found = load_intermediate(world.places, kUri, {}, later);
    CHECK(found.certificate == pki().intermediate);
    REQUIRE(found.passed_over.size() == 1);
    CHECK(found.passed_over.front().find("was to sign, and can't: ") != std::string::npos);
}

TEST_CASE("the only intermediate's key stays, expired as it is") {
    const IssuerWorld world;
    CHECK(retire_expired(world.places, kUri, pki().intermediate, kNow + 1000 * kDay).empty());
    CHECK(std::filesystem::exists(world.files.folder / "key.pem"));
}

TEST_CASE("a next key is made once, and only when it has something to follow") {
    ChangingWorld world;
    CHECK(world.next.key_origin == Origin::made);
    const IssuerRequest again = request_intermediate(world.places, ChangingWorld::order(), {}, kNow);
    CHECK(again.key_origin == Origin::found);
    CHECK(again.key == world.next.key);
    static_cast<void>(world.accept(world.second));
    CHECK(message_of([&] {
              return request_intermediate(world.places, ChangingWorld::order(), {}, kNow);
          }).find("is waiting already: it signs from " + format_time(kSecondSigns)) != std::string::npos);
    remove_file(world.files.chain());
    std::filesystem::remove_all(world.files.intermediates());
    CHECK(message_of([&] { return request_intermediate(world.places, ChangingWorld::order(), {}, kNow); }) ==
          "no intermediate signs now, so there is none for another to follow");
}

TEST_CASE("a next key is encrypted under the passphrase that opens the current one, or not made") {
    IssuerWorld world;
    const Secret words = Secret::copy_of("five or six random words");
    replace_file(world.files.folder / "key.pem", pki().intermediate_key.to_encrypted_pem(words));
    const PassphraseSource right = [] { return Secret::copy_of("five or six random words"); };
    const PassphraseSource wrong = [] { return Secret::copy_of("other words"); };
    for (const PassphraseSource& source : {PassphraseSource{}, wrong}) {
        CHECK(error_of([&] {
                  return request_intermediate(world.places, ChangingWorld::order(), source, kNow);
              }).kind() == ErrorKind::usage);
    }
    CHECK_FALSE(std::filesystem::exists(world.files.intermediates()));
    const IssuerRequest made = request_intermediate(world.places, ChangingWorld::order(), right, kNow);
    CHECK(read_file(made.key_uri.file().value(), 65536).starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
}

TEST_CASE("a renewal for the same key waits for a day too, and an older one is refused with both dates") {
    ChangingWorld world;
    const PublicKey& key = pki().intermediate_key.public_key();
    const Time begin = kNow + 5h;
    const Certificate renewal = intermediate_for(key, begin - 1h, begin + 35 * kDay, 'r');
    CHECK(std::get<std::vector<Acceptance>>(world.accept(renewal, begin)).front().signs_from == begin + 23h);
    CHECK(std::get<std::vector<Acceptance>>(world.accept(renewal, begin)).front().signs_from == begin + 23h);
    CHECK(load_intermediate(world.places, kUri, {}, begin + 1h).certificate == pki().intermediate);
    CHECK(load_intermediate(world.places, kUri, {}, begin + 23h).certificate == renewal);
    CHECK(reason_of(world.accept(pki().intermediate, begin)) ==
          "it begins at " + format_time(pki().intermediate.not_before()) +
              ", and the one that was accepted for this key already begins at " + format_time(begin - 1h));
    CHECK(load_intermediate(world.places, kUri, {}, begin + 23h).certificate == renewal);
}

TEST_CASE("an intermediate that the pinned root did not sign leaves the other one signing") {
    ChangingWorld world;
    static_cast<void>(world.accept(world.second));
    const Certificate foreign = signed_by(pki().leaf_key, pki().intermediate_tbs());
    replace_file(world.files.chain(), foreign.pem());
    CHECK(load_intermediate(world.places, kUri, {}, kNow).certificate == world.second);
}
