#include "ca/exchange/known_hosts.hpp"

#include <catch2/catch.hpp>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

const std::string kKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7VxTnLk4wLMWWuwy8hSlmqvsuZDbTJLSbB1e5IzNNA";
const HostName kWeb1 = HostName::parse("web1.example.org");
const HostName kWeb = HostName::parse("web");

TEST_CASE("a host is known when a line begins with its whole name") {
    const std::string file = "# web ssh-ed25519 AAAA\nweb1.example.org " + kKey + "\n";
    CHECK(knows_host(file, kWeb1));
    CHECK_FALSE(knows_host(file, kWeb));
    CHECK_FALSE(knows_host("", kWeb));
    CHECK(knows_host("web\tssh-ed25519 AAAA", kWeb));
}

TEST_CASE("a host's new key replaces its old one and leaves the other lines") {
    const std::string file = "web ssh-rsa OLD\nweb1.example.org " + kKey + "\nweb ssh-ed25519 OLD\n";
    CHECK(with_host(file, kWeb, kKey + " root@web\n") == "web1.example.org " + kKey + "\nweb " + kKey + "\n");
    CHECK(without_host(file, kWeb) == "web1.example.org " + kKey + "\n");
}

TEST_CASE("what is not a host key is refused, whatever lines it would smuggle in") {
    const std::string bad = GENERATE_COPY(as<std::string>{}, "", "ssh-ed25519", "ssh-ed25519 ", "AAAA ssh-ed25519",
                                          "@cert-authority " + kKey, "ssh-ed25519 AAAA\nevil " + kKey,
                                          "ssh-dss " + kKey, "ssh-ed25519 " + std::string(40, '%'));
    CHECK_THROWS_AS(with_host("", kWeb, bad), Error);
}

}  // namespace
}  // namespace halfday
