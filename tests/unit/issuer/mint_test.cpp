#include "ca/issuer/mint.hpp"

#include <sys/socket.h>
#include <sys/stat.h>

#include <functional>

#include "ca/exchange/snapshot.hpp"
#include "ca/issuer/schedule.hpp"
#include "tests/unit/in_child.hpp"
#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

const char* const kWeb1 = "web1.example.org";
const char* const kWeb2 = "web2.example.org";

std::vector<std::string> reasons_of(const MintReport& report) {
    std::vector<std::string> reasons;
    for (const Refused& refused : report.refused) {
        reasons.insert(reasons.end(), refused.refusal.reasons.begin(), refused.refusal.reasons.end());
    }
    return reasons;
}

IssuerSnapshot snapshot_of(const IssuerWorld& world) {
    return read_issuer_snapshot(world.places.issuer_snapshot()).value();
}

/// Web1's word at `now` that it serves `serial`, under `identity`, and the distributor's snapshot of it.
void claim_served(const IssuerWorld& world, const std::string& serial, const PrivateKey& identity, Time now,
                  const std::string& refused = "", const std::string& reason = "") {
    for (const Path& made : {world.places.exchange() / "receipts", world.places.status() / "distributor"}) {
        std::filesystem::create_directory(made);
    }
    world.spool.put_receipt(host_name(kWeb1), entry_name("www"),
                            sign_message(Receipt{host_name(kWeb1), pki().root.fingerprint(), now, now + 24h,
                                                 to_hex(random_bytes(16)), entry_name("www"), 1, Outcome::refused,
                                                 refused, reason, serial, std::nullopt, std::nullopt},
                                         identity));
    DistributorSnapshot snapshot{now, {}, {}};
    snapshot.entries.push_back({host_name(kWeb1), entry_name("www"), Outcome::refused, "", serial, serial, {}, {}});
    replace_file(world.places.distributor_snapshot(), to_json(snapshot));
}

}  // namespace

TEST_CASE("a host gets a certificate for IP addresses that all permit, and is found by them") {
    IssuerWorld world;
    world.add_host("web1.example.org", {"192.0.2.7", "www.example.org"});
    world.add_host("web2.example.org", {"192.0.2.128"});
    world.ask("web1.example.org");
    world.ask("web2.example.org");
    const MintReport report = world.mint();
    REQUIRE(report.minted.size() == 1);
    REQUIRE(report.refused.size() == 1);
    CHECK(
        report.refused[0].refusal.text() ==
        "the intermediate permits example.org, 192.0.2.0/25, not '192.0.2.128'; an address in 192.0.2.0/25 would pass");
    const Chain chain = parse_chain(*world.published("web1.example.org"));
    CHECK(join_names(chain[0].names()) == "192.0.2.7, www.example.org");
    const Ledger ledger = world.ledger();
    CHECK_FALSE(ledger.verify());
    CHECK(ledger.find({.name = IpAddress::parse("192.0.2.7")}).size() == 1);
    CHECK(ledger.find({.name = IpAddress::parse("192.0.2.70")}).empty());
    world.ask("web1.example.org");
    CHECK(world.mint(kNow + 1s).minted.empty());  // its names are still the inventory's
}

TEST_CASE("a key that another host has is certified, and told by the run that did and by the status from then on") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.add_host(kWeb2, {"api.example.org"});
    const PrivateKey key = new_key();
    for (const char* host : {kWeb1, kWeb2}) {
        Request request = world.request(host);
        request.csr = make_csr(key, request.id);
        world.ask(host, request);
    }
    const MintReport report = world.mint();
    CHECK(report.minted.size() == 2);
    REQUIRE(report.warnings.size() == 1);
    CHECK(report.warnings[0].starts_with("web2.example.org/www has the same key as web1.example.org/www"));
    CHECK(snapshot_of(world).shared_keys.size() == 1);
    const MintReport idle = world.mint(kNow + 15min);
    CHECK(idle.warnings.empty());
    const auto shared = snapshot_of(world).shared_keys;
    REQUIRE(shared.size() == 1);
    CHECK(shared[0].host.text() == kWeb2);
    CHECK(shared[0].other_host.text() == kWeb1);
    CHECK(shared[0].until == kNow + 11h + 30min - 1s);
}

TEST_CASE("a host that is due and asks gets one certificate, which verifies and is in the ledger") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org", "example.org"});
    const Request request = world.request(kWeb1);
    const std::string sha256 = world.ask(kWeb1, request);

    const MintReport report = world.mint();
    REQUIRE(report.minted.size() == 1);
    CHECK(reasons_of(report).empty());
    CHECK(report.waiting.empty());
    CHECK(report.warnings.empty());
    CHECK(report.published_again == 0);

    const std::string file = world.published(kWeb1).value();
    CHECK(answered_request(file) == sha256);
    const Chain chain = parse_chain(file);
    REQUIRE(chain.size() == 2);
    CHECK_FALSE(verify_chain(chain, {pki().root}, ChainPurpose::server, kNow));
    CHECK(chain[0].names() == std::vector<GeneralName>{dns("www.example.org"), dns("example.org")});
    CHECK(chain[0].not_before() == kNow - 30min);
    CHECK(chain[0].not_after() == kNow + 11h + 30min - 1s);
    CHECK(chain[0].public_key() == Csr::parse_pem(request.csr).public_key());
    CHECK(chain[1] == pki().intermediate);

    const auto row = world.ledger().newest(host_name(kWeb1), entry_name("www")).value();
    CHECK(row.serial == chain[0].serial_hex());
    CHECK(row.serial == report.minted.front().serial);
    CHECK(row.request_id == request.id);
    CHECK(world.ledger().chain_pem(row.sequence) == to_pem(chain));
}

TEST_CASE("a run mints what is due and nothing else, however often it is repeated") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    const Time renewal = kNow + 4h - spread_of(host_name(kWeb1), 4h);

    MintReport report = world.mint();
    CHECK(report.minted.empty());
    CHECK(report.waiting.size() == 1);  // due, but it has not asked yet

    world.ask(kWeb1);
    CHECK(world.mint().minted.size() == 1);
    report = world.mint();
    CHECK(report.minted.empty());
    CHECK(report.waiting.empty());
    CHECK(report.published_again == 0);

    world.ask(kWeb1, kNow + 1h);  // the next request is there long before it is due
    CHECK(world.mint(renewal - 1s).minted.empty());
    CHECK(world.mint(renewal).minted.size() == 1);
    CHECK(world.mint(renewal).minted.empty());
    CHECK(world.ledger().head().size == 2);
    CHECK_FALSE(world.ledger().verify());
}

TEST_CASE("a host that says since that it serves nothing is due at once, when it says so under its own identity") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.add_host(kWeb2, {"two.example.org"});
    world.ask(kWeb1);
    CHECK(world.mint().minted.size() == 1);
    const std::string first = world.ledger().newest(host_name(kWeb1), entry_name("www")).value().serial;
    const Time later = kNow + 1h;
    world.ask(kWeb1, later);

    claim_served(world, "", world.identities.at(kWeb2), later);
    CHECK(world.mint(later).minted.empty());
    claim_served(world, first, world.identities.at(kWeb1), later);
    CHECK(world.mint(later).minted.empty());
    claim_served(world, "", world.identities.at(kWeb1), later);
    replace_file(world.places.distributor_snapshot(), "{");
    CHECK(world.mint(later).minted.empty());

    claim_served(world, "", world.identities.at(kWeb1), later);
    remove_file(world.places.exchange() / "requests" / kWeb1 / "www.jws");
    CHECK(world.mint(later).minted.empty());
    CHECK_FALSE(snapshot_of(world).entries.at(0).due_at);  // so that it is asked for a request
    world.ask(kWeb1, later);
    CHECK(world.mint(later + 10min).minted.size() == 1);
    CHECK(world.mint(later + 10min).minted.empty());
    CHECK(snapshot_of(world).entries.at(0).due_at == later + 10min + 4h - spread_of(host_name(kWeb1), 4h));
}

TEST_CASE("a certificate that the host refuses is not minted again in each run, but in an hour, or as asked") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.ask(kWeb1);
    REQUIRE(world.mint().minted.size() == 1);
    const std::string first = world.ledger().newest(host_name(kWeb1), entry_name("www")).value().serial;
    for (const auto after : {15min, 30min, 45min}) {
        claim_served(world, "", world.identities.at(kWeb1), kNow + after, first);
        world.ask(kWeb1, kNow + after);
        CHECK(world.mint(kNow + after).minted.empty());
        CHECK(snapshot_of(world).entries.at(0).due_at == kNow + 1h);
    }
    SECTION("in an hour") { CHECK(world.mint(kNow + 1h).minted.size() == 1); }
    SECTION("unless it only waits with another key by now") {
        claim_served(world, "", world.identities.at(kWeb1), kNow + 50min, first,
                     "its key is not the pending one: answered or replaced already");
        CHECK(world.mint(kNow + 50min).minted.size() == 1);
    }
    SECTION("for other names") {
        world.add_host(kWeb1, {"www.example.org", "new.example.org"});
        CHECK(world.mint(kNow + 50min).minted.size() == 1);
    }
}

TEST_CASE("other names in the inventory make an entry due at once") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.ask(kWeb1);
    CHECK(world.mint().minted.size() == 1);
    world.ask(kWeb1);
    world.add_host(kWeb1, {"www.example.org", "new.example.org"});
    const MintReport report = world.mint();
    REQUIRE(report.minted.size() == 1);
    CHECK(report.minted.front().names == std::vector<GeneralName>{dns("www.example.org"), dns("new.example.org")});
}

TEST_CASE("a request that is not authentic or not permitted is refused, recorded nowhere, and said in the status") {
    struct Row {
        const char* what;
        std::function<void(IssuerWorld&)> arrange;
        std::string reason;
    };
    const Row rows[] = {
        {"signed by another host",
         [](IssuerWorld& world) {
             world.spool.put_request(host_name(kWeb1), entry_name("www"),
                                     sign_message(world.request(kWeb1), world.identities.at(kWeb2)));
         },
         "signature"},
        {"for another host",
         [](IssuerWorld& world) {
             world.spool.put_request(host_name(kWeb1), entry_name("www"),
                                     sign_message(world.request(kWeb2), world.identities.at(kWeb1)));
         },
         "it is of the host 'web2.example.org'"},
        {"for another root",
         [](IssuerWorld& world) {
             Request request = world.request(kWeb1);
             request.audience = pki().intermediate.fingerprint();
             world.ask(kWeb1, request);
         },
         "not trusted here"},
        {"expired", [](IssuerWorld& world) { world.ask(kWeb1, kNow - 25h); }, "it expired at 2026-11-24T11:00:00Z"},
        {"from the future", [](IssuerWorld& world) { world.ask(kWeb1, kNow + 1h); }, "2026-11-24T13:00:00Z"},
        {"a CSR of another request",
         [](IssuerWorld& world) {
             Request request = world.request(kWeb1);
             request.csr = world.request(kWeb1).csr;
             world.ask(kWeb1, request);
         },
         "its CSR was made for another message"},
        {"no message at all",
         [](IssuerWorld& world) { world.spool.put_request(host_name(kWeb1), entry_name("www"), "hello"); }, ""},
        {"a name outside of the intermediate's",
         [](IssuerWorld& world) {
             world.add_host(kWeb1, {"www.example.org", "www.example.net"});
             world.ask(kWeb1);
         },
         "the intermediate permits example.org, 192.0.2.0/25, not 'www.example.net'"},
        {"a symlink in the exchange",
         [](IssuerWorld& world) {
             std::filesystem::create_symlink(world.files.folder / "key.pem",
                                             world.places.exchange() / "requests" / kWeb1 / "www.jws");
         },
         "the request can't be read"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        IssuerWorld world;
        world.add_host(kWeb1, {"www.example.org"});
        world.add_host(kWeb2, {"two.example.org"});
        make_folder(world.places.exchange() / "requests" / kWeb1, 0755);
        row.arrange(world);
        world.ask(kWeb2);

        const MintReport report = world.mint();
        REQUIRE(report.refused.size() == 1);
        CHECK(report.refused.front().host == host_name(kWeb1));
        CHECK(report.refused.front().refusal.text().find(row.reason) != std::string::npos);
        CHECK_FALSE(world.published(kWeb1));
        REQUIRE(report.minted.size() == 1);  // one host never stops another
        CHECK(report.minted.front().host == host_name(kWeb2));
        CHECK(world.ledger().head().size == 1);
        const IssuerSnapshot snapshot = snapshot_of(world);
        CHECK(snapshot.entries.at(0).refused == report.refused.front().refusal.text());
        CHECK(snapshot.entries.at(1).refused.empty());
        CHECK(world.mint().refused.size() == 1);
    }
}

TEST_CASE("the same request again is answered with the same certificate, also when the exchange was lost") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.ask(kWeb1);
    static_cast<void>(world.mint());
    const std::string file = world.published(kWeb1).value();
    std::filesystem::remove_all(world.places.exchange() / "chains" / kWeb1);

    MintReport report = world.mint(kNow + 5h);  // due again, and the request is the old one
    CHECK(report.minted.empty());
    CHECK(report.waiting.size() == 1);
    CHECK(report.published_again == 1);
    CHECK(world.published(kWeb1) == file);
    CHECK(world.ledger().head().size == 1);
}

TEST_CASE("an old request that comes back when its host is due is answered as it was, until a new one comes") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    const Request old = world.request(kWeb1);
    const std::string jws = sign_message(old, world.identities.at(kWeb1));
    make_folder(world.places.exchange() / "requests" / kWeb1, 0755);
    world.spool.put_request(host_name(kWeb1), entry_name("www"), jws);
    static_cast<void>(world.mint());
    const std::string first = world.published(kWeb1).value();
    world.ask(kWeb1, kNow + 4h);
    static_cast<void>(world.mint(kNow + 4h));
    CHECK(world.published(kWeb1) != first);

    world.spool.put_request(host_name(kWeb1), entry_name("www"), jws);
    CHECK(world.mint(kNow + 8h).minted.empty());
    CHECK(world.published(kWeb1) == first);
    world.ask(kWeb1, kNow + 8h);
    CHECK(world.mint(kNow + 8h).minted.size() == 1);
}

TEST_CASE("an id that was answered before is refused with other bytes") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    Request request = world.request(kWeb1);
    world.ask(kWeb1, request);
    static_cast<void>(world.mint());
    request.issued_at += 5h;
    request.expires += 5h;
    world.ask(kWeb1, request);
    const MintReport report = world.mint(kNow + 5h);
    CHECK(report.minted.empty());
    REQUIRE(report.refused.size() == 1);
    CHECK(report.refused.front().refusal.text().starts_with(
        "a request with the same id and other bytes was answered with certificate"));
}

TEST_CASE("what was committed and not published is published by the next run, and not minted again") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.ask(kWeb1);
    const Path place = world.places.exchange() / "chains" / kWeb1 / "www.pem";
    std::filesystem::create_directories(place / "in the way");  // as a crash after the commit

    MintReport report = world.mint();
    REQUIRE(report.refused.size() == 1);
    CHECK(report.refused.front().refusal.text().starts_with("its certificate is in the ledger, but: "));
    CHECK(report.minted.size() == 1);
    const std::string serial = world.ledger().newest(host_name(kWeb1), entry_name("www")).value().serial;

    std::filesystem::remove_all(place);
    report = world.mint();
    CHECK(report.minted.empty());
    CHECK(report.published_again == 1);
    CHECK(parse_chain(world.published(kWeb1).value()).front().serial_hex() == serial);
    CHECK(world.ledger().head().size == 1);
}

TEST_CASE("whatever is in a chain's place is replaced by the chain") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.ask(kWeb1);
    static_cast<void>(world.mint());
    const std::string file = world.published(kWeb1).value();
    const Path place = world.places.exchange() / "chains" / kWeb1 / "www.pem";
    const std::function<void()> spoils[] = {
        [&] { std::filesystem::create_symlink(world.files.ledger(), place); },
        [&] { REQUIRE(::mkfifo(place.c_str(), 0644) == 0); },
        [&] { IssuerWorld::put(place, std::string(70'000, 'x')); },
        [&] { std::filesystem::create_hard_link(world.files.chain(), place); },
        [&] { std::filesystem::create_directory(place); },
    };
    for (const auto& spoil : spoils) {
        remove_file(place);
        spoil();
        const MintReport report = world.mint();
        CHECK(reasons_of(report).empty());
        CHECK(report.published_again == 1);
        CHECK(world.published(kWeb1) == file);
    }
}

TEST_CASE("a run removes what killed ones left half written in the issuer's folders") {
    IssuerWorld world;
    const Path left[] = {world.files.folder / ".halfday-1-0a", world.places.status() / "issuer" / ".halfday-2-0b"};
    for (const Path& file : left) {
        IssuerWorld::put(file, "half a");
    }
    static_cast<void>(world.mint());
    for (const Path& file : left) {
        CHECK_FALSE(std::filesystem::exists(file));
    }
}

TEST_CASE("an entry gets no more than max_per_hour certificates in an hour, and others are not held up") {
    IssuerWorld world;
    world.add_host(kWeb2, {"two.example.org"});
    for (int at = 0; at < 5; ++at) {
        world.add_host(kWeb1, {"n" + std::to_string(at) + ".example.org"});  // due at once
        world.ask(kWeb1);
        if (at < 4) {
            CHECK(world.mint(kNow + at * 1min).minted.size() == 1);
        }
    }
    world.ask(kWeb2);
    const MintReport report = world.mint(kNow + 5min);
    CHECK(reasons_of(report) ==
          std::vector<std::string>{"4 certificates were issued for it within the last hour, max_per_hour is 4"});
    CHECK(report.minted.size() == 1);
    CHECK(world.mint(kNow + 1h).minted.size() == 1);  // the first of the four is an hour old
}

TEST_CASE("a certificate that would outlive its intermediate is cut, and that is said") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    const Time end = pki().intermediate.not_after();
    world.ask(kWeb1, end - 3h);
    const MintReport report = world.mint(end - 3h);
    REQUIRE(report.minted.size() == 1);
    CHECK(report.minted.front().cut_by_intermediate);
    CHECK(parse_chain(world.published(kWeb1).value()).front().not_after() == end);
    REQUIRE(report.warnings.size() == 1);
    CHECK(report.warnings.front().find("since the intermediate ends at " + format_time(end)) != std::string::npos);
}

TEST_CASE("a clock that is earlier than the newest certificate stops the run, and the status says so") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.ask(kWeb1);
    static_cast<void>(world.mint());
    const std::string message = message_of([&] { return world.mint(kNow - 1s); });
    CHECK(message ==
          "the clock says 2026-11-24T11:59:59Z, but the newest certificate was issued at 2026-11-24T12:00:00Z");
    CHECK(snapshot_of(world).problem.starts_with(message + "; next: set this box's clock"));
    CHECK(snapshot_of(world).entries.size() == 1);
    static_cast<void>(world.mint());
    CHECK(snapshot_of(world).problem.empty());
}

TEST_CASE("a wrong clock that is right again is accepted once, recorded, and the next runs go on") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.ask(kWeb1, kNow + 20h);
    CHECK(world.mint(kNow + 20h).minted.size() == 1);  // by a clock that was a day ahead
    const Time right = kNow + 1h;
    world.ask(kWeb1, right);
    const Error error = error_of([&] { return world.mint(right); });
    CHECK(error.hint().find("halfday issue --accept-clock") != std::string::npos);

    const MintOptions accept{.hosts = {}, .passphrase = {}, .clock = ClockRule::accept};
    CHECK(plan_mint(world.places, accept, right).minted.size() == 1);
    CHECK_THROWS_AS(world.mint(right), Error);  // a dry run accepts nothing

    const MintReport report = mint_due(world.places, accept, right);
    CHECK(report.minted.size() == 1);  // due, though the newest certificate is younger than now
    CHECK(report.warnings == std::vector<std::string>{std::string("accepted: ") + error.what()});
    CHECK_NOTHROW(world.mint(right + 15min));
    CHECK(mint_due(world.places, accept, right + 15min).warnings.empty());
}

TEST_CASE("a clock that can't be right is not accepted") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    const MintOptions accept{.hosts = {}, .passphrase = {}, .clock = ClockRule::accept};
    const std::string message = message_of([&] { return mint_due(world.places, accept, Time{}); });
    CHECK(message.find("the clock says 1970-01-01T00:00:00Z") != std::string::npos);
    CHECK_FALSE(world.ledger().last_moment());
}

TEST_CASE("an expired intermediate stops the run with both times and what to do") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    const Time now = pki().intermediate.not_after() + 1s;
    world.ask(kWeb1, now);
    const Error error = error_of([&] { return world.mint(now); });
    CHECK(std::string(error.what()).find(format_time(now)) != std::string::npos);
    CHECK(std::string(error.what()).find(format_time(pki().intermediate.not_after())) != std::string::npos);
    CHECK(error.hint().find("halfday-root sign") != std::string::npos);
    CHECK_FALSE(world.published(kWeb1));
}

TEST_CASE("a run without its ledger is refused: history is not begun anew by chance") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    remove_file(world.files.ledger());
    CHECK(error_of([&] { return world.mint(); }).kind() == ErrorKind::not_found);
}

TEST_CASE("a run for some hosts leaves the others alone") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org", "www.example.net"});  // to be refused
    world.add_host(kWeb2, {"two.example.org"});
    world.ask(kWeb1);
    CHECK(world.mint().refused.size() == 1);
    world.ask(kWeb2);
    const MintReport report = mint_due(world.places, {.hosts = {host_name(kWeb2)}, .passphrase = {}}, kNow);
    CHECK(report.minted.size() == 1);
    CHECK(report.refused.empty());
    CHECK_FALSE(snapshot_of(world).entries.at(0).refused.empty());  // as the last run for it found

    const Error error = error_of(
        [&] { return mint_due(world.places, {.hosts = {host_name("web3.example.org")}, .passphrase = {}}, kNow); });
    CHECK(error.kind() == ErrorKind::usage);
}

TEST_CASE("a renewal that is asked for does not wait for its time, and is refused by all that refuses others") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.add_host(kWeb2, {"two.example.org"});
    world.ask(kWeb1);
    world.ask(kWeb2);
    REQUIRE(world.mint().minted.size() == 2);
    const MintOptions renew{.hosts = {host_name(kWeb1)}, .passphrase = {}, .renewal = Renewal::now};
    world.ask(kWeb2);
    CHECK(mint_due(world.places, renew, kNow + 1min).waiting.size() == 1);  // its request is answered
    CHECK_FALSE(snapshot_of(world).entries.at(0).due_at);                   // so it is asked for another
    for (int at = 2; at < 5; ++at) {
        world.ask(kWeb1, kNow + at * 1min);
        const MintReport report = mint_due(world.places, renew, kNow + at * 1min);
        REQUIRE(report.minted.size() == 1);
        CHECK(report.minted.front().host == host_name(kWeb1));
    }
    CHECK(snapshot_of(world).entries.at(0).due_at.value() > kNow + 3h);
    world.ask(kWeb1, kNow + 5min);
    CHECK(reasons_of(mint_due(world.places, renew, kNow + 5min)) ==
          std::vector<std::string>{"4 certificates were issued for it within the last hour, max_per_hour is 4"});
}

TEST_CASE("a plan says what would be minted and refused, and changes nothing") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.net"});
    world.add_host(kWeb2, {"two.example.org"});
    world.ask(kWeb1);
    world.ask(kWeb2);
    const MintReport plan = plan_mint(world.places, {}, kNow);
    REQUIRE(plan.minted.size() == 1);
    CHECK(plan.minted.front().host == host_name(kWeb2));
    CHECK(plan.minted.front().serial.empty());
    CHECK(plan.refused.size() == 1);
    CHECK(world.ledger().head().size == 0);
    CHECK_FALSE(world.published(kWeb2));
    CHECK_FALSE(read_issuer_snapshot(world.places.issuer_snapshot()));
    CHECK(world.mint().minted.size() == 1);
}

TEST_CASE("the status has every entry of the inventory, with what was issued and when the next is due") {
    IssuerWorld world;
    world.add_host(kWeb1, {"www.example.org"});
    world.add_host(kWeb2, {"two.example.org"});
    world.ask(kWeb1);
    const MintReport report = world.mint();
    const IssuerSnapshot snapshot = snapshot_of(world);
    CHECK(snapshot.at == kNow);
    CHECK(snapshot.root == pki().root.fingerprint().text());
    CHECK(snapshot.root_not_after == pki().root.not_after());
    CHECK(snapshot.intermediate_not_after == pki().intermediate.not_after());
    REQUIRE(snapshot.entries.size() == 2);
    CHECK(snapshot.entries[0].serial == report.minted.front().serial);
    CHECK(snapshot.entries[0].issued_at == kNow);
    CHECK(snapshot.entries[0].not_after == kNow + 11h + 30min - 1s);
    CHECK(snapshot.entries[0].due_at == kNow + 4h - spread_of(host_name(kWeb1), 4h));
    CHECK(snapshot.entries[1].serial.empty());
    CHECK_FALSE(snapshot.entries[1].due_at);
}

TEST_CASE("many hosts at once get a certificate each, in groups") {
    IssuerWorld world;
    constexpr int kHosts = 260;  // more than one group, and all threads
    for (int at = 0; at < kHosts; ++at) {
        const std::string name = "web" + std::to_string(at) + ".example.org";
        world.add_host(name, {"n" + std::to_string(at) + ".example.org"});
        world.ask(name);
    }
    CHECK(world.mint().minted.size() == kHosts);
    CHECK(world.ledger().head().size == kHosts);
    CHECK_FALSE(world.ledger().verify());
    const Chain chain = parse_chain(world.published("web259.example.org").value());
    CHECK(chain.front().names() == std::vector<GeneralName>{dns("n259.example.org")});
    CHECK(world.mint().minted.empty());
}

TEST_CASE("a run gives the network up before it looks at what hosts sent") {
    IssuerWorld world;
    CHECK(in_child([&] {
              static_cast<void>(world.mint());
              return ::socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == EACCES ? 0 : 1;
          }) == 0);
}
