#include "ca/exchange/inventory.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>

#include "ca/x509/digest.hpp"
#include "refused.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using halfday::test::refused;
using halfday::test::TemporaryFolder;

namespace {

PublicKey new_key(const char* algorithm) { return PrivateKey::generate(KeyAlgorithm::parse(algorithm)).public_key(); }

const std::string& identity() {
    static const std::string kIdentity = identity_text(new_key("Ed25519"));
    return kIdentity;
}

HostName web1() { return HostName::parse("web1.example.org"); }

/// A file that holds, with a part of it replaced.
std::string file_with(const std::string& from = "", const std::string& to = "") {
    std::string yaml =
        "host: web1.example.org\n"
        "reach: ssh://halfday-receiver@web1.example.org:2222\n"
        "identity: " +
        identity() +
        "\n"
        "certificates:\n"
        "  www: {names: [www.example.org, '*.example.org']}\n"
        "  mail:\n"
        "    names:\n"
        "      - mail.example.org\n";
    if (!from.empty()) {
        const std::size_t place = yaml.find(from);
        REQUIRE(place != std::string::npos);
        yaml.replace(place, from.size(), to);
    }
    return yaml;
}

std::string fault(const std::string& yaml) {
    return refused(ErrorKind::usage, [&] { static_cast<void>(parse_host(yaml, web1(), "web1.yaml")); });
}

void write(const Path& path, const std::string& content) { replace_file(path, content, {.mode = 0644}); }

std::string fault_of_folder(const Path& folder) {
    return refused(ErrorKind::usage, [&] { static_cast<void>(read_inventory(folder)); });
}

std::string file_of(const std::string& host) {
    return "host: " + host + "\nreach: unix:/run/halfday/" + host + "\nidentity: " + identity_text(new_key("Ed25519")) +
           "\ncertificates: {www: {names: [" + host + "]}}\n";
}

}  // namespace

TEST_CASE("a host's file says its name, its reach, its identity and its certificates in order") {
    const Host host = parse_host(file_with(), web1(), "web1.yaml");
    CHECK(host.name == web1());
    CHECK(host.reach == Reach(SshReach{"halfday-receiver", "web1.example.org", 2222}));
    CHECK(identity_text(host.identity) == identity());
    REQUIRE(host.certificates.size() == 2);
    CHECK(host.certificates[0].name.text() == "www");
    CHECK(host.certificates[0].names ==
          std::vector{GeneralName::parse("www.example.org"), GeneralName::parse("*.example.org")});
    CHECK(host.find(EntryName::parse("mail")) == &host.certificates[1]);
    CHECK(host.find(EntryName::parse("ftp")) == nullptr);
}

TEST_CASE("a host's file that is wrong is refused with its place") {
    struct Case {
        std::string from;
        std::string to;
        std::string message;
    };
    const Case cases[] = {
        {"host: web1.example.org\n", "", "1:1: the key 'host' is missing"},
        {"host: web1", "host: web2",
         "1:7: found the host 'web2.example.org', expected 'web1.example.org' as the file is named"},
        {"host: web1", "host: -web1",
         "1:7: '-web1.example.org' is not a host name: a label begins or ends with a hyphen"},
        {"certificates:\n", "certificats:\n", "1:1: the key 'certificates' is missing"},
        {"host:", "port: 1\nhost:", "1:1: unknown key 'port'"},
        {"host:", "host: a\nhost:", "2:1: the key 'host' is there twice"},
        {"ssh://", "rsh://",
         "2:8: 'rsh://halfday-receiver@web1.example.org:2222' does not say how to reach a host: it "
         "begins with neither 'ssh://' nor 'unix:'"},
        {"identity: ed25519:", "identity: ed25519:!", ""},
        {"www:", "WWW:",
         "5:3: 'WWW' is not an entry's name: 1 to 64 of a-z, 0-9, '_' and '-', beginning with a letter "
         "or digit"},
        {"www:", "../x:",
         "5:3: '../x' is not an entry's name: 1 to 64 of a-z, 0-9, '_' and '-', beginning with a "
         "letter or digit"},
        {"mail:", "www:", "6:3: the key 'www' is there twice"},
        {"names: [www", "name: [www", "5:8: the key 'names' is missing"},
        {"'*.example.org'", "www.example.org.", "5:34: the name 'www.example.org' is there twice"},
        {"'*.example.org'", "10.0.0.256", "5:34: '10.0.0.256' is not an IP address: it has another form"},
        {"'*.example.org'", "::ffff:10.0.0.1",
         "5:34: '::ffff:10.0.0.1' is not an address that clients ask for: it is an IPv4 address written as IPv6"},
        {"'*.example.org'", "2001:db8::1, 2001:DB8:0::1", "5:47: the name '2001:db8::1' is there twice"},
        {"[www.example.org, '*.example.org']", "[]", "5:16: found 0 names, expected 1 to 100"},
        {"[www.example.org, '*.example.org']", "www.example.org", "5:16: found 'www.example.org', expected a list"},
        {"]}", "], mode: 1}", "5:52: unknown key 'mode'"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.from, each.to);
        const std::string found = fault(file_with(each.from, each.to));
        CHECK(found.starts_with("web1.yaml:"));
        if (!each.message.empty()) {
            CHECK(found == "web1.yaml:" + each.message);
        }
    }
    const std::string head = file_with().substr(0, file_with().find("certificates:"));
    CHECK(fault(head + "certificates: {}\n") == "web1.yaml:4:15: found 0 certificates, expected 1 to 256");
    std::string many = head + "certificates:\n";
    for (int i = 0; i < 257; ++i) {
        many += "  e" + std::to_string(i) + ": {names: [www.example.org]}\n";
    }
    CHECK(fault(many) == "web1.yaml:5:3: found 257 certificates, expected 1 to 256");
}

TEST_CASE("what is written of a host is read as the same host") {
    Host host = parse_host(file_with(), web1(), "web1.yaml");
    host.certificates.push_back({EntryName::parse("null"),
                                 {DnsName::parse("null"), DnsName::parse("1e5.example.org"),
                                  IpAddress::parse("192.0.2.7"), IpAddress::parse("::1")}});
    for (const char* reach : {"ssh://a@web1.example.org:22", "ssh://a@[::1]:2222", "unix:/run/halfday/web1"}) {
        host.reach = parse_reach(reach);
        const Host again = parse_host(to_yaml(host), web1(), "again.yaml");
        CHECK(again.name == host.name);
        CHECK(again.reach == host.reach);
        CHECK(again.identity == host.identity);
        REQUIRE(again.certificates.size() == host.certificates.size());
        for (std::size_t i = 0; i < host.certificates.size(); ++i) {
            CHECK(again.certificates[i].name == host.certificates[i].name);
            CHECK(again.certificates[i].names == host.certificates[i].names);
        }
    }
}

TEST_CASE("a reach is a user and a host for ssh, or a socket, and nothing that ssh could take for more") {
    struct Good {
        std::string text;
        Reach reach;
        std::string canonical;
    };
    const Good good[] = {
        {"ssh://a@web1.example.org", SshReach{"a", "web1.example.org", 22}, "ssh://a@web1.example.org:22"},
        {"ssh://_a-1@WEB1:65535", SshReach{"_a-1", "web1", 65535}, "ssh://_a-1@web1:65535"},
        {"ssh://a@127.0.0.1:1", SshReach{"a", "127.0.0.1", 1}, "ssh://a@127.0.0.1:1"},
        {"ssh://a@[::1]:22", SshReach{"a", "::1", 22}, "ssh://a@[::1]:22"},
        {"ssh://a@[2001:db8::7:0]", SshReach{"a", "2001:db8::7:0", 22}, "ssh://a@[2001:db8::7:0]:22"},
        {"ssh://a@[1:2:3:4:5:6:7:8]", SshReach{"a", "1:2:3:4:5:6:7:8", 22}, "ssh://a@[1:2:3:4:5:6:7:8]:22"},
        {"ssh://a@[::]", SshReach{"a", "::", 22}, "ssh://a@[::]:22"},
        {"unix:/run/halfday/lb_1.sock", UnixReach{"/run/halfday/lb_1.sock"}, "unix:/run/halfday/lb_1.sock"},
    };
    for (const Good& each : good) {
        CAPTURE(each.text);
        CHECK(parse_reach(each.text) == each.reach);
        CHECK(to_text(each.reach) == each.canonical);
    }
    const std::string bad[] = {"",
                               "web1.example.org",
                               "ssh://",
                               "ssh://web1.example.org",
                               "ssh://@web1.example.org",
                               "ssh://-oProxyCommand=x@web1",
                               "ssh://A@web1",
                               "ssh://a b@web1",
                               "ssh://" + std::string(33, 'a') + "@web1",
                               "ssh://a@",
                               "ssh://a@-oProxyCommand=x",
                               "ssh://a@b@web1",
                               "ssh://a@*.example.org",
                               "ssh://a@web1:",
                               "ssh://a@web1:0",
                               "ssh://a@web1:65536",
                               "ssh://a@web1:022",
                               "ssh://a@web1:+22",
                               "ssh://a@web1:22/",
                               "ssh://a@web1/path",
                               "ssh://a@web1 x",
                               "ssh://a@1.2.3",
                               "ssh://a@1.2.3.256",
                               "ssh://a@1.2.3.04",
                               "ssh://a@1.2.3.4.",
                               "ssh://a@::1",
                               "ssh://a@[",
                               "ssh://a@[]",
                               "ssh://a@[::1",
                               "ssh://a@[::1]x",
                               "ssh://a@[::1]x22",
                               "ssh://a@[:::]",
                               "ssh://a@[1::2::3]",
                               "ssh://a@[1:2:3:4:5:6:7]",
                               "ssh://a@[1:2:3:4:5:6:7:8:9]",
                               "ssh://a@[1:2:3:4::5:6:7:8]",
                               "ssh://a@[12345::]",
                               "ssh://a@[1:2:3:4:5:6:7:8:]",
                               "ssh://a@[fe80::1%eth0]",
                               "unix:",
                               "unix:/",
                               "unix:run/x",
                               "unix:/run/x/",
                               "unix:/run/a b",
                               "unix:/run/\"x",
                               "unix:/" + std::string(107, 'x'),
                               std::string("ssh://a@web1\0", 13)};
    for (const std::string& text : bad) {
        CAPTURE(text);
        CHECK(refused(ErrorKind::usage, [&] {
                  static_cast<void>(parse_reach(text));
              }).find("does not say how to reach a host: ") != std::string::npos);
    }
}

TEST_CASE("an identity is an Ed25519 key and nothing else") {
    CHECK(identity_text(parse_identity(identity())) == identity());
    const std::string base64 = identity().substr(8);
    const std::string bad[] = {"",
                               base64,
                               "Ed25519:" + base64,
                               "ed25519:",
                               "ed25519: " + base64,
                               "ed25519:" + base64 + "\n",
                               "ed25519:" + base64.substr(0, base64.size() - 1),
                               "ed25519:" + base64.substr(4),
                               "ed25519:" + to_base64(from_base64(base64) + "x"),
                               "ed25519:" + to_base64(new_key("P-256").spki()),
                               "\x1b[2J"};
    for (const std::string& text : bad) {
        CAPTURE(text);
        const std::string found = refused(ErrorKind::usage, [&] { static_cast<void>(parse_identity(text)); });
        CHECK(found.find("is not a host's identity: ") != std::string::npos);
        CHECK(found.find('\x1b') == std::string::npos);
    }
}

TEST_CASE("an inventory is every host's file, sorted by name") {
    const TemporaryFolder folder;
    CHECK(read_inventory(folder.path()).hosts.empty());
    // As files "a-b.yaml" comes before "a.yaml", as hosts after.
    for (const std::string host : {"web2", "a-b", "a", "web10"}) {
        write(folder / (host + ".yaml"), file_of(host));
    }
    write(folder / ".web3.yaml.swp", "an editor's");
    const Inventory inventory = read_inventory(folder.path());
    REQUIRE(inventory.hosts.size() == 4);
    CHECK(inventory.hosts[0].name.text() == "a");
    CHECK(inventory.hosts[1].name.text() == "a-b");
    CHECK(inventory.hosts[2].name.text() == "web10");
    CHECK(inventory.find(HostName::parse("web2")) == &inventory.hosts[3]);
    CHECK(inventory.find(HostName::parse("web3")) == nullptr);
    CHECK(inventory.find(HostName::parse("zzz")) == nullptr);
}

TEST_CASE("what editors and dpkg leave beside a host's file is left out, and no host's file is") {
    const TemporaryFolder folder;
    for (const std::string file : {".web3.yaml", "web3.yaml~", "web3.yaml.bak", "web3.yaml.swp", "web3.yaml.orig",
                                   "web3.yaml.dpkg-dist", "web3.dpkg-old"}) {
        write(folder / file, "half a line of yaml: [");
    }
    for (const std::string host : {"web1.bak", "web2.dpkg-old"}) {
        write(folder / (host + ".yaml"), file_of(host));
    }
    CHECK(read_inventory(folder.path()).hosts.size() == 2);
}

TEST_CASE("a file of the inventory that is not a host's is refused, never skipped") {
    const TemporaryFolder folder;
    const std::string in_folder = "'" + folder.path().string() + "/";
    const std::string is_not = " is not a host's file: ";
    SECTION("another ending") {
        write(folder / "web1.yml", file_of("web1"));
        CHECK(fault_of_folder(folder.path()) == in_folder + "web1.yml'" + is_not + "its name does not end in '.yaml'");
    }
    SECTION("a name that is no host's") {
        write(folder / "-x.yaml", file_of("web1"));
        CHECK(fault_of_folder(folder.path()) ==
              in_folder + "-x.yaml'" + is_not + "'-x' is not a host name: a label begins or ends with a hyphen");
    }
    SECTION("a name in upper case") {
        write(folder / "Web1.yaml", file_of("web1"));
        CHECK(fault_of_folder(folder.path()) == in_folder + "Web1.yaml'" + is_not + "its name is not in lower case");
    }
    SECTION("another host's") {
        write(folder / "web1.yaml", file_of("web2"));
        CHECK(fault_of_folder(folder.path()) ==
              folder.path().string() + "/web1.yaml:1:7: found the host 'web2', expected 'web1' as the file is named");
    }
}

TEST_CASE("an identity that two hosts share is refused with both names") {
    const TemporaryFolder folder;
    const std::string yaml = file_of("web1");
    write(folder / "web1.yaml", yaml);
    write(folder / "web2.yaml", "host: web2" + yaml.substr(yaml.find('\n')));
    CHECK(fault_of_folder(folder.path()) ==
          "the hosts 'web1' and 'web2' have the same identity key, and one could speak for the other");
}

TEST_CASE("an inventory that another user could have written is refused") {
    const TemporaryFolder folder;
    const Path file = folder / "web1.yaml";
    write(file, file_of("web1"));
    REQUIRE(read_inventory(folder.path()).hosts.size() == 1);
    SECTION("the folder") {
        REQUIRE(::chmod(folder.path().c_str(), 0770) == 0);
        CHECK(fault_of_folder(folder.path()) == "'" + folder.path().string() + "' may be written by others than root");
    }
    SECTION("the folder, even an empty one") {
        remove_file(file);
        REQUIRE(::chmod(folder.path().c_str(), 0707) == 0);
        CHECK(fault_of_folder(folder.path()) == "'" + folder.path().string() + "' may be written by others than root");
    }
    SECTION("a file") {
        REQUIRE(::chmod(file.c_str(), 0664) == 0);
        CHECK(fault_of_folder(folder.path()) == "'" + file.string() + "' may be written by others than root");
    }
    SECTION("a file of another user") {
        REQUIRE(::chown(file.c_str(), 65534, 65534) == 0);
        CHECK(fault_of_folder(folder.path()) ==
              "'" + file.string() + "' belongs to the user 65534, and configuration must be root's");
    }
    SECTION("a symlink") {
        REQUIRE(::rename(file.c_str(), (folder / ".web1").c_str()) == 0);
        REQUIRE(::symlink(".web1", file.c_str()) == 0);
        CHECK(fault_of_folder(folder.path()) == "'" + file.string() + "' is neither a file nor a folder");
    }
}
