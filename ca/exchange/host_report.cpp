#include "ca/exchange/host_report.hpp"

#include "ca/base/error.hpp"
#include "ca/exchange/json.hpp"
#include "ca/exchange/ledger_head.hpp"

namespace halfday {
namespace {

constexpr JsonLimits kHostReportLimits{kMostReportBytes, 2'000'000};
constexpr std::size_t kMostSerialBytes = 64;
constexpr std::size_t kRoomForRest = 1024;   // of the document around the hosts
constexpr std::size_t kMostHosts = 100'000;  // each has some ten values

std::vector<JsonWriter> write_texts(std::string_view key, const std::vector<std::string>& texts) {
    std::vector<JsonWriter> objects;
    for (const std::string& text : texts) {
        objects.push_back(JsonWriter().text(key, text));
    }
    return objects;
}

std::vector<std::string> read_texts(JsonObject& host, std::string_view list, std::string_view key, std::size_t most) {
    std::vector<std::string> texts;
    for (JsonObject& object : host.objects(list)) {
        texts.push_back(object.bounded(key, most));
    }
    return texts;
}

}  // namespace

std::string to_json(const std::vector<HostReport>& reports) {
    std::vector<JsonWriter> hosts;
    std::size_t bytes = kRoomForRest;
    for (const HostReport& report : reports) {
        JsonWriter host;
        host.text("host", report.host.text())
            .objects("heads", write_texts("head", report.heads))
            .objects("serving", write_texts("serial", report.serving));
        bytes += host.finish().size() + 1;
        if (bytes > kMostReportBytes || hosts.size() == kMostHosts) {
            break;
        }
        hosts.push_back(host);
    }
    const auto left_out = static_cast<std::int64_t>(reports.size() - hosts.size());
    return JsonWriter().number("left_out", left_out).objects("hosts", hosts).finish();
}

HostReports parse_host_reports(std::string_view json) {
    JsonObject document = parse_json(json, kHostReportLimits);
    HostReports reports{{}, document.number("left_out")};
    for (JsonObject& host : document.objects("hosts")) {
        reports.hosts.push_back({host.exactly<HostName>("host"), read_texts(host, "heads", "head", kMostHeadBytes),
                                 read_texts(host, "serving", "serial", kMostSerialBytes)});
    }
    return reports;
}

}  // namespace halfday
