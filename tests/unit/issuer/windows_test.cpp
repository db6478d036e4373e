// Sealed keys of several windows: made, accepted, unsealed, passed over and deleted.

#include <filesystem>

#include "ca/base/duration.hpp"
#include "ca/issuer/change_over.hpp"
#include "ca/issuer/check.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/sealed_keys.hpp"
#include "ca/issuer/staging.hpp"
#include "ca/issuer/unsealing.hpp"
#include "tests/unit/issuer/changing_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

constexpr auto kLife = 40 * kDay;  // of a window
constexpr auto kStep = 30 * kDay;

Time begin_of(int window) { return kNow - 50min + (window - 1) * kStep; }
std::string phrase(int window) { return "the passphrase of window " + std::to_string(window); }
PassphraseSource saying(std::string text) {
    return [text = std::move(text)] { return Secret::copy_of(text); };
}

std::vector<Secret> phrases(std::vector<int> windows) {
    std::vector<Secret> all;
    for (const int window : windows) {
        all.push_back(Secret::copy_of(phrase(window)));
    }
    return all;
}

/// An issuer with three windows, which are to be accepted at kNow; what signed before ends within the first.
struct WindowsWorld : IssuerWorld {
    Stage stage = request();
    Chain chain = sign(stage.keys);

    WindowsWorld() { add_host(kWeb1, {"www.example.org"}); }
    [[nodiscard]] Stage request(std::vector<int> windows = {2, 3}, Time now = kNow) const {
        return request_stage(places, {.name = "issuer", .algorithm = {}, .key_uri = kUri}, {}, phrases(windows), now);
    }
    [[nodiscard]] static Chain sign(const std::vector<PublicKey>& keys) {
        Chain signed_chain;
        for (std::size_t at = 0; at < keys.size(); ++at) {
            const Time begin = begin_of(static_cast<int>(at) + 1);
            signed_chain.push_back(intermediate_for(keys[at], begin, begin + kLife, static_cast<char>('p' + at)));
        }
        return signed_chain;
    }
    [[nodiscard]] Decision<std::vector<Acceptance>> accept(const Chain& arrived, Time now = kNow) const {
        return accept_chain(places, arrived, kUri, {}, now);
    }
    void accept_all() const { REQUIRE(std::holds_alternative<std::vector<Acceptance>>(accept(chain))); }
    [[nodiscard]] Unsealed unseal(int window, Time now, UnsealRule rule = UnsealRule::in_time,
                                  const PassphraseSource& of_box = {}) const {
        return unseal_next(places, {kUri, of_box, saying(phrase(window)), rule}, now);
    }
    [[nodiscard]] Path folder_of(int window) const {
        return next_key_place(places, stage.keys[static_cast<std::size_t>(window) - 1]).folder;
    }
    [[nodiscard]] Certificate signing(Time now) const { return load_intermediate(places, kUri, {}, now).certificate; }
};

std::string reasons_of(const Decision<std::vector<Acceptance>>& decision) {
    const auto* refusal = std::get_if<Refusal>(&decision);
    return refusal == nullptr ? "" : refusal->text();
}

}  // namespace

TEST_CASE("a stage makes one open key and sealed ones, and one request in the order of the windows") {
    const WindowsWorld world;
    REQUIRE(world.stage.keys.size() == 3);
    CHECK(world.stage.origin == Origin::made);
    const auto csrs = Csr::parse_together(read_file(world.stage.request, 1 << 17));
    REQUIRE(csrs.size() == 3);
    for (std::size_t at = 0; at < csrs.size(); ++at) {
        CHECK(csrs[at].public_key() == world.stage.keys[at]);
    }
    CHECK(std::filesystem::exists(world.folder_of(1) / "key.pem"));
    for (const int window : {2, 3}) {
        CHECK_FALSE(std::filesystem::exists(world.folder_of(window) / "key.pem"));
        const Path sealed = world.folder_of(window) / "sealed.pem";
        CHECK(message_of([&] { return PrivateKey::load(sealed); }) ==
              "the key 'file:" + sealed.string() + "' is encrypted and there is no passphrase for it");
    }
}

TEST_CASE("a request that waits for its chain is left as it is, and the passphrases are held against its keys") {
    const WindowsWorld world;
    const Stage again = world.request();
    CHECK(again.origin == Origin::found);
    CHECK(again.keys == world.stage.keys);
    CHECK_THAT(message_of([&] { return world.request({3, 2}); }), Catch::Contains("wrong passphrase"));
    CHECK_THAT(message_of([&] { return world.request({2}); }), Catch::Contains("a request of 3 windows is waiting"));
    CHECK_THAT(message_of([&] { return world.request({2, 2}); }), Catch::Contains("window 3 opens another key too"));
    world.accept_all();
    CHECK_THAT(message_of([&] { return world.request(); }), Catch::Contains("a window is sealed still"));
}

TEST_CASE("a waiting request for a key that no passphrase of ours sealed is not shown to be signed") {
    const WindowsWorld world;
    const PrivateKey thiefs = new_key();
    const KeyPlace place = next_key_place(world.places, thiefs.public_key());
    std::filesystem::create_directory(place.folder);
    std::filesystem::copy_file(world.folder_of(2) / "sealed.pem", place.sealed());
    const auto csr_of = [&](int window) { return read_file(world.folder_of(window) / "request.pem", 1 << 14); };
    replace_file(world.stage.request, csr_of(1) + make_csr(thiefs, "issuer") + csr_of(3));
    CHECK_THAT(message_of([&] { return world.request(); }), Catch::Contains("is not the key that"));
}

TEST_CASE("what a kill leaves of a stage is made anew") {
    const WindowsWorld world;
    remove_file(world.stage.request);                 // killed before the request of all was there
    remove_file(world.folder_of(3) / "request.pem");  // and, another time, before a key's own
    std::filesystem::create_directory(world.files.intermediates() / "empty");
    const Stage again = world.request();
    CHECK(again.origin == Origin::made);
    CHECK(again.keys.front() == world.stage.keys.front());
    CHECK_FALSE(std::filesystem::exists(world.folder_of(2)));
    CHECK_FALSE(std::filesystem::exists(world.folder_of(3)));
    CHECK(std::distance(std::filesystem::directory_iterator(world.files.intermediates()), {}) == 3);
}

TEST_CASE("a key in a token has no stage") {
    const IssuerWorld world;
    CHECK_THAT(message_of([&] {
                   return request_stage(world.places, {.name = "i", .algorithm = {}, .key_uri = "pkcs11:object=i"}, {},
                                        phrases({2}), kNow);
               }),
               Catch::Contains("whose PIN would open the keys of all windows"));
}

TEST_CASE("all windows are accepted or none, each in its own time") {
    const WindowsWorld world;
    const PublicKey other = new_key().public_key();
    const Chain foreign{world.chain[0], intermediate_for(other, begin_of(2), begin_of(2) + kLife, 'x'), world.chain[2]};
    CHECK_THAT(reasons_of(world.accept(foreign)), Catch::StartsWith("window 2 of 3: it is for the key"));
    CHECK_FALSE(std::filesystem::exists(world.folder_of(1) / "chain.pem"));
    CHECK_THAT(reasons_of(world.accept(world.chain, begin_of(1) - 1s)), Catch::StartsWith("window 1 of 3: "));
    CHECK_THAT(reasons_of(world.accept(world.chain, begin_of(1) - 1s)), !Catch::Contains("window 2"));
    const auto taken = std::get<std::vector<Acceptance>>(world.accept(world.chain));
    REQUIRE(taken.size() == 3);
    CHECK(taken[0].key == KeyState::open);
    CHECK(taken[0].signs_from == begin_of(1) + kDay);
    CHECK(taken[1].key == KeyState::sealed);
    CHECK(taken[2].signs_from == begin_of(3) + kDay);
    CHECK(reasons_of(world.accept(world.chain)).empty());
    const Chain older{intermediate_for(world.stage.keys[2], begin_of(3) - kDay, begin_of(3) + kDay, 'y')};
    CHECK_THAT(reasons_of(world.accept(older)), Catch::Contains("accepted for this key already begins at"));
    CHECK_THAT(reasons_of(world.accept({world.chain[2]}, begin_of(3) + kLife + 1s)),
               Catch::Contains("not valid after"));
}

TEST_CASE("a kill in the middle of accepting is made whole by accepting again") {
    const WindowsWorld world;
    world.accept_all();
    remove_file(world.folder_of(3) / "chain.pem");
    CHECK(reasons_of(world.accept(world.chain)).empty());
    CHECK(find_sealed(world.places).whole.back().certificate == world.chain[2]);
}

TEST_CASE("no other stage deletes sealed keys whose chain was accepted in part, or may be on its way") {
    const auto expect_kept = [](const WindowsWorld& world, Time now, const std::string& what, const std::string& hint) {
        const Error error = error_of([&] { return world.request({2, 3}, now); });
        CHECK_THAT(std::string(error.what()), Catch::StartsWith(what));
        CHECK_THAT(std::string(error.hint()), Catch::Contains(hint));
        CHECK(reasons_of(world.accept(world.chain)).empty());
        CHECK(find_sealed(world.places).whole.size() == 2);
    };
    const WindowsWorld cut_short;  // as a kill leaves it: the last window is written first
    cut_short.accept_all();
    for (const int window : {1, 2}) {
        remove_file(cut_short.folder_of(window) / "chain.pem");
    }
    expect_kept(cut_short, kNow, "a window is sealed still", "accept their chain again");
    const WindowsWorld first_alone;
    REQUIRE(reasons_of(first_alone.accept({first_alone.chain[0]})).empty());
    expect_kept(first_alone, begin_of(1) + kDay, "a request of 3 windows is waiting", "have it signed");
}

TEST_CASE("which key signs when: an open window that is of age and unsealed, and no other") {
    const WindowsWorld world;
    world.accept_all();
    CHECK(world.signing(kNow) == pki().intermediate);
    CHECK(world.signing(begin_of(1) + kDay) == world.chain[0]);
    CHECK(world.signing(begin_of(2) + 2 * kDay) == world.chain[0]);  // the second is sealed
    CHECK(world.unseal(2, begin_of(2) - 3 * kDay).signs_from == begin_of(2) + kDay);
    CHECK(world.signing(begin_of(2) + kDay - 1s) == world.chain[0]);
    CHECK(world.signing(begin_of(2) + kDay) == world.chain[1]);
    const Error none = error_of([&] { return world.signing(begin_of(2) + kLife + kDay); });
    CHECK_THAT(std::string(none.hint()), Catch::StartsWith("sudo halfday unseal: the window from"));
    CHECK(world.unseal(3, begin_of(2) + kLife + kDay).signs_from == begin_of(2) + kLife + kDay);
    CHECK(world.signing(begin_of(2) + kLife + kDay) == world.chain[2]);
}

TEST_CASE("a key is unsealed by its own passphrase, in its time, one at a time; what is refused changes nothing") {
    const WindowsWorld world;
    CHECK_THAT(error_of([&] { return world.unseal(2, kNow); }).hint(), Catch::StartsWith("halfday accept CHAIN"));
    world.accept_all();
    const PassphraseSource nobody = []() -> Secret { throw Error(ErrorKind::usage, "it is asked for"); };
    const auto next = [&](Time now) { return next_to_unseal(world.places, {kUri, {}, nobody}, now); };
    CHECK_THAT(message_of([&] { return next(begin_of(2) - kUnsealEarly - 1s); }), Catch::Contains("stays sealed"));
    CHECK(next(begin_of(2) - kUnsealEarly) == world.chain[1]);
    CHECK(window_in_stage(world.places, world.chain[1].public_key()) == "window 2 of 3");
    CHECK(window_in_stage(world.places, pki().intermediate.public_key()).empty());
    const Time early = begin_of(2) - kUnsealEarly - 1s;
    CHECK_THAT(message_of([&] { return world.unseal(2, early); }), Catch::Contains("its key stays sealed"));
    CHECK_THAT(message_of([&] { return world.unseal(3, early + 1s); }), Catch::StartsWith("wrong passphrase"));
    CHECK_FALSE(std::filesystem::exists(world.folder_of(2) / "key.pem"));
    CHECK(world.unseal(2, early, UnsealRule::early).certificate == world.chain[1]);
    CHECK_FALSE(std::filesystem::exists(world.folder_of(2) / "sealed.pem"));
    CHECK(PrivateKey::load(world.folder_of(2) / "key.pem").public_key() == world.stage.keys[1]);
    CHECK_THAT(message_of([&] { return world.unseal(3, begin_of(2), UnsealRule::early); }),
               Catch::Contains("is unsealed already, and signs from"));
    static_cast<void>(world.unseal(3, begin_of(2) + kDay, UnsealRule::early));
    CHECK(message_of([&] { return world.unseal(3, begin_of(3) + kDay); }) == "no window is sealed that is yet to sign");
}

TEST_CASE("an unsealed key is under the passphrase that opens the present one") {
    const WindowsWorld world;
    world.accept_all();
    const PassphraseSource box = saying("the box's own passphrase");
    for (const Path& key : {world.files.folder / "key.pem", world.folder_of(1) / "key.pem"}) {
        replace_file(key, PrivateKey::load(key).to_encrypted_pem(box()));
    }
    const Time now = begin_of(2);
    CHECK_THAT(message_of([&] { return world.unseal(2, now); }),
               Catch::Contains("is encrypted and there is no passph"));
    CHECK_THAT(message_of([&] { return world.unseal(2, now, UnsealRule::in_time, saying("another")); }),
               Catch::Contains("wrong passphrase"));
    static_cast<void>(world.unseal(2, now, UnsealRule::in_time, box));
    CHECK(PrivateKey::load(world.folder_of(2) / "key.pem", box).public_key() == world.stage.keys[1]);
    CHECK_THAT(message_of([&] { return PrivateKey::load(world.folder_of(2) / "key.pem"); }),
               Catch::Contains("is encrypted"));
}

TEST_CASE("a kill between the two files of an unsealing leaves a key that is unsealed") {
    const WindowsWorld world;
    world.accept_all();
    const Path sealed = world.folder_of(2) / "sealed.pem";
    const std::string content = read_file(sealed, 1 << 16);
    static_cast<void>(world.unseal(2, begin_of(2)));
    replace_file(sealed, content);
    CHECK(find_sealed(world.places).whole.size() == 1);
    CHECK(world.signing(begin_of(2) + kDay) == world.chain[1]);
    static_cast<void>(world.unseal(3, begin_of(2) + kDay, UnsealRule::early));
    CHECK_FALSE(std::filesystem::exists(sealed));
}

TEST_CASE("a revoked window is passed over, and one that has passed is deleted like an expired key") {
    const WindowsWorld world;
    world.accept_all();
    const Time now = begin_of(2) + kLife + 1s;
    static_cast<void>(world.unseal(3, now));
    const auto lines = retire_expired(world.places, kUri, world.chain[2], now);
    CHECK_THAT(lines.back(), Catch::StartsWith("deleted the sealed key '"));
    CHECK_FALSE(std::filesystem::exists(world.folder_of(2)));
    CHECK(std::filesystem::exists(world.folder_of(3) / "key.pem"));
}

TEST_CASE("a run warns in time of a key that is sealed, and its snapshot has the window") {
    const WindowsWorld world;
    world.accept_all();
    CHECK(world.mint(begin_of(2) - 4 * kDay).warnings.empty());
    const auto warnings = world.mint(begin_of(2) - 2 * kDay).warnings;
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings.front(), Catch::EndsWith("sudo halfday unseal"));
    const auto snapshot = read_issuer_snapshot(world.places.issuer_snapshot());
    REQUIRE(snapshot->sealed.size() == 2);
    CHECK(snapshot->sealed.front().not_before == begin_of(2));
    CHECK(snapshot->intermediate_not_after == world.chain[0].not_after());
}

TEST_CASE("a damaged folder is told, stops nothing else, and is not unsealed") {
    const WindowsWorld world;
    world.accept_all();
    const std::string good = read_file(world.folder_of(2) / "request.pem", 1 << 16);
    struct Row {
        std::string file;
        std::string content;
        std::string says;
    };
    for (const Row& row : {
             Row{"request.pem", good.substr(0, 90), "malformed PEM"},
             Row{"request.pem", make_csr(new_key(), "other"), "is for another key than the one that"},
             Row{"chain.pem", "", "no certificate found"},
             Row{"chain.pem", world.chain[0].pem(), "is for another key than the one that"},
         }) {
        CAPTURE(row.file, row.says);
        const Path file = world.folder_of(2) / row.file;
        const std::string before = read_file(file, 1 << 16);
        replace_file(file, row.content);
        const SealedKeys found = find_sealed(world.places);
        CHECK(found.whole.size() == 1);
        REQUIRE(found.damaged.size() == 1);
        CHECK_THAT(std::string(found.damaged.front().what()), Catch::Contains(row.says));
        CHECK_THAT(world.mint(kNow + 1s).warnings.front(),
                   Catch::Contains("can't be used") && Catch::Contains("backup"));
        CHECK_THAT(check_issuer(world.places, {}, kNow).front().what, Catch::Contains(row.says));
        replace_file(file, before);
    }
    const Path sealed = world.folder_of(2) / "sealed.pem";
    replace_file(sealed, new_key().to_encrypted_pem(phrases({2}).front()));
    CHECK_THAT(message_of([&] { return world.unseal(2, begin_of(2)); }), Catch::Contains("is not the one of its cert"));
    replace_file(sealed, read_file(sealed, 1 << 16).substr(0, 100));
    CHECK_THAT(message_of([&] { return world.unseal(2, begin_of(2)); }), Catch::Contains("no private key in"));
    CHECK_FALSE(std::filesystem::exists(world.folder_of(2) / "key.pem"));
}
