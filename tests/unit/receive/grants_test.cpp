#include "distribute/receive/grants.hpp"

#include <catch2/catch.hpp>

#include "distribute/receive/haproxy.hpp"
#include "distribute/receive/web_server.hpp"
#include "tests/unit/error_of.hpp"

namespace halfday::test {
namespace {

Grants parse(const std::string& yaml) { return parse_grants(yaml, "receiver.yaml", "/etc/halfday"); }

/// A file with one entry that has these lines besides its names.
std::string with(const std::string& lines) {
    return "host: web1.example.org\ncertificates:\n  www:\n    names: [www.example.org]\n" + lines;
}

}  // namespace

TEST_CASE("grants are read as the design writes them") {
    const Grants grants = parse(R"(host: web1.example.org
roots: [root.pem, /srv/next.pem]
max_lifetime: 12h
certificates:
  www:
    names: [www.example.org, 192.0.2.7, 2001:db8::7]
    server: nginx
    test:   [sudo, -n, /usr/bin/timeout, "10", /usr/sbin/nginx, -t]
    reload: [sudo, -n, /usr/bin/timeout, "10", /usr/sbin/nginx, -s, reload]
    probe: 127.0.0.1:8443
    mode: "0640"
    group: www-data
)");
    CHECK(grants.host.text() == "web1.example.org");
    CHECK(grants.roots == std::vector<Path>{"/etc/halfday/root.pem", "/srv/next.pem"});
    CHECK(grants.max_lifetime.value() == std::chrono::hours{12});
    const Grant& www = grants.certificates.at(0);
    CHECK(join_names(www.names) == "www.example.org, 192.0.2.7, 2001:db8::7");
    CHECK(www.test == Argv{"sudo", "-n", "/usr/bin/timeout", "10", "/usr/sbin/nginx", "-t"});
    CHECK(www.probe == Endpoint{"127.0.0.1", 8443});
    CHECK(www.key_mode == 0640);
    CHECK(www.key_group == "www-data");
    CHECK(grants.find(EntryName::parse("www")) == &www);
    CHECK(grants.find(EntryName::parse("api")) == nullptr);
}

TEST_CASE("what is left out has a safe default") {
    const Grants grants = parse(with("    server: nginx\n"));
    CHECK(grants.roots == std::vector<Path>{"/etc/halfday/root.pem"});
    CHECK(grants.max_lifetime.value() == std::chrono::hours{24});
    const Grant& www = grants.certificates.at(0);
    CHECK(www.key_mode == 0600);
    CHECK(www.key_group.empty());
    CHECK(www.probe == Endpoint{"127.0.0.1", 443});
    CHECK(www.test == Argv{"sudo", "-n", "/usr/bin/timeout", "10", "/usr/sbin/nginx", "-t"});
    CHECK(www.reload == Argv{"sudo", "-n", "/usr/bin/timeout", "10", "/usr/sbin/nginx", "-s", "reload"});
    CHECK(parse(with("    server: nginx\n    group: www-data\n")).certificates.at(0).key_mode == 0640);
}

TEST_CASE("a command has nothing that it was not given") {
    const Grant grant = parse(with("    server: command\n    install: [/opt/take]\n")).certificates.at(0);
    CHECK(grant.install == Argv{"/opt/take"});
    CHECK(grant.test.empty());
    CHECK(grant.reload.empty());
    CHECK_FALSE(grant.probe);
}

TEST_CASE("each kind of web server has its own test, reload and file") {
    struct Case {
        const char* kind;
        Argv test;
        Argv reload;
        const char* file;
    };
    const Argv root{"sudo", "-n", "/usr/bin/timeout", "10"};
    const auto with_root = [&](Argv arguments) {
        arguments.insert(arguments.begin(), root.begin(), root.end());
        return arguments;
    };
    const Case one = GENERATE_COPY(values<Case>({
        {"apache", with_root({"/usr/sbin/apache2ctl", "-t"}),
         with_root({"/usr/bin/systemctl", "reload", "apache2.service"}), "fullchain.pem"},
        {"haproxy", with_root({"/usr/sbin/haproxy", "-c", "-f", "/etc/haproxy/haproxy.cfg"}),
         with_root({"/usr/bin/systemctl", "reload", "haproxy.service"}), "combined.pem"},
        {"caddy",
         {"sudo", "-n", "-u", "caddy", "/usr/bin/timeout", "10", "/usr/bin/caddy", "validate", "--config",
          "/etc/caddy/Caddyfile"},
         {"/usr/bin/timeout", "10", "/usr/bin/caddy", "reload", "--force", "--config", "/etc/caddy/Caddyfile"},
         "fullchain.pem"},
    }));
    CAPTURE(one.kind);
    const Grant grant = parse(with("    server: " + std::string(one.kind) + "\n")).certificates.at(0);
    CHECK(grant.test == one.test);
    CHECK(grant.reload == one.reload);
    CHECK(grant.server->file == one.file);
    CHECK(grant.probe == Endpoint{"127.0.0.1", 443});
}

TEST_CASE("a socket of HAProxy's stands in for the reload, and for the test where no configuration is read") {
    const Grant runtime = parse(with("    server: haproxy\n    runtime_socket: /run/h.sock\n")).certificates.at(0);
    CHECK(runtime.socket == ControlSocket{ControlSocket::Takes::certificates, "/run/h.sock"});
    CHECK(runtime.test.empty());
    CHECK(runtime.reload.empty());
    const Grant master = parse(with("    server: haproxy\n    master_socket: /run/m.sock\n")).certificates.at(0);
    CHECK(master.socket == ControlSocket{ControlSocket::Takes::reloads, "/run/m.sock"});
    CHECK_FALSE(master.test.empty());
    CHECK(master.reload.empty());
}

TEST_CASE("entries share a web server when it is told the same for both") {
    struct Case {
        std::string one;
        std::string other;
        bool share;
    };
    const std::string nginx = "    server: nginx\n";
    const std::string haproxy = "    server: haproxy\n    runtime_socket: /run/h.sock\n";
    const Case the = GENERATE_COPY(values<Case>({
        {nginx, nginx, true},
        {nginx, nginx + "    probe: 127.0.0.1:8443\n    group: daemon\n", true},
        {nginx, nginx + "    reload: [/other]\n", false},
        {nginx, nginx + "    test: [/other]\n", false},
        {nginx, "    server: apache\n", false},
        {haproxy, haproxy, true},
        {haproxy, "    server: haproxy\n    runtime_socket: /run/other.sock\n", false},
        {"    server: command\n    reload: [/one]\n", "    server: command\n    reload: [/one]\n", false},
    }));
    CAPTURE(the.one, the.other);
    CHECK(share_a_server(parse(with(the.one)).certificates.at(0), parse(with(the.other)).certificates.at(0)) ==
          the.share);
}

TEST_CASE("the names that HAProxy lists are told from those of a half-done transaction") {
    CHECK(names_of_certificates("# transaction\n*/a.pem\n# filename\n/a.pem\n/b c.pem\n\n") ==
          std::vector<std::string>{"/a.pem", "/b c.pem"});
    CHECK(names_of_certificates("").empty());
    CHECK(name_of_transaction("# transaction\n*/a.pem\n# filename\n/a.pem\n") == "/a.pem");
    CHECK(name_of_transaction("# filename\n/a*.pem\n").empty());
}

TEST_CASE("grants that are not right are refused with their place") {
    struct Case {
        std::string yaml;
        const char* because;
    };
    const Case one = GENERATE(values<Case>({
        {with("    server: iis\n"), "receiver.yaml:5:13: 'iis' is no web server that is known: nginx, apache"},
        {with(""), "'server' is missing"},
        {with("    server: command\n"), "wants 'install' or 'reload'"},
        {with("    server: nginx\n    install: [/opt/take]\n"), "'install' is for server: command"},
        {with("    server: nginx\n    tets: [nginx]\n"), "unknown key"},
        {with("    server: nginx\n    runtime_socket: /run/s\n"), "'runtime_socket' is for server: haproxy"},
        {with("    server: haproxy\n    runtime_socket: /run/s\n    master_socket: /run/m\n"), "expected one of"},
        {with("    server: haproxy\n    master_socket: run/m\n"), "expected an absolute path"},
        {with("    server: haproxy\n    master_socket: /run/m\n    reload: [/x]\n"), "has no other reload"},
        {with("    server: nginx\n    reload: nginx -s reload\n"), "expected a list"},
        {with("    server: nginx\n    reload: []\n"), "expected a program"},
        {with("    server: nginx\n    reload: [-x]\n"), "expected a program"},
        {with("    server: nginx\n    probe: 443\n"), "is not ADDRESS:PORT"},
        {with("    server: nginx\n    mode: \"0644\"\n"), "not one for a private key"},
        {with("    server: nginx\n    mode: \"0660\"\n    group: www-data\n"), "not one for a private key"},
        {with("    server: nginx\n    mode: \"0040\"\n    group: www-data\n"), "not one for a private key"},
        {with("    server: nginx\n    mode: rw\n"), "is not a mode"},
        {with("    server: nginx\n    mode: \"0640\"\n"), "goes with a group"},
        {with("    server: nginx\n    mode: \"0600\"\n    group: www-data\n"), "goes with a group"},
        {with("    server: nginx\n    group: \"a b\"\n"), "not the name of a group"},
        {"host: web1.example.org\ncertificates: {}\n", "at least one certificate"},
        {"host: web1.example.org\n", "'certificates' is missing"},
        {"host: web1.example.org\ncertificates:\n  www: {names: [], server: nginx}\n", "at least one name"},
        {"host: web1.example.org\ncertificates:\n  www: {names: [a.test, A.test.], server: nginx}\n", "there twice"},
        {"host: web1.example.org\ncertificates:\n  ../x: {names: [a.test], server: nginx}\n", "receiver.yaml:3:3"},
        {"host: web1.example.org\nmax_lifetime: 25h\ncertificates:\n  www: {names: [a.test], server: nginx}\n",
         "receiver.yaml:2:15"},
        {"host: \"*.example.org\"\ncertificates:\n  www: {names: [a.test], server: nginx}\n", "receiver.yaml:1:7"},
        {"host: web1.example.org\nroots: []\ncertificates:\n  www: {names: [a.test], server: nginx}\n",
         "at least one file"},
    }));
    CAPTURE(one.yaml);
    const Error error = error_of([&] { return parse(one.yaml); });
    CHECK(error.kind() == ErrorKind::usage);
    CHECK_THAT(error.what(), Catch::StartsWith("receiver.yaml:") && Catch::Contains(one.because));
}

TEST_CASE("grants that are written are read as the same") {
    const std::string yaml = with("    server: nginx\n    group: www-data\n    probe: \"[::1]:443\"\n") +
                             "  lb:\n    names: [lb.example.org]\n    server: haproxy\n"
                             "    runtime_socket: \"/run/a b\"\n"
                             "  api:\n    names: [\"*.example.org\"]\n    server: command\n"
                             "    install: [/opt/take, \"a \\\"b\\\" \\\\ c\"]\n";
    const std::string written = to_yaml(parse(yaml));
    CHECK(to_yaml(parse(written)) == written);
    CHECK(parse(written).certificates.at(2).install == Argv{"/opt/take", "a \"b\" \\ c"});
    CHECK(parse(written).certificates.at(1).socket == ControlSocket{ControlSocket::Takes::certificates, "/run/a b"});
    CHECK(parse(written).certificates.at(0).probe == Endpoint{"::1", 443});
}

}  // namespace halfday::test
