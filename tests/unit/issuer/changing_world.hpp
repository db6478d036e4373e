#pragma once

#include <string>
#include <vector>

#include "ca/exchange/snapshot.hpp"
#include "ca/issuer/acceptance.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/sign/profile.hpp"
#include "tests/unit/issuer/issuer_world.hpp"

namespace halfday::test {

inline const std::string kWeb1 = "web1.example.org";
inline const std::string kWeb2 = "web2.example.org";
constexpr const char* kUri = "file:key.pem";
constexpr auto kDay = std::chrono::hours{24};
constexpr Time kSecondSigns = kNow - std::chrono::minutes{50} + kDay;

inline Certificate intermediate_for(const PublicKey& key, Time begin, Time end, char letter,
                                    const std::string& domain = "example.org") {
    return signed_by(pki().root_key,
                     intermediate_to_be_signed({"Example Issuer", {{dns(domain)}}, {begin, end}}, key, pki().root,
                                               pki().root_key.signature_algorithm(), serial(letter)));
}

/// An issuer whose next intermediate is to be accepted at kNow; the first one's end is pki()'s. Web1 is the canary.
struct ChangingWorld : IssuerWorld {
    IssuerRequest next = request_intermediate(places, order(), {}, kNow);
    Certificate second = intermediate_for(next.key, kNow - std::chrono::minutes{50}, kNow + 60 * kDay, 'n');

    ChangingWorld() {
        put(places.settings(), "rollout: {canary: [web1.example.org], waves: [50]}\n");
        add_host(kWeb1, {"www.example.org"});
        add_host(kWeb2, {"two.example.org"});
    }
    [[nodiscard]] static IssuerOrder order() {
        return {.name = "next", .algorithm = {}, .key_uri = kUri, .turn = KeyTurn::next};
    }
    [[nodiscard]] Decision<std::vector<Acceptance>> accept(const Certificate& certificate, Time now = kNow) const {
        return accept_chain(places, {certificate}, kUri, {}, now);
    }
    [[nodiscard]] Certificate issuer_of(const std::string& host) const {
        return parse_chain(ledger().chain_pem(ledger().newest(host_name(host), entry_name("www"))->sequence)).back();
    }
};

/// The distributor says that the hosts serve their newest certificates.
inline void all_serve(const IssuerWorld& world, const std::vector<std::string>& hosts, std::optional<Time> now) {
    std::filesystem::create_directory(world.places.distributor_snapshot().parent_path());
    DistributorSnapshot snapshot{kNow, {}, {}};
    for (const std::string& host : hosts) {
        const auto row = world.ledger().newest(host_name(host), entry_name("www")).value();
        snapshot.entries.push_back(
            {host_name(host), entry_name("www"), Outcome::proved, "", row.serial, row.serial, row.not_after, now});
    }
    replace_file(world.places.distributor_snapshot(), to_json(snapshot));
}

inline MintReport ask_and_mint(const IssuerWorld& world, Time now) {
    world.ask(kWeb1, now);
    world.ask(kWeb2, now);
    return world.mint(now);
}

}  // namespace halfday::test
