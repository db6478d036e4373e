// Whole runs against receivers behind real sockets, with the spool and the database on disk.
#include "distribute/push/push.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/x509/digest.hpp"
#include "host_under_test.hpp"
#include "socket_listener.hpp"

namespace halfday {
namespace {

using test::HostUnderTest;
using test::kNow;

/// A web server: a request for each entry, and a receipt for what comes.
class WebServer {
   public:
    WebServer(const std::string& name, const std::filesystem::path& socket)
        : web(name, "unix:" + socket.string()),
          listener_(socket, [this](const std::string& input) { return answer(input); }) {}

    HostUnderTest web;
    Outcome outcome = Outcome::proved;
    std::string request = "request 1 of " + web.host.name.text();
    [[nodiscard]] int visits() const { return listener_.connections(); }

   private:
    std::string answer(const std::string& input) {
        for (const Delivery::ChainFor& chain : parse_delivery(input).chains) {
            attempted_ = parse_chain(chain.chain_file).front().serial_hex();
        }
        ++counter_;
        return to_json(web.answer({{web.www, request}, {web.api, request}},
                                  {web.sign(web.receipt(web.www, counter_, outcome, attempted_))}));
    }

    std::uint64_t counter_ = 0;
    std::string attempted_;
    test::SocketListener listener_;
};

/// An issuer box below a temporary folder.
class Box {
   public:
    Box() {
        for (const char* name : {"etc", "etc/hosts.d", "state", "state/distributor", "state/exchange",
                                 "state/exchange/requests", "state/exchange/receipts", "state/exchange/chains",
                                 "state/status", "state/status/issuer", "state/status/distributor"}) {
            make_folder(folder_ / name, 0755);
        }
        replace_file(places.root_certificate(), root_.pem());
    }

    WebServer& add(const std::string& name) {
        servers_.push_back(std::make_unique<WebServer>(name, folder_ / name));
        HostUnderTest& web = servers_.back()->web;
        web.root = root_.fingerprint();
        web.host.certificates.pop_back();  // www alone
        replace_file(places.hosts() / (name + ".yaml"), to_yaml(web.host));
        return *servers_.back();
    }

    /// As an issuer that answers the request in the spool.
    void issue(const WebServer& server, char serial) const {
        const Spool spool(places.exchange());
        const std::string request = spool.request(server.web.host.name, server.web.www).value_or("");
        spool.publish_chain(server.web.host.name, server.web.www,
                            chain_file(sha256_hex(request), test::make_certificate(test::serial(serial)).pem()));
    }

    std::vector<std::string> run(const PushOrder& order = {}, Time now = kNow) {
        std::vector<std::string> lines;
        report = push(
            places, order, RunningClock(now), [&](const Notice& notice) { lines.push_back(notice.line()); },
            [&](const PushProgress& progress) { last_progress = progress; });
        return lines;
    }

    [[nodiscard]] DistributorSnapshot snapshot() const {
        return read_distributor_snapshot(places.distributor_snapshot()).value();
    }

   private:
    test::TemporaryFolder folder_;
    Certificate root_ = test::make_certificate(test::serial('r'));

   public:
    Places places{folder_ / "etc", folder_ / "state"};
    PushReport report;
    PushProgress last_progress;

   private:
    std::vector<std::unique_ptr<WebServer>> servers_;  // last: their sockets are in the folder
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a new host is asked once, its chain is delivered once, and then there is nothing to do") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    CHECK(box.run() == Lines{"web1.example.org www: asks for a certificate"});
    CHECK(Spool(box.places.exchange()).request(web1.web.host.name, web1.web.www) == web1.request);
    CHECK(box.run().empty());
    CHECK(web1.visits() == 1);

    box.issue(web1, '1');
    const Lines lines = box.run();
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("web1.example.org www: proved: serves " + test::serial('1').hex()) == 0);
    CHECK(Spool(box.places.exchange()).receipt(web1.web.host.name, web1.web.www));
    CHECK(box.run().empty());
    CHECK(web1.visits() == 2);
    CHECK(box.snapshot().entries.at(0).serving == test::serial('1').hex());
    CHECK(box.report.hosts == 0);
}

TEST_CASE("a delivery brings the next request home") {
    Box box;
    WebServer& web1 = box.add("web1.example.org");
    static_cast<void>(box.run());
    box.issue(web1, '1');
    web1.request = "request 2";
    static_cast<void>(box.run());
    CHECK(Spool(box.places.exchange()).request(web1.web.host.name, web1.web.www) == "request 2");
    CHECK(web1.visits() == 2);
}

TEST_CASE("one host that fails stops no other") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    const WebServer& web2 = box.add("web2.example.org");
    const WebServer& web3 = box.add("web3.example.org");
    std::filesystem::remove(std::get<UnixReach>(web2.web.host.reach).socket);
    CHECK(box.run().size() == 3);
    CHECK(box.report.hosts == 3);
    CHECK(box.report.failed == 1);
    CHECK(web1.visits() + web3.visits() == 2);
    CHECK_FALSE(box.snapshot().hosts.at(1).problem.empty());
    CHECK(box.snapshot().hosts.at(2).problem.empty());
}

TEST_CASE("a host that is down is tried less often, unless it is asked for; once it answers, as ever") {
    Box box;
    WebServer& web1 = box.add("web1.example.org");
    static_cast<void>(box.run());
    box.issue(web1, '1');
    static_cast<void>(box.run());  // serves what ends in 12 hours
    box.issue(web1, '2');
    const Path socket = std::get<UnixReach>(web1.web.host.reach).socket;
    std::filesystem::rename(socket, socket.string() + ".away");
    const auto at = [](int minute) { return kNow + std::chrono::minutes{minute}; };
    for (const int minute : {0, 15, 30}) CHECK(box.run({}, at(minute)).size() == 1);
    CHECK(box.run({}, at(31)).empty());
    CHECK(box.run({}, at(59)).empty());
    CHECK(box.report.hosts == 0);
    CHECK(intend_push(box.places, {}, at(31), [](const Notice&) {}).plans.at(0).held_until == at(60));
    CHECK(box.run({.only = PushOrder::Only::failed}, at(31)).size() == 1);
    CHECK(box.last_progress.failed == 1);

    std::filesystem::rename(socket.string() + ".away", socket);
    CHECK(box.run({.named = {web1.web.host.name}}).size() == 1);
    CHECK(box.report.failed == 0);
    CHECK(box.last_progress.over == 1);
    CHECK(box.last_progress.failed == 0);
    CHECK(box.run({.only = PushOrder::Only::failed}).empty());
    box.issue(web1, '3');
    CHECK(box.run().size() == 1);
}

TEST_CASE("what came back of a delivery decides whether it is repeated") {
    Box box;
    WebServer& web1 = box.add("web1.example.org");
    static_cast<void>(box.run());
    box.issue(web1, '1');
    web1.outcome = Outcome::unproved;
    CHECK(box.run().at(0).find("unproved: ") != std::string::npos);
    CHECK(box.report.failed == 1);
    CHECK(box.run().size() == 1);
    CHECK(web1.visits() == 3);

    web1.outcome = Outcome::refused;
    CHECK(box.run().at(0).find("refused: ") != std::string::npos);
    CHECK(box.run().size() == 1);
    CHECK(web1.visits() == 5);
    web1.request = "another, as the key of the first is gone";
    CHECK(box.run().at(0).find("refused: ") != std::string::npos);
    CHECK(box.run().empty());
    CHECK(web1.visits() == 6);
}

TEST_CASE("named hosts alone are visited") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    const WebServer& web2 = box.add("web2.example.org");
    static_cast<void>(box.run({.named = {web2.web.host.name}}));
    CHECK(web1.visits() == 0);
    CHECK(web2.visits() == 1);
    CHECK(box.snapshot().hosts.size() == 2);
}

TEST_CASE("a spool that someone tampers with is the problem of that entry alone") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    const WebServer& web2 = box.add("web2.example.org");
    const Path chains = box.places.exchange() / "chains";
    make_folder(chains / "web1.example.org", 0755);
    std::filesystem::create_symlink("/etc/passwd", chains / "web1.example.org" / "www.pem");
    CHECK(box.run().size() == 3);
    CHECK(box.report.failed == 1);
    CHECK(web1.visits() == 1);  // asked for a request all the same
    CHECK(web2.visits() == 1);

    Spool(box.places.exchange()).publish_chain(web2.web.host.name, web2.web.www, "Request: no chain\n");
    const Lines lines = box.run();
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].find("web2.example.org www: the issuer's chain for it: ") == 0);
    CHECK(web2.visits() == 1);
}

TEST_CASE("a request that can't be read, whatever is in its place, is asked for again and replaced") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    const Path file = box.places.exchange() / "requests/web1.example.org/www.jws";
    const auto read = [&] { return Spool(box.places.exchange()).request(web1.web.host.name, web1.web.www); };
    static_cast<void>(box.run());
    SECTION("a hard link") { std::filesystem::create_hard_link(file, file.parent_path() / "copy"); }
    SECTION("a folder") {
        std::filesystem::remove(file);
        make_folder(file, 0755);
    }
    SECTION("a FIFO") {
        std::filesystem::remove(file);
        REQUIRE(::mkfifo(file.c_str(), 0644) == 0);
    }
    CHECK(box.run() == Lines{"web1.example.org www: asks for a certificate"});
    CHECK(read() == web1.request);
    CHECK(box.run().empty());
}

TEST_CASE("an issuer's snapshot that can't be read is told, and delivers all the same") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    static_cast<void>(box.run());
    box.issue(web1, '1');
    replace_file(box.places.issuer_snapshot(), "{");
    const Lines lines = box.run();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].find("going on without the issuer's word on what is due: ") == 0);
    CHECK(lines[1].find("web1.example.org www: proved") == 0);
    CHECK(box.report.failed == 0);
}

TEST_CASE("where its own disk is full a run delivers what it can, and says so") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    static_cast<void>(box.run());
    box.issue(web1, '1');
    std::filesystem::remove(box.places.distributor() / "deliveries.db");
    make_folder(box.places.distributor() / "deliveries.db", 0755);
    const Lines lines = box.run();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].find("every chain is delivered again: cannot open deliveries.db") == 0);
    CHECK(lines[1].find("web1.example.org www: proved") == 0);
    CHECK(box.report.failed == 0);
}

TEST_CASE("what a killed run left half written is gone after the next") {
    Box box;
    const Path own = box.places.distributor() / ".halfday-7-00ff";
    const Path snapshots = box.places.distributor_snapshot().parent_path() / ".halfday-7-00ff";
    for (const Path& file : {own, snapshots}) replace_file(file, "half");
    CHECK(box.run().empty());
    CHECK_FALSE((std::filesystem::exists(own) || std::filesystem::exists(snapshots)));
}

TEST_CASE("a lost database costs a delivery, which changes nothing") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    static_cast<void>(box.run());
    box.issue(web1, '1');
    static_cast<void>(box.run());
    std::filesystem::remove_all(box.places.distributor());
    make_folder(box.places.distributor(), 0700);
    CHECK(box.run().size() == 1);
    CHECK(box.report.failed == 0);
    CHECK(box.run().empty());
}

TEST_CASE("a host whose request was refused is asked at each run, and told of only when it asks anew") {
    Box box;
    WebServer& web1 = box.add("web1.example.org");
    static_cast<void>(box.run());
    const IssuedEntry refused{web1.web.host.name, web1.web.www, "", {}, {}, {}, "no", sha256_hex(web1.request)};
    replace_file(box.places.issuer_snapshot(), to_json(IssuerSnapshot{kNow, "", kNow, kNow, "", {refused}}));
    CHECK(box.run().empty());
    CHECK(web1.visits() == 2);
    web1.request = "request 2";
    CHECK(box.run() == Lines{"web1.example.org www: asks for a certificate"});
    CHECK(box.run().empty());
    CHECK(web1.visits() == 3);
}

TEST_CASE("a host that was removed from the inventory is a new one when it comes back") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    static_cast<void>(box.run());
    box.issue(web1, '1');
    static_cast<void>(box.run());
    const Path file = box.places.hosts() / "web1.example.org.yaml";
    remove_file(file);
    CHECK(box.run().empty());
    CHECK(box.snapshot().hosts.empty());
    replace_file(file, to_yaml(web1.web.host));
    CHECK(box.run().size() == 1);
    CHECK(web1.visits() == 3);
}

TEST_CASE("a dry run plans the same and touches no host") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    const Intention intention = intend_push(box.places, {}, kNow, [](const Notice&) { FAIL("nothing to tell"); });
    REQUIRE(intention.plans.size() == 1);
    CHECK(describe(intention.plans[0]) == "ask for www");
    CHECK(intention.plans[0].host == &intention.inventory.hosts.at(0));
    CHECK(web1.visits() == 0);
}

TEST_CASE("an unknown host, or configuration that is not root's, stops a run before it begins") {
    Box box;
    const WebServer& web1 = box.add("web1.example.org");
    const auto run = [&](const char* name) {
        return test::error_of([&] { return box.run({.named = {HostName::parse(name)}}); }).kind();
    };
    CHECK(run("web9.example.org") == ErrorKind::usage);
    replace_file(box.places.ssh_config(), "Host *\n", {.mode = 0666, .group = std::nullopt});
    CHECK(run("web1.example.org") == ErrorKind::usage);
    CHECK(web1.visits() == 0);
}

}  // namespace halfday
