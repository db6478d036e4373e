#include "distribute/receive/grants.hpp"

#include <catch2/catch.hpp>

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
    names: [www.example.org, example.org]
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
    CHECK(www.names.size() == 2);
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

TEST_CASE("grants that are not right are refused with their place") {
    struct Case {
        std::string yaml;
        const char* because;
    };
    const Case one = GENERATE(values<Case>({
        {with("    server: caddy\n"), "receiver.yaml:5:13: 'caddy' is no web server"},
        {with(""), "'server' is missing"},
        {with("    server: command\n"), "wants 'install' or 'reload'"},
        {with("    server: nginx\n    install: [/opt/take]\n"), "'install' is for server: command"},
        {with("    server: nginx\n    tets: [nginx]\n"), "unknown key"},
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
                             "  api:\n    names: [\"*.example.org\"]\n    server: command\n"
                             "    install: [/opt/take, \"a \\\"b\\\" \\\\ c\"]\n";
    const std::string written = to_yaml(parse(yaml));
    CHECK(to_yaml(parse(written)) == written);
    CHECK(parse(written).certificates.at(1).install == Argv{"/opt/take", "a \"b\" \\ c"});
    CHECK(parse(written).certificates.at(0).probe == Endpoint{"::1", 443});
}

}  // namespace halfday::test
