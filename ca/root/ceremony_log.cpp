#include "ca/root/ceremony_log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostLogBytes = 16 * 1024 * 1024;  // some thousand ceremonies

/// The certificate of a line whose command is "init" and that was released, or nothing.
std::optional<Certificate> root_in(std::string_view line) {
    const auto record = nlohmann::json::parse(line);
    if (record.at("command") != "init" || !record.contains("certificate")) {
        return std::nullopt;
    }
    return Certificate::parse_pem(record.at("certificate").get<std::string>());
}

}  // namespace

std::string to_line(const CeremonyRecord& record) {
    const Certificate& certificate = record.certificate;
    const auto constraints = certificate.name_constraints();
    nlohmann::ordered_json line;
    line["time"] = format_time(record.at);
    line["command"] = record.command;
    line["release"] = record.release == Release::released ? "released" : "withheld";
    line["subject"] = certificate.subject();
    line["serial"] = certificate.serial_hex();
    line["fingerprint"] = certificate.fingerprint().text();
    line["sha256"] = certificate.sha256();
    line["permitted"] = constraints.value_or(NameConstraints{}).texts();
    line["not_before"] = format_time(certificate.not_before());
    line["not_after"] = format_time(certificate.not_after());
    line["network"] = record.network;
    if (record.release == Release::released) {
        line["certificate"] = certificate.pem();
    }
    return line.dump();
}

void append_record(const Path& log, const CeremonyRecord& record) {
    const std::string before = read_file_if_there(log, kMostLogBytes).value_or("");
    replace_file(log, before + to_line(record) + "\n", Access{0600});
}

std::optional<Certificate> recorded_root(const Path& log) {
    const std::string content = read_file_if_there(log, kMostLogBytes).value_or("");
    std::string_view rest = content;
    for (int number = 1; !rest.empty(); ++number) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        try {
            if (auto root = root_in(rest.substr(0, end))) {
                return root;
            }
        } catch (const nlohmann::json::exception&) {
            throw Error(ErrorKind::corrupt,
                        fmt::format("ceremony log '{}', line {}: not a record", log.string(), number),
                        "bring the log back from its copy");
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

}  // namespace halfday
