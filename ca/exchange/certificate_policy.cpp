#include "ca/exchange/certificate_policy.hpp"

#include <algorithm>

#include "ca/base/error.hpp"
#include "ca/x509/key.hpp"

namespace halfday {
namespace {

constexpr int kMostPerHour = 1000;

Lifetime read_lifetime(const YamlValue& value) {
    return value.as([](const std::string& text) { return Lifetime(parse_duration(text)); });
}

Seconds read_duration(const YamlValue& value) { return value.as(parse_duration); }

int read_rate(const YamlValue& value) { return static_cast<int>(value.number(1, kMostPerHour)); }

Wildcards read_wildcards(const YamlValue& value) {
    return value.as([](const std::string& text) {
        if (text == "allowed") {
            return Wildcards::allowed;
        }
        if (text == "refused") {
            return Wildcards::refused;
        }
        throw Error(ErrorKind::usage, "expected 'allowed' or 'refused'");
    });
}

Purpose read_purpose(const YamlValue& value) { return value.as(parse_purpose); }

std::vector<std::string> read_keys(const YamlValue& value) {
    std::vector<std::string> names;
    for (const YamlValue& element : value.list()) {
        names.push_back(element.as(KeyAlgorithm::parse).name());
    }
    if (names.empty()) {
        value.fail("found no key algorithm, expected at least one");
    }
    return names;
}

std::vector<DnsName> read_domains(const YamlValue& value) {
    std::vector<DnsName> domains;
    for (const YamlValue& element : value.list()) {
        domains.push_back(element.as(DnsName::parse));
        if (domains.back().is_wildcard()) {
            element.fail("a domain permits all below it without a wildcard");
        }
    }
    if (domains.empty()) {
        value.fail("found no domain, expected at least one");
    }
    return domains;
}

std::vector<IpRange> read_addresses(const YamlValue& value) {
    std::vector<IpRange> addresses;
    for (const YamlValue& element : value.list()) {
        addresses.push_back(element.as(IpRange::parse));
    }
    if (addresses.empty()) {
        value.fail("found no range of IP addresses, expected at least one");
    }
    return addresses;
}

/// What `read` makes of the key's value, if it is there; its place is noted.
template <class Read>
auto take(YamlMap& map, PolicyChange& change, const char* key, Read read)
    -> std::optional<decltype(read(std::declval<YamlValue>()))> {
    const auto value = map.find(key);
    if (!value) {
        return std::nullopt;
    }
    change.places[key] = value->place();
    return read(*value);
}

template <class T>
void set(T& member, const std::optional<T>& change) {
    if (change) {
        member = *change;
    }
}

template <class List, class Text>
std::string flow_list(const List& list, Text text) {
    std::string joined;
    for (const auto& each : list) {
        joined += (joined.empty() ? "" : ", ") + text(each);
    }
    return "[" + joined + "]";
}

}  // namespace

YamlSection policy_section() {
    using Form = YamlForm;
    return {{
        {.name = "lifetime",
         .form = Form::duration,
         .fallback = "12h",
         .meaning = "How long a certificate is valid: 24h at most"},
        {.name = "renew_after",
         .form = Form::duration,
         .fallback = "4h",
         .meaning = "Its age when the next one is due; lifetime less backdate must leave an hour after it"},
        {.name = "backdate",
         .form = Form::duration,
         .fallback = "30m",
         .meaning = "How long before its issue it begins, for clients whose clocks lag"},
        {.name = "max_per_hour",
         .form = Form::number,
         .fallback = "4",
         .meaning = "Certificates of one entry of one host in an hour"},
        {.name = "keys", .form = Form::texts, .fallback = "[P-256, P-384]", .meaning = "Algorithms of server keys"},
        {.name = "wildcards",
         .fallback = "allowed",
         .meaning = "Whether names such as *.example.org may be signed",
         .choices = {"allowed", "refused"}},
        {.name = "purpose",
         .fallback = "server",
         .meaning = "server+client is for servers that are clients too",
         .choices = {"server", "server+client"}},
        {.name = "domains",
         .form = Form::texts,
         .fallback = "what root and intermediate permit",
         .meaning = "A DNS name must be one of these or below one"},
        {.name = "addresses",
         .form = Form::texts,
         .fallback = "what root and intermediate permit",
         .meaning = "An IP address must be in one of these ranges"},
    }};
}

PolicyChange read_policy_change(YamlMap& map) {
    PolicyChange change;
    change.lifetime = take(map, change, "lifetime", read_lifetime);
    change.renew_after = take(map, change, "renew_after", read_duration);
    change.backdate = take(map, change, "backdate", read_duration);
    change.max_per_hour = take(map, change, "max_per_hour", read_rate);
    change.keys = take(map, change, "keys", read_keys);
    change.wildcards = take(map, change, "wildcards", read_wildcards);
    change.purpose = take(map, change, "purpose", read_purpose);
    change.domains = take(map, change, "domains", read_domains);
    change.addresses = take(map, change, "addresses", read_addresses);
    return change;
}

std::string to_yaml(const PolicyChange& change) {
    std::string yaml;
    const auto add = [&](const char* key, const std::string& value) {
        yaml += std::string(yaml.empty() ? "" : ", ") + key + ": " + value;
    };
    if (change.lifetime) add("lifetime", format_duration(change.lifetime->value()));
    if (change.renew_after) add("renew_after", format_duration(*change.renew_after));
    if (change.backdate) add("backdate", format_duration(*change.backdate));
    if (change.max_per_hour) add("max_per_hour", std::to_string(*change.max_per_hour));
    if (change.keys) add("keys", flow_list(*change.keys, [](const std::string& key) { return key; }));
    if (change.wildcards) add("wildcards", to_text(*change.wildcards));
    if (change.purpose) add("purpose", to_text(*change.purpose));
    if (change.domains) add("domains", flow_list(*change.domains, [](const DnsName& name) { return name.text(); }));
    if (change.addresses) {
        add("addresses", flow_list(*change.addresses, [](const IpRange& range) { return "\"" + range.text() + "\""; }));
    }
    return yaml;
}

CertificatePolicy changed(CertificatePolicy policy, const PolicyChange& change) {
    set(policy.lifetime, change.lifetime);
    set(policy.renew_after, change.renew_after);
    set(policy.backdate, change.backdate);
    set(policy.max_per_hour, change.max_per_hour);
    set(policy.keys, change.keys);
    set(policy.wildcards, change.wildcards);
    set(policy.purpose, change.purpose);
    set(policy.domains, change.domains);
    set(policy.addresses, change.addresses);
    return policy;
}

std::optional<std::string> policy_fault(const CertificatePolicy& policy) {
    if (policy.renew_after <= policy.lifetime.value() - policy.backdate - kRenewalMargin) {
        return std::nullopt;
    }
    return "certificates of " + format_duration(policy.lifetime.value()) + " that are backdated by " +
           format_duration(policy.backdate) + " would be renewed after " + format_duration(policy.renew_after) +
           ", expected: renew_after + 1h is at most lifetime - backdate";
}

std::string to_text(Wildcards wildcards) { return wildcards == Wildcards::allowed ? "allowed" : "refused"; }

}  // namespace halfday
