#include "ca/root/airgap.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "ca/base/error.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;

TEST_CASE("an interface is up when it is switched on and something is plugged in") {
    struct Case {
        const char* flags;
        const char* operstate;
        bool up;
    };
    const auto [flags, operstate, up] = GENERATE(values<Case>({
        {"0x1003\n", "up\n", true},
        {"0x1003\n", "unknown\n", true},  // a dummy or a tunnel says no more
        {"0x1003\n", "dormant\n", true},
        {"0x1003\n", "testing\n", true},
        {"0x1003\n", "", true},  // what is not known may carry something
        {"0x1003\n", "down\n", false},
        {"0x1003\n", "lowerlayerdown\n", false},
        {"0x1003\n", "notpresent\n", false},
        {"0x1002\n", "down\n", false},
        {"0x1002\n", "unknown\n", false},
    }));
    INFO(flags << operstate);
    CHECK(interface_is_up(flags, operstate) == up);
}

TEST_CASE("what the kernel says and isn't understood is an error, never silence") {
    CHECK_THROWS_AS(interface_is_up("", "up"), Error);
    CHECK_THROWS_AS(interface_is_up("0xzz", "up"), Error);
    CHECK_THROWS_AS(interface_is_up("0x", "up"), Error);
    CHECK_THROWS_AS(default_routes("eth0 00000000\n"), Error);
    CHECK_THROWS_AS(default_routes("eth0 00000000 0102A8C0 flags 0 0 100 00000000 0 0 0\n"), Error);
    CHECK_THROWS_AS(default_routes_ipv6("00 00\n"), Error);
    CHECK_THROWS_AS(open_ports("0: 00000000 00000000:0000 0A\n", Transport::tcp), Error);
    CHECK_THROWS_AS(open_ports("0: 000000:0016 00000000:0000 0A\n", Transport::tcp), Error);
    CHECK_THROWS_AS(open_ports("0: 0000000g:0016 00000000:0000 0A\n", Transport::tcp), Error);
    CHECK_THROWS_AS(open_ports("nonsense\n", Transport::udp), Error);
}

TEST_CASE("a default route is one to everywhere that does not reject") {
    struct Case {
        const char* line;
        NetworkFindings findings;
    };
    const auto [line, findings] = GENERATE(values<Case>({
        {"eth0 00000000 0102A8C0 0003 0 0 100 00000000 0 0 0", {"there is a default route by eth0"}},
        {"ppp0 00000000 00000000 0001 0 0 0 00000000 0 0 0", {"there is a default route by ppp0"}},
        {"eth0 0002A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0", {}},  // a subnet
        {"eth0 00000000 00000000 0001 0 0 0 000000FF 0 0 0", {}},  // 0.0.0.0/8
        {"eth0 00000000 0102A8C0 0002 0 0 100 00000000 0 0 0", {}},
        {"*    00000000 00000000 0201 0 0 0 00000000 0 0 0", {}},
    }));
    const std::string heading =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT  \n";
    CHECK(default_routes(heading + line + "\n") == findings);
}

TEST_CASE("an IPv6 default route is one to everywhere that does not reject, as loopback's own does") {
    const std::string any(32, '0');
    const std::string gateway = "fe80000000000000021122fffe334455";
    const auto route = [&](const std::string& destination, const std::string& flags, const std::string& by) {
        return destination + " " + any + " 00 " + gateway + " 00000400 00000001 00000000 " + flags + " " + by + "\n";
    };
    CHECK(default_routes_ipv6(route(any + " 00", "00000003", "eth0")) ==
          NetworkFindings{"there is a default route by eth0 (IPv6)"});
    CHECK(default_routes_ipv6(route(any + " 00", "00200200", "lo")).empty());
    CHECK(default_routes_ipv6(route(any + " 00", "00000203", "eth0")).empty());
    CHECK(default_routes_ipv6(route("20010db8000000000000000000000000 20", "00000003", "eth0")).empty());
    CHECK(default_routes_ipv6(route(any + " 80", "80200001", "eth0")).empty());
}

TEST_CASE("a port is open when it listens on anything but loopback") {
    struct Case {
        const char* line;
        Transport transport;
        NetworkFindings findings;
    };
    const auto [line, transport, findings] = GENERATE(values<Case>({
        {"0: 00000000:0016 00000000:0000 0A 0:0", Transport::tcp, {"tcp port 22 is open on 0.0.0.0"}},
        {"0: 0102A8C0:01BB 00000000:0000 0A 0:0", Transport::tcp, {"tcp port 443 is open on 192.168.2.1"}},
        {"0: 0100007F:0019 00000000:0000 0A 0:0", Transport::tcp, {}},
        {"0: 3500007F:0035 00000000:0000 0A 0:0", Transport::tcp, {}},  // systemd-resolved's 127.0.0.53
        {"0: 0102A8C0:01BB 0202A8C0:C001 01 0:0", Transport::tcp, {}},  // a connection is not a listener
        {"0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A",
         Transport::tcp,
         {"tcp port 80 is open on [::]"}},
        {"0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A", Transport::tcp, {}},
        {"0: 0000000000000000FFFF00000100007F:0050 00000000000000000000000000000000:0000 0A", Transport::tcp, {}},
        {"0: 0000000000000000FFFF00000102A8C0:0050 00000000000000000000000000000000:0000 0A",
         Transport::tcp,
         {"tcp port 80 is open on [0:0:0:0:0:ffff:c0a8:201]"}},
        {"0: 00000000:0044 00000000:0000 07 0:0", Transport::udp, {"udp port 68 is open on 0.0.0.0"}},
        {"0: 0102A8C0:0044 0202A8C0:0043 01 0:0", Transport::udp, {}},
        {"0: 00000000:0044 00000000:0000 0A 0:0", Transport::udp, {}},
    }));
    INFO(line);
    const std::string heading = "  sl  local_address rem_address   st tx_queue rx_queue\n";
    CHECK(open_ports(heading + "   " + line + "\n", transport) == findings);
}

TEST_CASE("a port that several processes share is told once") {
    const std::string line = " 0: 00000000:0050 00000000:0000 0A 0:0\n";
    CHECK(open_ports(line + line, Transport::tcp).size() == 1);
}

namespace {

/// A copy of what the guard reads, under a temporary folder.
class FakeBox {
   public:
    FakeBox() {
        std::filesystem::create_directories(net());
        put(sys() / "class/net/lo/flags", "0x9\n");
        put(sys() / "class/net/lo/operstate", "unknown\n");
        put(sys() / "class/net/bonding_masters", "\n");
        put(net() / "route", "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n");
        put(net() / "tcp", "  sl  local_address rem_address   st\n 0: 0100007F:0019 00000000:0000 0A\n");
        put(net() / "udp", "  sl  local_address rem_address   st\n");
    }
    static void put(const Path& path, const std::string& content) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << content;
    }
    [[nodiscard]] Path sys() const { return folder_ / "sys"; }
    [[nodiscard]] Path proc() const { return folder_ / "proc"; }
    [[nodiscard]] Path net() const { return proc() / "net"; }

   private:
    test::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("a box with loopback alone has no network, with IPv6 or without") {
    const FakeBox box;
    CHECK(find_network(box.sys(), box.proc()).empty());
}

TEST_CASE("everything is told at once") {
    const FakeBox box;
    const std::string any(32, '0');
    FakeBox::put(box.sys() / "class/net/wlan0/flags", "0x1003\n");
    FakeBox::put(box.sys() / "class/net/wlan0/operstate", "up\n");
    FakeBox::put(box.sys() / "class/net/eth0/flags", "0x1003\n");
    FakeBox::put(box.sys() / "class/net/eth0/operstate", "up\n");
    FakeBox::put(box.net() / "route", "eth0 00000000 0102A8C0 0003 0 0 100 00000000 0 0 0\n");
    FakeBox::put(box.net() / "ipv6_route", any + " 00 " + any + " 00 " + any + " 0 0 0 00000003 wlan0\n");
    FakeBox::put(box.net() / "tcp", " 0: 00000000:0016 00000000:0000 0A\n");
    FakeBox::put(box.net() / "tcp6", " 0: " + any + ":0050 " + any + ":0000 0A\n");
    FakeBox::put(box.net() / "udp", " 0: 00000000:0044 00000000:0000 07\n");
    FakeBox::put(box.net() / "udp6", " 0: " + any + ":0222 " + any + ":0000 07\n");
    CHECK(find_network(box.sys(), box.proc()) == NetworkFindings{
                                                     "eth0 is up",
                                                     "wlan0 is up",
                                                     "there is a default route by eth0",
                                                     "tcp port 22 is open on 0.0.0.0",
                                                     "udp port 68 is open on 0.0.0.0",
                                                     "there is a default route by wlan0 (IPv6)",
                                                     "tcp port 80 is open on [::]",
                                                     "udp port 546 is open on [::]",
                                                 });
}

TEST_CASE("a box that can't be looked at is an error") {
    const FakeBox box;
    CHECK_THROWS_AS(find_network("/nonexistent", box.proc()), Error);
    CHECK_THROWS_AS(find_network(box.sys(), "/nonexistent"), Error);
}

TEST_CASE("any finding is a refusal, unless findings are to be recorded only") {
    CHECK_FALSE(judge_network({}, NetworkPolicy::refuse));
    CHECK_FALSE(judge_network({}, NetworkPolicy::record));
    CHECK_FALSE(judge_network({"eth0 is up"}, NetworkPolicy::record));
    CHECK(judge_network({"eth0 is up", "wlan0 is up"}, NetworkPolicy::refuse) ==
          Refusal{{"eth0 is up", "wlan0 is up"}});
}
