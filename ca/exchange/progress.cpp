#include "ca/exchange/progress.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "ca/base/duration.hpp"
#include "ca/exchange/json.hpp"

namespace halfday {
namespace {

constexpr JsonLimits kProgressLimits{kMostProgressBytes, 16};
constexpr std::int64_t kMostHostsInProgress = 10'000'000;
constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kPlain = "\x1b[0m";

std::size_t count_of(JsonObject& object, std::string_view key) {
    const std::int64_t value = object.number(key);
    if (value < 0 || value > kMostHostsInProgress) object.fail(key, "is no number of hosts");
    return static_cast<std::size_t>(value);
}

/// "41/s", "12/min"; and how long the rest will take.
std::string pace(const PushProgress& progress, std::chrono::milliseconds elapsed) {
    if (progress.over == 0 || elapsed.count() <= 0) return "";
    const double a_second = 1000.0 * static_cast<double>(progress.over) / static_cast<double>(elapsed.count());
    const std::string rate =
        a_second >= 1 ? fmt::format("{:.0f}/s", a_second) : fmt::format("{:.0f}/min", 60 * a_second);
    const auto left = std::lround(static_cast<double>(progress.hosts - progress.over) / a_second);
    return fmt::format(", {}, {} left", rate, describe_span(Seconds{left}));
}

}  // namespace

std::string to_json(const PushProgress& progress) {
    JsonWriter writer;
    writer.number("hosts", static_cast<std::int64_t>(progress.hosts))
        .number("over", static_cast<std::int64_t>(progress.over))
        .number("failed", static_cast<std::int64_t>(progress.failed))
        .number("in_flight", static_cast<std::int64_t>(progress.in_flight));
    if (progress.longest) writer.text("longest", progress.longest->text());
    return writer.number("longest_for", progress.longest_for.count()).finish();
}

PushProgress parse_push_progress(std::string_view json) {
    JsonObject object = parse_json(json, kProgressLimits);
    PushProgress progress{.hosts = count_of(object, "hosts"),
                          .over = count_of(object, "over"),
                          .failed = count_of(object, "failed"),
                          .in_flight = count_of(object, "in_flight"),
                          .longest_for = Seconds{object.number("longest_for")}};
    if (const auto longest = object.find_text("longest")) progress.longest = HostName::parse(*longest);
    if (progress.over > progress.hosts) object.fail("over", "is more than all");
    return progress;
}

std::string progress_line(const PushProgress& progress, std::chrono::milliseconds elapsed, std::size_t columns,
                          Colour colour) {
    const std::string failed = fmt::format("{} failed", progress.failed);
    std::string line =
        fmt::format("{}/{} done, {}, {} in flight{}", progress.over - std::min(progress.over, progress.failed),
                    progress.hosts, failed, progress.in_flight, pace(progress, elapsed));
    if (progress.longest) {
        line += fmt::format(", slowest {} {}", progress.longest->text(), describe_span(progress.longest_for));
    }
    line = line.substr(0, columns);
    const std::size_t at = line.find(failed);
    if (colour == Colour::some && progress.failed > 0 && at != std::string::npos) {
        line.insert(at + failed.size(), kPlain).insert(at, kRed);
    }
    return line;
}

}  // namespace halfday
