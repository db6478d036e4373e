#include "ca/exchange/settings.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "refused.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace std::chrono_literals;
using halfday::test::refused;

namespace {

std::string fault(const std::string& yaml) {
    return refused(ErrorKind::usage, [&] { static_cast<void>(parse_settings(yaml, "halfday.yaml")); });
}

}  // namespace

TEST_CASE("what settings don't say is as the design has it") {
    const Settings settings = parse_settings("push: {parallel: 8}", "halfday.yaml");
    CHECK(settings.issuer_key == "file:key.pem");
    CHECK(settings.certificates.lifetime.value() == 12h);
    CHECK(settings.certificates.renew_after == 4h);
    CHECK(settings.certificates.backdate == 30min);
    CHECK(settings.certificates.max_per_hour == 4);
    CHECK(settings.max_clock_jump == std::chrono::days{30});
    CHECK(settings.push.parallel == 8);
    CHECK(settings.push.connect_timeout == 10s);
    CHECK(settings.push.timeout == 60s);
    CHECK(settings.rollout.canary.empty());
    CHECK(settings.rollout.waves == std::vector{5, 25});
    CHECK(settings.rollout.stop_at == 10);
    CHECK(settings.notify.command.empty());
}

namespace {

/// A file that says what holds without it, as the reference has it; but what it says in words.
std::string defaults_of(const YamlSection& section) {
    std::string yaml;
    for (const YamlKey& key : section.keys) {
        const bool is_words = key.fallback.find(' ') != std::string_view::npos && key.fallback.front() != '[';
        std::string value(is_words ? "" : key.fallback);
        if (key.section != nullptr && key.name != "notify") value = "{" + defaults_of(*key.section) + "}";
        if (!value.empty()) yaml += (yaml.empty() ? "" : ", ") + std::string(key.name) + ": " + value;
    }
    return yaml;
}

}  // namespace

TEST_CASE("the defaults that the reference tells are those that hold") {
    const Settings told = parse_settings("{" + defaults_of(settings_section()) + "}", "halfday.yaml");
    const Settings held = parse_settings("{}", "halfday.yaml");
    CHECK(told.issuer_key == held.issuer_key);
    CHECK(told.token_folders == held.token_folders);
    CHECK(told.certificates.lifetime == held.certificates.lifetime);
    CHECK(told.certificates.renew_after == held.certificates.renew_after);
    CHECK(told.certificates.backdate == held.certificates.backdate);
    CHECK(told.certificates.max_per_hour == held.certificates.max_per_hour);
    CHECK(told.certificates.keys == held.certificates.keys);
    CHECK(told.certificates.wildcards == held.certificates.wildcards);
    CHECK(told.certificates.purpose == held.certificates.purpose);
    CHECK(told.certificates_given.lifetime.has_value());
    CHECK(told.max_clock_jump == held.max_clock_jump);
    CHECK(told.push.parallel == held.push.parallel);
    CHECK(told.push.connect_timeout == held.push.connect_timeout);
    CHECK(told.push.timeout == held.push.timeout);
    CHECK(told.rollout.waves == held.rollout.waves);
    CHECK(told.rollout.stop_at == held.rollout.stop_at);
}

TEST_CASE("every setting can be given") {
    const Settings settings = parse_settings(
        "issuer: {key: 'file:/srv/key.pem', token_folders: [/var/lib/softhsm/tokens]}\n"
        "certificates: {lifetime: 6h, renew_after: 2h, backdate: 10m, max_per_hour: 9, max_clock_jump: 10d}\n"
        "push: {parallel: 1, connect_timeout: 3s, timeout: 10m}\n"
        "rollout: {canary: [web1.example.org], waves: [1, 50], stop_at: 0}\n"
        "notify: {command: [mail, -s, half day, ops], user: oncall, timeout: 5s}\n",
        "halfday.yaml");
    CHECK(settings.issuer_key == "file:/srv/key.pem");
    CHECK(settings.certificates.lifetime.value() == 6h);
    CHECK(settings.certificates.renew_after == 2h);
    CHECK(settings.certificates.backdate == 10min);
    CHECK(settings.certificates.max_per_hour == 9);
    CHECK(settings.max_clock_jump == std::chrono::days{10});
    CHECK(settings.push.parallel == 1);
    CHECK(settings.push.connect_timeout == 3s);
    CHECK(settings.push.timeout == 10min);
    CHECK(settings.rollout.canary == std::vector{HostName::parse("web1.example.org")});
    CHECK(settings.rollout.waves == std::vector{1, 50});
    CHECK(settings.rollout.stop_at == 0);
    CHECK(settings.notify.command == std::vector<std::string>{"mail", "-s", "half day", "ops"});
    CHECK(settings.notify.user == "oncall");
    CHECK(settings.notify.timeout == 5s);
}

TEST_CASE("a setting that is wrong is refused with its place") {
    struct Case {
        std::string yaml;
        std::string message;
    };
    const std::string late = ", expected: renew_after + 1h is at most lifetime - backdate";
    const Case cases[] = {
        {"issuers: {}", "1:1: unknown key 'issuers'"},
        {"issuer: {keys: x}", "1:10: unknown key 'keys'"},
        {"issuer: {token_folders: [/var/lib/softhsm, tokens]}", "1:44: 'tokens' is no absolute path of a folder"},
        {"notify: {user: ops}", "1:9: the key 'command' is missing"},
        {"notify: {command: []}", "1:9: found no command, expected the program and its arguments as a list"},
        {"notify: {command: mail ops}", "1:19: found 'mail ops', expected a list"},
        {"rollout: {canary: web1}", "1:19: found 'web1', expected a list"},
        {"rollout: {waves: [5, 5]}",
         "1:22: '5' comes after '5', expected: each wave reaches more hosts than the one before"},
        {"rollout: {waves: [0]}", "1:19: found '0', expected a whole number from 1 to 99"},
        {"rollout: {stop_at: 101}", "1:20: found '101', expected a whole number from 0 to 100"},
        {"certificates: {lifetimes: 12h}", "1:16: unknown key 'lifetimes'"},
        {"push:\n  paralel: 3", "2:3: unknown key 'paralel'"},
        {"certificates: 12h", "1:15: found '12h', expected a map"},
        {"certificates: {lifetime: 12}", "1:26: '12' is not a duration"},
        {"certificates: {lifetime: 25h}", "1:26: a certificate's lifetime of '25h' is not between '1m' and '1d'"},
        {"certificates: {backdate: 0s}", "1:26: '0s' is not a duration"},
        {"certificates: {max_per_hour: 0}", "1:30: found '0', expected a whole number from 1 to 1000"},
        {"certificates: {lifetime: 5h}",
         "1:15: certificates of 5h that are backdated by 30m would be renewed after 4h" + late},
        {"certificates: {renew_after: 37801s}",
         "1:15: certificates of 12h that are backdated by 30m would be renewed after 37801s" + late},
        {"certificates: {lifetime: 1m, renew_after: 1s, backdate: 1s}",
         "1:15: certificates of 1m that are backdated by 1s would be renewed after 1s" + late},
        {"push: {parallel: 0}", "1:18: found '0', expected a whole number from 1 to 1024"},
        {"push: {parallel: many}", "1:18: found 'many', expected a whole number from 1 to 1024"},
        {"push: {timeout: 11m}", "1:17: '11m' is too long, expected at most '10m'"},
        {"push: {timeout: 9s}",
         "1:7: connect_timeout is 10s and timeout 9s, expected: connect_timeout is at most "
         "timeout"},
    };
    for (const Case& each : cases) {
        CAPTURE(each.yaml);
        CHECK(fault(each.yaml) == "halfday.yaml:" + each.message);
    }
    CHECK(fault("issuer: {key: 'pkcs12:x'}").starts_with("halfday.yaml:1:15: "));
    CHECK(fault("issuer: {key: 'pkcs11:object=b?pin-value=1'}").starts_with("halfday.yaml:1:15: "));
    CHECK(fault("certificates: {renew_after: 630m}").empty());  // 12 h - 30 min - 1 h
}

TEST_CASE("settings need not be there, but where they are they are root's") {
    const test::TemporaryFolder folder;
    const Path file = folder / "halfday.yaml";
    CHECK(read_settings(file).push.parallel == 16);
    CHECK(read_settings(folder / "nowhere/halfday.yaml").push.parallel == 16);
    write_new(file, "push: {parallel: 2}");
    CHECK(read_settings(file).push.parallel == 2);
    REQUIRE(::chmod(file.c_str(), 0666) == 0);
    CHECK(refused(ErrorKind::usage, [&] { static_cast<void>(read_settings(file)); }) ==
          "'" + file.string() + "' may be written by others than root");
}
