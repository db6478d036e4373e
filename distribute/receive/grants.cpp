#include "distribute/receive/grants.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/yaml.hpp"

namespace halfday {
namespace {

constexpr mode_t kWidestKeyMode = 0640;  // a key is for its owner and, where root says so, one group
constexpr mode_t kGroupReads = 0040;
constexpr const char* kRuntimeSocket = "runtime_socket";
constexpr const char* kMasterSocket = "master_socket";
constexpr std::size_t kMostRootBytes = 64 * 1024;

const YamlSection kGrant{{
    {.name = "names",
     .form = YamlForm::texts,
     .presence = YamlPresence::needed,
     .meaning = "DNS names, wildcards and IP addresses that its certificate may have"},
    {.name = "server",
     .presence = YamlPresence::needed,
     .meaning = "What serves it; command is for everything else",
     .choices = {"nginx", "apache", "haproxy", "caddy", "command"}},
    {.name = "purpose",
     .fallback = "server",
     .meaning = "The widest that its certificate may have",
     .choices = {"server", "server+client"}},
    {.name = kRuntimeSocket, .meaning = "For haproxy: its stats socket, to need no reload"},
    {.name = kMasterSocket, .meaning = "For haproxy: its master's socket, to reload by it"},
    {.name = "test",
     .form = YamlForm::texts,
     .fallback = "the server's own, by sudo",
     .meaning = "The configuration test: a program and its arguments"},
    {.name = "reload",
     .form = YamlForm::texts,
     .fallback = "the server's own, by sudo",
     .meaning = "What has the server take the new files: a program and its arguments"},
    {.name = "probe",
     .fallback = "the server's usual",
     .meaning = "ADDRESS:PORT where the server serves it, for the handshake that proves it"},
    {.name = "install", .form = YamlForm::texts, .meaning = "For command: the program that takes the new files"},
    {.name = "group", .fallback = "the receiver's own", .meaning = "The group that may read the key's files"},
    {.name = "mode", .fallback = "\"0600\", and \"0640\" where there is a group", .meaning = "Mode of the key's files"},
}};

const YamlSection kGrants{{
    {.name = "host", .presence = YamlPresence::needed, .meaning = "This host's name in the inventory"},
    {.name = "roots",
     .form = YamlForm::texts,
     .fallback = "[root.pem]",
     .meaning = "Files of the roots that it pins, relative to /etc/halfday; the first is whom it asks"},
    {.name = "max_lifetime",
     .form = YamlForm::duration,
     .fallback = "24h",
     .meaning = "No certificate that is valid for longer is installed: 24h at most"},
    {.name = "certificates",
     .form = YamlForm::named,
     .presence = YamlPresence::needed,
     .meaning = "The entries; the files of each are in /var/lib/halfday/receiver/live/ENTRY",
     .section = &kGrant},
}};

Argv parse_argv(const YamlValue& value) {
    Argv argv;
    for (const YamlValue& argument : value.list()) argv.push_back(argument.text());
    if (argv.empty() || argv.front().front() == '-') value.fail("expected a program and its arguments as a list");
    return argv;
}

mode_t parse_mode(const std::string& text) {
    unsigned mode = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    if (error != std::errc{} || end != text.data() + text.size() || text.size() > 4) {
        throw Error(ErrorKind::usage, "'" + printable(text) + "' is not a mode such as \"0640\"");
    }
    if ((mode & ~kWidestKeyMode) != 0 || (mode & 0400) == 0) {
        throw Error(ErrorKind::usage, "mode " + printable(text) + " is not one for a private key",
                    "\"0600\", or \"0640\" with a group");
    }
    return mode;
}

std::string parse_group(const std::string& text) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    };
    if (text.size() > 32 || text.front() == '-' || !std::all_of(text.begin(), text.end(), fits)) {
        throw Error(ErrorKind::usage, "'" + printable(text) + "' is not the name of a group");
    }
    return text;
}

std::vector<GeneralName> parse_names(const YamlValue& value) {
    std::vector<GeneralName> names;
    for (const YamlValue& element : value.list()) {
        GeneralName name = element.as(GeneralName::parse);
        if (std::find(names.begin(), names.end(), name) != names.end()) {
            element.fail("'" + name.text() + "' is there twice");
        }
        names.push_back(std::move(name));
    }
    if (names.empty()) value.fail("expected at least one name");
    return names;
}

void parse_socket(YamlMap& map, const char* name, ControlSocket::Takes takes, Grant& grant) {
    const auto socket = map.find(name);
    if (!socket) return;
    if (!grant.server->has_sockets) socket->fail("'" + std::string(name) + "' is for server: haproxy");
    if (grant.socket) socket->fail("expected one of runtime_socket and master_socket");
    const std::string path = socket->text();
    if (path.front() != '/') socket->fail("expected an absolute path");
    grant.socket = ControlSocket{takes, path};
    grant.reload.clear();
    if (takes == ControlSocket::Takes::certificates) grant.test.clear();  // it changes no configuration
}

void parse_commands(YamlMap& map, Grant& grant) {
    grant.test = grant.server->test;
    grant.reload = grant.server->reload;
    grant.probe = grant.server->probe;
    parse_socket(map, kRuntimeSocket, ControlSocket::Takes::certificates, grant);
    parse_socket(map, kMasterSocket, ControlSocket::Takes::reloads, grant);
    if (const auto test = map.find("test")) grant.test = parse_argv(*test);
    if (const auto reload = map.find("reload")) {
        if (grant.socket) reload->fail("a server with a socket has no other reload");
        grant.reload = parse_argv(*reload);
    }
    if (const auto probe = map.find("probe")) grant.probe = probe->as(parse_endpoint);
    if (const auto install = map.find("install")) {
        if (grant.server->commands != ServerKind::Commands::of_an_entry)
            install->fail("'install' is for server: command");
        grant.install = parse_argv(*install);
    }
    if (grant.reload.empty() && grant.install.empty() && !grant.socket)
        map.fail("server: command wants 'install' or 'reload'");
}

void parse_access(YamlMap& map, Grant& grant) {
    const auto group = map.find("group");
    const auto mode = map.find("mode");
    if (group) {
        grant.key_group = group->as(parse_group);
        grant.key_mode = kWidestKeyMode;
    }
    if (!mode) return;
    grant.key_mode = mode->as(parse_mode);
    if (((grant.key_mode & kGroupReads) != 0) != group.has_value()) {
        mode->fail("a mode that lets a group read the key goes with a group, and no other does");
    }
}

Grant parse_grant(const YamlValue& key, const YamlValue& value) {
    YamlMap map = value.map();
    map.follow(kGrant);
    Grant grant{.entry = key.as(EntryName::parse),
                .names = parse_names(map.need("names")),
                .server = map.need("server").as(parse_server_kind)};
    if (const auto purpose = map.find("purpose")) grant.purpose = purpose->as(parse_purpose);
    parse_commands(map, grant);
    parse_access(map, grant);
    map.finish();
    return grant;
}

std::vector<Path> parse_roots(YamlMap& map, const Path& etc) {
    const auto value = map.find("roots");
    if (!value) return {etc / "root.pem"};
    std::vector<Path> roots;
    for (const YamlValue& element : value->list()) roots.push_back(etc / element.text());
    if (roots.empty()) value->fail("expected at least one file");
    return roots;
}

Grants grants_of(YamlMap map, const Path& etc) {
    map.follow(kGrants);
    Grants grants{.host = map.need("host").as(HostName::parse), .roots = parse_roots(map, etc), .certificates = {}};
    if (const auto most = map.find("max_lifetime")) {
        grants.max_lifetime = most->as([](const std::string& text) { return Lifetime(parse_duration(text)); });
    }
    const YamlValue certificates = map.need("certificates");
    YamlMap entries = certificates.map();
    for (const auto& [key, value] : entries.all()) grants.certificates.push_back(parse_grant(key, value));
    if (grants.certificates.empty()) certificates.fail("expected at least one certificate");
    map.finish();
    return grants;
}

std::string yaml_text(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '"' || c == '\\') escaped += '\\';
        escaped += c;
    }
    return "\"" + escaped + "\"";
}

/// A flow list with every element quoted, as strict YAML takes it.
std::string yaml_list(const std::vector<std::string>& texts) {
    std::vector<std::string> elements;
    for (const std::string& text : texts) elements.push_back(yaml_text(text));
    return fmt::format("[{}]", fmt::join(elements, ", "));
}

const char* name_of(ControlSocket::Takes takes) {
    return takes == ControlSocket::Takes::certificates ? kRuntimeSocket : kMasterSocket;
}

std::string to_yaml(const Grant& grant) {
    std::vector<std::string> names;
    for (const GeneralName& name : grant.names) names.push_back(name.text());
    std::string yaml =
        fmt::format("  {}:\n    names: {}\n    server: {}\n", grant.entry.text(), yaml_list(names), grant.server->name);
    if (grant.purpose != Purpose::server) yaml += fmt::format("    purpose: {}\n", to_text(grant.purpose));
    if (!grant.test.empty()) yaml += fmt::format("    test: {}\n", yaml_list(grant.test));
    if (!grant.install.empty()) yaml += fmt::format("    install: {}\n", yaml_list(grant.install));
    if (!grant.reload.empty()) yaml += fmt::format("    reload: {}\n", yaml_list(grant.reload));
    if (grant.socket) {
        yaml += fmt::format("    {}: {}\n", name_of(grant.socket->takes), yaml_text(grant.socket->path.string()));
    }
    if (grant.probe) yaml += fmt::format("    probe: \"{}\"\n", to_text(*grant.probe));
    yaml += fmt::format("    mode: \"{:04o}\"\n", grant.key_mode);
    if (!grant.key_group.empty()) yaml += fmt::format("    group: {}\n", grant.key_group);
    return yaml;
}

}  // namespace

const Grant* Grants::find(const EntryName& entry) const {
    const auto found = std::find_if(certificates.begin(), certificates.end(),
                                    [&](const Grant& grant) { return grant.entry == entry; });
    return found == certificates.end() ? nullptr : &*found;
}

const YamlSection& grants_section() { return kGrants; }

Grants parse_grants(std::string_view yaml, const Path& file, const Path& etc) {
    return grants_of(parse_yaml(yaml, file.string()), etc);
}

Grants read_grants(const Path& etc) {
    const Path file = etc / "receiver.yaml";
    if (!std::filesystem::exists(file)) {
        throw Error(ErrorKind::not_found, "there is no '" + file.string() + "', which says what this host may serve",
                    "make it with halfday-receiver init");
    }
    return grants_of(read_trusted_yaml(file), etc);
}

std::vector<Certificate> read_roots(const Grants& grants) {
    std::vector<Certificate> roots;
    for (const Path& file : grants.roots) {
        require_roots_own(file);
        roots.push_back(Certificate::parse_pem(read_file(file, kMostRootBytes)));
    }
    return roots;
}

std::string to_yaml(const Grants& grants) {
    std::vector<std::string> roots;
    for (const Path& root : grants.roots) roots.push_back(root.string());
    std::string yaml = fmt::format("host: {}\nroots: {}\nmax_lifetime: {}\ncertificates:\n", grants.host.text(),
                                   yaml_list(roots), format_duration(grants.max_lifetime.value()));
    for (const Grant& grant : grants.certificates) yaml += to_yaml(grant);
    return yaml;
}

}  // namespace halfday
