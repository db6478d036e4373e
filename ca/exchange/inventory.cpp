#include "ca/exchange/inventory.hpp"

#include <algorithm>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/yaml.hpp"
#include "ca/exchange/inventory_yaml.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr std::string_view kIdentityScheme = "ed25519:";
constexpr std::size_t kMostEntries = 256;  // so that an answer and a delivery of a host stay within the wire's bound
constexpr std::size_t kMostNames = 100;    // so that a certificate stays within Certificate::kMostBytes

std::vector<GeneralName> read_names(const YamlValue& value) {
    std::vector<GeneralName> names;
    for (const YamlValue& element : value.list()) {
        const GeneralName name = element.as(GeneralName::parse);
        if (std::find(names.begin(), names.end(), name) != names.end()) {
            element.fail("the name '" + name.text() + "' is there twice");
        }
        names.push_back(name);
    }
    if (names.empty() || names.size() > kMostNames) {
        value.fail("found " + std::to_string(names.size()) + " names, expected 1 to " + std::to_string(kMostNames));
    }
    return names;
}

const YamlSection kEntry{{
    {.name = "names",
     .form = YamlForm::texts,
     .presence = YamlPresence::needed,
     .meaning = "DNS names, wildcards and IP addresses that the certificate is to have"},
}};

const YamlSection kPolicy = policy_section();

const YamlSection kHost{{
    {.name = "host", .presence = YamlPresence::needed, .meaning = "The host's name, which the file's name is, too"},
    {.name = "reach",
     .presence = YamlPresence::needed,
     .meaning = "How the distributor comes to its receiver: ssh://USER@ADDRESS:PORT, or unix:PATH of a socket on this "
                "box"},
    {.name = "identity",
     .presence = YamlPresence::needed,
     .meaning = "The public key that its requests and receipts are signed with, as halfday-receiver init shows it"},
    {.name = "certificates",
     .form = YamlForm::named,
     .presence = YamlPresence::needed,
     .meaning = "Its entries; the host's own receiver.yaml must grant their names as well",
     .section = &kEntry},
    {.name = "policy",
     .form = YamlForm::map,
     .fallback = "certificates of halfday.yaml",
     .meaning = "Where this host differs",
     .section = &kPolicy},
}};

std::vector<Entry> read_entries(const YamlValue& value) {
    std::vector<Entry> entries;
    for (const auto& [name, members] : value.map().all()) {
        YamlMap entry = members.map();
        entry.follow(kEntry);
        entries.push_back({name.as(EntryName::parse), read_names(entry.need("names"))});
        entry.finish();
    }
    if (entries.empty() || entries.size() > kMostEntries) {
        value.fail("found " + std::to_string(entries.size()) + " certificates, expected 1 to " +
                   std::to_string(kMostEntries));
    }
    return entries;
}

std::shared_ptr<const PolicyChange> read_policy(const std::optional<YamlValue>& value) {
    if (!value) {
        return nullptr;
    }
    YamlMap map = value->map();
    map.follow(kPolicy);
    auto change = std::make_shared<PolicyChange>(read_policy_change(map));
    map.finish();
    return change;
}

/// A scalar that YAML reads as itself.
std::string scalar(const std::string& text) {
    return text.starts_with('*') || text.find(':') != std::string::npos || text == "null" ? "\"" + text + "\"" : text;
}

}  // namespace

PublicKey parse_identity(std::string_view text) {
    const std::string hint = "copy the line that 'halfday-receiver init' printed on the host";
    try {
        if (text.starts_with(kIdentityScheme)) {
            PublicKey key = PublicKey::from_spki(from_base64(text.substr(kIdentityScheme.size())));
            if (key.algorithm() == "Ed25519") {
                return key;
            }
        }
    } catch (const Error& error) {
        throw Error(ErrorKind::usage, "'" + printable(text, 120) + "' is not a host's identity: " + error.what(), hint);
    }
    throw Error(
        ErrorKind::usage,
        "'" + printable(text, 120) + "' is not a host's identity: expected 'ed25519:' and an Ed25519 key in base64",
        hint);
}

std::string identity_text(const PublicKey& key) { return std::string(kIdentityScheme) + to_base64(key.spki()); }

const Entry* Host::find(const EntryName& entry) const {
    const auto found =
        std::find_if(certificates.begin(), certificates.end(), [&](const Entry& each) { return each.name == entry; });
    return found == certificates.end() ? nullptr : &*found;
}

const Host* Inventory::find(const HostName& name) const {
    const auto found = std::lower_bound(hosts.begin(), hosts.end(), name, [](const Host& host, const HostName& other) {
        return host.name.text() < other.text();
    });
    return found == hosts.end() || found->name != name ? nullptr : &*found;
}

Host host_from(YamlMap map, const HostName& name) {
    map.follow(kHost);
    const YamlValue own_name = map.need("host");
    if (own_name.as(HostName::parse) != name) {
        own_name.fail("found the host '" + printable(own_name.text(), 80) + "', expected '" + name.text() +
                      "' as the file is named");
    }
    Host host{name, map.need("reach").as(parse_reach), map.need("identity").as(parse_identity),
              read_entries(map.need("certificates")), read_policy(map.find("policy"))};
    map.finish();
    return host;
}

const YamlSection& host_section() { return kHost; }

Host parse_host(std::string_view yaml, const HostName& name, const std::string& file) {
    return host_from(parse_yaml(yaml, file), name);
}

std::string to_yaml(const Host& host) {
    std::string yaml = "host: " + scalar(host.name.text()) + "\nreach: " + to_text(host.reach) +
                       "\nidentity: " + identity_text(host.identity) + "\ncertificates:\n";
    for (const Entry& entry : host.certificates) {
        yaml += "  " + scalar(entry.name.text()) + ": {names: [";
        for (const GeneralName& name : entry.names) {
            yaml += (&name == &entry.names.front() ? "" : ", ") + scalar(name.text());
        }
        yaml += "]}\n";
    }
    if (host.policy) {
        yaml += "policy: {" + to_yaml(*host.policy) + "}\n";
    }
    return yaml;
}

}  // namespace halfday
