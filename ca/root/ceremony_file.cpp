#include "ca/root/ceremony_file.hpp"

#include <fmt/core.h>

#include <array>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/yaml.hpp"
#include "ca/root/windows.hpp"

namespace halfday {
namespace {

/// What every part of a file is read with.
struct Reading {
    YamlMap map;
    const Path& folder;
    const NameConstraints* of_root;
};

void require(const Verdict& verdict) {
    if (verdict) {
        throw Error(ErrorKind::usage, verdict->text());
    }
}

std::string read_name(const YamlValue& value) {
    return value.as([](const std::string& text) {
        require(check_ca_name(text));
        return text;
    });
}

Seconds read_lifetime(const YamlValue& value) {
    return value.as([](const std::string& text) {
        const Seconds lifetime = parse_duration(text);
        require(check_ca_lifetime(lifetime));
        return lifetime;
    });
}

/// One name or range of `permit`, which the root, where there is one, must permit.
std::string read_permitted_name(const YamlValue& value, const NameConstraints* of_root) {
    return value.as([of_root](const std::string& text) {
        NameConstraints one;
        permit(one, text);
        if (of_root != nullptr && !of_root->outside(one).empty()) {
            throw Error(ErrorKind::usage, fmt::format("'{}' is outside what the root permits", printable(text)));
        }
        return text;
    });
}

void read_permitted(const YamlValue& value, const NameConstraints* of_root, NameConstraints& constraints) {
    for (const YamlValue& element : value.list()) {
        permit(constraints, read_permitted_name(element, of_root));
    }
    if (constraints.permitted_dns.empty()) {
        value.fail("found no DNS name, expected at least one");
    }
}

/// One name or range of `exclude`.
std::string read_excluded_name(const YamlValue& value) {
    return value.as([](const std::string& text) {
        NameConstraints one;
        exclude(one, text);
        return text;
    });
}

/// `exclude`: each is to be of what is permitted, here or by the root.
void read_excluded(Reading& reading, NameConstraints& constraints) {
    const auto value = reading.map.find("exclude");
    if (!value) {
        return;
    }
    for (const YamlValue& element : value->list()) {
        exclude(constraints, read_excluded_name(element));
    }
    const NameConstraints whole = reading.of_root != nullptr ? inherited(constraints, *reading.of_root) : constraints;
    if (const auto faults = whole.faults(); !whole.texts().empty() && !faults.empty()) {
        value->fail(faults.front());
    }
}

Path read_path(Reading& reading, std::string_view key) { return reading.folder / reading.map.need(key).text(); }

std::string read_key(const YamlValue& value) {
    return value.as([](const std::string& text) {
        static_cast<void>(KeyUri::parse(text, "/"));
        return text;
    });
}

/// All of a root but its name and what it permits.
void read_rest_of_root(Reading& reading, InitOrder& order) {
    read_excluded(reading, order.root.constraints);
    if (const auto lifetime = reading.map.find("lifetime")) {
        order.root.lifetime = read_lifetime(*lifetime);
    }
    if (const auto algorithm = reading.map.find("algorithm")) {
        order.algorithm = algorithm->as(KeyAlgorithm::parse);
    }
}

CeremonyOrder read_init(Reading& reading) {
    InitOrder order;
    order.root.name = read_name(reading.map.need("name"));
    read_permitted(reading.map.need("permit"), nullptr, order.root.constraints);
    read_rest_of_root(reading, order);
    if (const auto key = reading.map.find("key")) {
        order.key = read_key(*key);
    }
    return order;
}

CeremonyOrder read_rotate(Reading& reading) {
    RotateOrder order;
    order.next = read_path(reading, "next");
    order.out = read_path(reading, "out");
    if (const auto key = reading.map.find("key")) {
        order.root.key = read_key(*key);
    }
    if (const auto name = reading.map.find("name")) {
        order.root.root.name = read_name(*name);
        if (const auto permitted = reading.map.find("permit")) {
            read_permitted(*permitted, nullptr, order.root.root.constraints);
        }
        read_rest_of_root(reading, order.root);
    }
    return order;
}

CeremonyOrder read_sign(Reading& reading) {
    SignOrder order;
    order.request = read_path(reading, "request");
    order.out = read_path(reading, "out");
    if (const auto name = reading.map.find("name")) {
        order.intermediate.name = read_name(*name);
    }
    if (const auto permitted = reading.map.find("permit")) {
        read_permitted(*permitted, reading.of_root, order.intermediate.constraints);
    }
    read_excluded(reading, order.intermediate.constraints);
    if (const auto lifetime = reading.map.find("lifetime")) {
        order.intermediate.lifetime = read_lifetime(*lifetime);
    }
    if (const auto windows = reading.map.find("windows")) {
        order.windows = static_cast<int>(windows->number(1, kMostWindows));
    }
    if (const auto purpose = reading.map.find("purpose")) {
        order.intermediate.purpose = purpose->as(parse_purpose);
    }
    return order;
}

/// A serial as it is, and anything else as a file.
std::string read_revoked(const YamlValue& value, const Path& folder) {
    const std::string text = value.text();
    const bool is_serial = text.find_first_not_of("0123456789abcdefABCDEF:") == std::string::npos;
    return is_serial ? text : (folder / text).string();
}

CrlOrder read_any_crl(Reading& reading) {
    CrlOrder order;
    order.out = read_path(reading, "out");
    if (const auto next_update = reading.map.find("next_update")) {
        order.next_update = next_update->as(parse_duration);
    }
    if (const auto after = reading.map.find("after")) {
        order.after = reading.folder / after->text();
    }
    return order;
}

CeremonyOrder read_crl(Reading& reading) { return read_any_crl(reading); }

CeremonyOrder read_revoke(Reading& reading) {
    CrlOrder order = read_any_crl(reading);
    const YamlValue certificates = reading.map.need("certificates");
    for (const YamlValue& element : certificates.list()) {
        order.revoked.push_back(read_revoked(element, reading.folder));
    }
    if (order.revoked.empty()) {
        certificates.fail("found no certificate, expected at least one");
    }
    order.reason = reading.map.need("reason").as(parse_revocation_reason);
    return order;
}

struct Kind {
    std::string_view name;
    CeremonyOrder (*read)(Reading& reading);
};

constexpr std::array kKinds{Kind{"init", read_init}, Kind{"sign", read_sign}, Kind{"revoke", read_revoke},
                            Kind{"crl", read_crl}, Kind{"rotate", read_rotate}};

const Kind& read_kind(const YamlValue& value) {
    const std::string text = value.text();
    std::string names;
    for (const Kind& kind : kKinds) {
        if (kind.name == text) {
            return kind;
        }
        names += (names.empty() ? "" : ", ") + std::string(kind.name);
    }
    value.fail(fmt::format("found '{}', expected one of {}", printable(text), names));
}

}  // namespace

CeremonyOrder parse_ceremony(std::string_view text, const std::string& name, const Path& folder,
                             const NameConstraints* of_root) {
    Reading reading{parse_yaml(text, name), folder, of_root};
    const Kind& kind = read_kind(reading.map.need("ceremony"));
    CeremonyOrder order = kind.read(reading);
    reading.map.finish();
    return order;
}

}  // namespace halfday
