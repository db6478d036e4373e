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

constexpr auto kNeeded = YamlPresence::needed;

YamlKey key_of_kind(std::string_view kind) {
    return {.name = "ceremony", .presence = kNeeded, .meaning = "Which one it is", .choices = {kind}};
}

const YamlKey kOut{.name = "out", .presence = kNeeded, .meaning = "The new file, relative to this one"};
const YamlKey kExclude{.name = "exclude",
                       .form = YamlForm::texts,
                       .fallback = "[]",
                       .meaning = "Names and ranges of these that are left out, with all below them"};
const YamlKey kCrlNextUpdate{
    .name = "next_update", .form = YamlForm::duration, .fallback = "100d", .meaning = "When the next CRL is due"};
const YamlKey kCrlAfter{.name = "after", .meaning = "A CRL that went out and that this box's log may not have"};

const YamlSection kInit{{
    key_of_kind("init"),
    {.name = "name", .presence = kNeeded, .meaning = "What the root is called"},
    {.name = "permit",
     .form = YamlForm::texts,
     .presence = kNeeded,
     .meaning = "The names that it is for, with all below them, and ranges of IP addresses"},
    kExclude,
    {.name = "lifetime", .form = YamlForm::duration, .fallback = "3650d", .meaning = "How long the root is valid"},
    {.name = "algorithm", .fallback = "P-384", .meaning = "Of the root's key"},
    {.name = "key",
     .fallback = "root.key in the root's folder, under a passphrase",
     .meaning = "URI of a key that is there already or is made there: pkcs11:…, handle:0x81…"},
}};

const YamlSection kSign{{
    key_of_kind("sign"),
    {.name = "request", .presence = kNeeded, .meaning = "The issuer's request, relative to this file"},
    kOut,
    {.name = "name", .fallback = "the root's name and the day", .meaning = "What the intermediate is called"},
    {.name = "permit",
     .form = YamlForm::texts,
     .fallback = "all that the root permits",
     .meaning = "The names that it is for, with all below them, and ranges of IP addresses"},
    kExclude,
    {.name = "lifetime", .form = YamlForm::duration, .fallback = "35d", .meaning = "How long it is valid"},
    {.name = "windows",
     .form = YamlForm::number,
     .fallback = "1",
     .meaning = "How many consecutive windows, one for each key of a request of halfday init --stage"},
    {.name = "purpose",
     .fallback = "server",
     .meaning = "The widest that a certificate under it may have",
     .choices = {"server", "server+client"}},
}};

const YamlSection kRevoke{{
    key_of_kind("revoke"),
    {.name = "certificates",
     .form = YamlForm::texts,
     .presence = kNeeded,
     .meaning = "Files of intermediates, or serial numbers as halfday-root log shows them"},
    {.name = "reason",
     .presence = kNeeded,
     .meaning = "Why",
     .choices = {"keyCompromise", "cACompromise", "superseded", "cessationOfOperation"}},
    kOut,
    kCrlNextUpdate,
    kCrlAfter,
}};

const YamlKey kNext{.name = "next", .presence = kNeeded, .meaning = "The next root's folder"};
const YamlKey kNextName{.name = "name",
                        .meaning =
                            "What the next root is called; left out, with all that follows but key, where the "
                            "folder has a root"};
const YamlKey kNextKey{.name = "key",
                       .fallback = "root.key in the root's folder, under a passphrase",
                       .meaning = "URI of the next root's key: pkcs11:…, handle:0x81…"};

/// Of a next root that is there.
const YamlSection kRotateOld{{key_of_kind("rotate"), kNext, kOut, kNextName, kNextKey}};

const YamlSection kRotate{{
    key_of_kind("rotate"),
    kNext,
    kOut,
    kNextName,
    kNextKey,
    {.name = "permit",
     .form = YamlForm::texts,
     .fallback = "what the root in force permits",
     .meaning = "The names that the next root is for, with all below them, and ranges of IP addresses"},
    kExclude,
    {.name = "lifetime", .form = YamlForm::duration, .fallback = "3650d", .meaning = "How long the next root is valid"},
    {.name = "algorithm", .fallback = "P-384", .meaning = "Of the next root's key"},
}};

const YamlSection kCrl{{key_of_kind("crl"), kOut, kCrlNextUpdate, kCrlAfter}};

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
    } else {
        reading.map.follow(kRotateOld);
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
    const YamlSection* section;
    std::string_view meaning;
};

constexpr std::array kKinds{
    Kind{"init", read_init, &kInit, "Makes a root"}, Kind{"sign", read_sign, &kSign, "Signs an intermediate"},
    Kind{"revoke", read_revoke, &kRevoke, "Takes intermediates back"},
    Kind{"crl", read_crl, &kCrl, "Signs the CRL again: the same list, the next number"},
    Kind{"rotate", read_rotate, &kRotate,
         "Makes the next root, where its folder has none yet, and has the two sign each other"}};

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

std::vector<CeremonySection> ceremony_sections() {
    std::vector<CeremonySection> sections;
    for (const Kind& kind : kKinds) sections.push_back({kind.name, kind.meaning, kind.section});
    return sections;
}

CeremonyOrder parse_ceremony(std::string_view text, const std::string& name, const Path& folder,
                             const NameConstraints* of_root) {
    Reading reading{parse_yaml(text, name), folder, of_root};
    const Kind& kind = read_kind(reading.map.need("ceremony"));
    reading.map.follow(*kind.section);
    CeremonyOrder order = kind.read(reading);
    reading.map.finish();
    return order;
}

}  // namespace halfday
