#include "ca/issuer/intermediate.hpp"

#include <functional>

#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

Certificate spoiled(const std::function<void(ToBeSigned&)>& spoil) {
    ToBeSigned tbs = pki().intermediate_tbs();
    spoil(tbs);
    return signed_by(pki().root_key, tbs);
}

std::vector<std::string> reasons_of(const Chain& chain, Time now = kNow) {
    const auto decision = check_chain(chain, {pki().intermediate_key.public_key()}, {{pki().root}}, now);
    const auto* refusal = std::get_if<Refusal>(&decision);
    return refusal == nullptr ? std::vector<std::string>{} : refusal->reasons;
}

const Certificate& other_root() {
    static const Certificate kRoot = signed_by(pki().leaf_key, World{}.root());
    return kRoot;
}

}  // namespace

TEST_CASE("the chain that the root signed is taken, with the root or without it") {
    CHECK(reasons_of({pki().intermediate}).empty());
    CHECK(reasons_of({pki().intermediate, pki().root}).empty());
    const auto decision =
        check_chain({pki().intermediate, pki().root}, {pki().intermediate_key.public_key()}, {{pki().root}}, kNow);
    CHECK(std::get<Certificate>(decision) == pki().intermediate);
}

TEST_CASE("a chain is refused when it is too long, too short or ends in another root") {
    CHECK(reasons_of({}) == std::vector<std::string>{"there is no certificate"});
    CHECK(reasons_of({pki().intermediate, other_root()}) ==
          std::vector<std::string>{"the certificate after the intermediate, 'CN=Root', is not the pinned root"});
    CHECK(reasons_of({pki().intermediate, pki().root, pki().root}) ==
          std::vector<std::string>{
              "there are 3 certificates, and an intermediate is signed by the root itself: one is expected"});
}

TEST_CASE("an intermediate is refused for each property that this issuer needs and it lacks") {
    struct Row {
        const char* what;
        std::function<void(ToBeSigned&)> spoil;
        std::string reason;
    };
    const Row rows[] = {
        {"another key", [](ToBeSigned& tbs) { tbs.spki = pki().leaf_key.public_key().spki(); }, "it is for the key "},
        {"no CA", [](ToBeSigned& tbs) { replace(tbs, basic_constraints_leaf()); }, "it is not a CA certificate"},
        {"path length 1", [](ToBeSigned& tbs) { replace(tbs, basic_constraints_ca(1)); },
         "its path length is not 0, so it could sign other CAs"},
        {"no path length", [](ToBeSigned& tbs) { replace(tbs, basic_constraints_ca(std::nullopt)); },
         "its path length is not 0, so it could sign other CAs"},
        {"no name constraints", [](ToBeSigned& tbs) { remove(tbs, oid::kNameConstraints); },
         "it has no name constraints, so it could sign for any name"},
        {"for clients", [](ToBeSigned& tbs) { replace(tbs, extended_key_usage({std::string(oid::kClientAuth)})); },
         "its extended key usage has no serverAuth"},
        {"for anything", [](ToBeSigned& tbs) { remove(tbs, oid::kExtendedKeyUsage); },
         "its extended key usage has no serverAuth"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto reasons = reasons_of({spoiled(row.spoil)});
        REQUIRE_FALSE(reasons.empty());
        CHECK(reasons.front().starts_with(row.reason));
    }
}

TEST_CASE("an intermediate that the pinned root did not sign is refused") {
    const auto reasons = reasons_of({signed_by(pki().leaf_key, pki().intermediate_tbs())});
    REQUIRE(reasons.size() == 1);
    CHECK(reasons.front().find("signature") != std::string::npos);
}

TEST_CASE("an intermediate is refused before and after its time, with both times") {
    const Time begin = pki().intermediate.not_before();
    const Time end = pki().intermediate.not_after();
    CHECK(reasons_of({pki().intermediate}, begin).empty());
    CHECK(reasons_of({pki().intermediate}, end).empty());
    for (const Time now : {begin - 1s, end + 1s}) {
        const auto reasons = reasons_of({pki().intermediate}, now);
        REQUIRE(reasons.size() == 1);
        CHECK(reasons.front().find(format_time(now)) != std::string::npos);
        CHECK(reasons.front().find(format_time(now < begin ? begin : end)) != std::string::npos);
    }
}

TEST_CASE("all reasons against an intermediate are told at once") {
    const auto reasons = reasons_of({spoiled([](ToBeSigned& tbs) {
        tbs.spki = pki().leaf_key.public_key().spki();
        replace(tbs, basic_constraints_ca(1));
        remove(tbs, oid::kNameConstraints);
    })});
    CHECK(reasons.size() >= 3);
}

TEST_CASE("what is missing or damaged on the box is named, with what to do") {
    const IssuerWorld world;
    const auto load = [&](Time now) { return load_intermediate(world.places, "file:key.pem", {}, now); };

    SECTION("all is there") { CHECK(load(kNow).certificate == pki().intermediate); }
    SECTION("no root") {
        remove_file(world.places.root_certificate());
        const Error error = error_of([&] { return load(kNow); });
        CHECK(error.kind() == ErrorKind::not_found);
        CHECK(error.hint().find("copy root.pem") != std::string::npos);
    }
    SECTION("a root that others may write") {
        replace_file(world.places.root_certificate(), pki().root.pem(), {.mode = 0666});
        CHECK(error_of([&] { return load(kNow); }).kind() == ErrorKind::usage);
    }
    SECTION("no key") {
        remove_file(world.files.folder / "key.pem");
        const Error error = error_of([&] { return load(kNow); });
        CHECK(error.kind() == ErrorKind::not_found);
        CHECK(std::string(error.what()).find("key.pem") != std::string::npos);
    }
    SECTION("no chain") {
        remove_file(world.files.chain());
        const Error error = error_of([&] { return load(kNow); });
        CHECK(error.kind() == ErrorKind::not_found);
        CHECK(error.hint().find("halfday accept") != std::string::npos);
    }
    SECTION("an expired chain") {
        const Error error = error_of([&] { return load(kNow + 24h * 36); });
        CHECK(error.kind() == ErrorKind::corrupt);
        CHECK(error.hint().find("halfday-root sign") != std::string::npos);
    }
    SECTION("a clock that lags") {
        CHECK(error_of([&] { return load(kNow - 24h); }).hint() == "set this box's clock; if it is right, wait");
    }
}
