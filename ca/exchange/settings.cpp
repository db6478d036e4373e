#include "ca/exchange/settings.hpp"

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/yaml.hpp"
#include "ca/x509/key.hpp"

namespace halfday {
namespace {

constexpr int kMostParallel = 1024;
constexpr Seconds kLongestTimeout = std::chrono::minutes{10};  // less than a timer's 15 min, so that runs don't pile up

using Form = YamlForm;

const YamlSection kIssuer{{
    {.name = "key",
     .fallback = "file:key.pem",
     .meaning = "URI of the first intermediate's key: file:PATH, relative to /var/lib/halfday/issuer, pkcs11:… or "
                "handle:0x81…"},
    {.name = "token_folders",
     .form = Form::texts,
     .fallback = "[]",
     .meaning = "Folders, as absolute paths, that the key's PKCS#11 module reads while it signs"},
}};

const YamlSection kCertificates = policy_section() + YamlSection{{
                                                         {.name = "max_clock_jump",
                                                          .form = Form::duration,
                                                          .fallback = "30d",
                                                          .meaning = "How far ahead of the newest certificate this "
                                                                     "box's clock may be before issuing stops"},
                                                     }};

const YamlSection kPush{{
    {.name = "parallel", .form = Form::number, .fallback = "16", .meaning = "How many hosts are visited at a time"},
    {.name = "connect_timeout",
     .form = Form::duration,
     .fallback = "10s",
     .meaning = "How long a connection may take: 10m at most"},
    {.name = "timeout",
     .form = Form::duration,
     .fallback = "60s",
     .meaning = "How long a whole visit may take: 10m at most"},
}};

const YamlSection kRollout{{
    {.name = "canary",
     .form = Form::texts,
     .fallback = "the first of the waves",
     .meaning = "Hosts that get a newer intermediate first"},
    {.name = "waves",
     .form = Form::numbers,
     .fallback = "[5, 25]",
     .meaning = "Percent of the hosts that have it after each wave, growing; then all"},
    {.name = "stop_at",
     .form = Form::number,
     .fallback = "10",
     .meaning = "The rollout stops when more than this percent of the entries that got it do not serve it within an "
                "hour"},
}};

const YamlSection kNotify{{
    {.name = "command",
     .form = Form::texts,
     .presence = YamlPresence::needed,
     .meaning = "A program and its arguments, no shell; it is given what a cycle left wrong on its standard input"},
    {.name = "user", .fallback = "nobody", .meaning = "Who runs it"},
    {.name = "timeout", .form = Form::duration, .fallback = "30s", .meaning = "How long it may take: 10m at most"},
}};

const YamlSection kSettings{{
    {.name = "issuer", .form = Form::map, .meaning = "The issuer's key", .section = &kIssuer},
    {.name = "certificates",
     .form = Form::map,
     .meaning = "What certificates may be, for all hosts; a host's own file may say otherwise under policy",
     .section = &kCertificates},
    {.name = "push", .form = Form::map, .meaning = "How hosts are visited", .section = &kPush},
    {.name = "rollout",
     .form = Form::map,
     .meaning = "How a newer intermediate reaches the fleet",
     .section = &kRollout},
    {.name = "notify",
     .form = Form::map,
     .fallback = "nobody is told",
     .meaning = "Whom a cycle tells what it left wrong, when that is news",
     .section = &kNotify},
}};

std::string read_key_uri(const YamlValue& value) {
    return value.as([](const std::string& text) {
        static_cast<void>(KeyUri::parse(text, "/"));  // the folder does not matter to its form
        return text;
    });
}

std::vector<Path> read_folders(const YamlValue& value) {
    std::vector<Path> folders;
    for (const YamlValue& each : value.list()) {
        folders.push_back(each.as([](const std::string& text) -> Path {
            if (!text.starts_with('/')) {
                throw Error(ErrorKind::usage, "'" + printable(text) + "' is no absolute path of a folder");
            }
            return text;
        }));
    }
    return folders;
}

void read_issuer(YamlMap map, Settings& settings) {
    map.follow(kIssuer);
    if (const auto key = map.find("key")) {
        settings.issuer_key = read_key_uri(*key);
    }
    if (const auto folders = map.find("token_folders")) {
        settings.token_folders = read_folders(*folders);
    }
    map.finish();
}

void read_certificates(YamlMap map, Settings& settings) {
    map.follow(kCertificates);
    settings.certificates_given = read_policy_change(map);
    settings.certificates = changed({}, settings.certificates_given);
    if (const auto jump = map.find("max_clock_jump")) {
        settings.max_clock_jump = jump->as(parse_duration);
    }
    map.finish();
    if (const auto fault = policy_fault(settings.certificates)) {
        map.fail(*fault);
    }
}

Seconds read_timeout(const YamlValue& value) {
    const Seconds timeout = value.as(parse_duration);
    if (timeout > kLongestTimeout) {
        value.fail("'" + format_duration(timeout) + "' is too long, expected at most '" +
                   format_duration(kLongestTimeout) + "'");
    }
    return timeout;
}

void read_push(YamlMap map, Settings::Push& push) {
    map.follow(kPush);
    if (const auto parallel = map.find("parallel")) {
        push.parallel = static_cast<int>(parallel->number(1, kMostParallel));
    }
    if (const auto connect_timeout = map.find("connect_timeout")) {
        push.connect_timeout = read_timeout(*connect_timeout);
    }
    if (const auto timeout = map.find("timeout")) {
        push.timeout = read_timeout(*timeout);
    }
    map.finish();
    if (push.connect_timeout > push.timeout) {
        map.fail("connect_timeout is " + format_duration(push.connect_timeout) + " and timeout " +
                 format_duration(push.timeout) + ", expected: connect_timeout is at most timeout");
    }
}

std::vector<int> read_waves(const YamlValue& value) {
    std::vector<int> waves;
    for (const YamlValue& each : value.list()) {
        const int percent = static_cast<int>(each.number(1, 99));
        if (!waves.empty() && percent <= waves.back()) {
            each.fail("'" + each.text() + "' comes after '" + std::to_string(waves.back()) +
                      "', expected: each wave reaches more hosts than the one before");
        }
        waves.push_back(percent);
    }
    return waves;
}

void read_rollout(YamlMap map, Settings::Rollout& rollout) {
    map.follow(kRollout);
    if (const auto canary = map.find("canary")) {
        for (const YamlValue& host : canary->list()) {
            rollout.canary.push_back(host.as(HostName::parse));
        }
    }
    if (const auto waves = map.find("waves")) {
        rollout.waves = read_waves(*waves);
    }
    if (const auto stop_at = map.find("stop_at")) {
        rollout.stop_at = static_cast<int>(stop_at->number(0, 100));
    }
    map.finish();
}

void read_notify(YamlMap map, Settings::Notify& notify) {
    map.follow(kNotify);
    for (const YamlValue& word : map.need("command").list()) {
        notify.command.push_back(word.text());
    }
    if (notify.command.empty()) {
        map.fail("found no command, expected the program and its arguments as a list");
    }
    if (const auto user = map.find("user")) {
        notify.user = user->text();
    }
    if (const auto timeout = map.find("timeout")) {
        notify.timeout = read_timeout(*timeout);
    }
    map.finish();
}

Settings settings_from(YamlMap map) {
    map.follow(kSettings);
    Settings settings;
    if (const auto issuer = map.find("issuer")) {
        read_issuer(issuer->map(), settings);
    }
    if (const auto certificates = map.find("certificates")) {
        read_certificates(certificates->map(), settings);
    }
    if (const auto push = map.find("push")) {
        read_push(push->map(), settings.push);
    }
    if (const auto rollout = map.find("rollout")) {
        read_rollout(rollout->map(), settings.rollout);
    }
    if (const auto notify = map.find("notify")) {
        read_notify(notify->map(), settings.notify);
    }
    map.finish();
    return settings;
}

}  // namespace

const YamlSection& settings_section() { return kSettings; }

Settings parse_settings(std::string_view yaml, const std::string& file) {
    return settings_from(parse_yaml(yaml, file));
}

Settings read_settings(const Path& file) {
    try {
        return settings_from(read_trusted_yaml(file));
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) {
            throw;
        }
        return {};
    }
}

}  // namespace halfday
