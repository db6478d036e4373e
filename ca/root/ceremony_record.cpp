#include "ca/root/ceremony_record.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "ca/base/error.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kReleased = "released";
constexpr const char* kWithheld = "withheld";

Json to_json(const Certificate& certificate, Release release) {
    Json json;
    json["subject"] = certificate.subject();
    json["serial"] = certificate.serial_hex();
    json["fingerprint"] = certificate.fingerprint().text();
    json["sha256"] = certificate.sha256();
    const NameConstraints constraints = certificate.name_constraints().value_or(NameConstraints{});
    json["permitted"] = constraints.texts();
    if (!constraints.excluded_texts().empty()) {
        json["excluded"] = constraints.excluded_texts();
    }
    json["not_before"] = format_time(certificate.not_before());
    json["not_after"] = format_time(certificate.not_after());
    if (release == Release::released) {
        json["certificate"] = certificate.pem();
    }
    return json;
}

Json to_json(const RecordedCrl& crl, Release release) {
    Json json;
    json["number"] = crl.number;
    json["next_update"] = format_time(crl.next_update);
    if (release == Release::released) {
        json["crl"] = crl.pem;
    }
    return json;
}

Json to_json(const CeremonyRecord& record, std::int64_t number, std::string_view previous) {
    Json json;
    json["number"] = number;
    json["previous"] = previous;
    json["time"] = format_time(record.at);
    json["command"] = record.command;
    json["release"] = record.release == Release::released ? kReleased : kWithheld;
    if (!record.note.empty()) {
        json["note"] = record.note;
    }
    json["network"] = record.network;
    json["certificates"] = Json::array();
    for (const Certificate& certificate : record.certificates) {
        json["certificates"].push_back(to_json(certificate, record.release));
    }
    if (record.crl) {
        json["crl"] = to_json(*record.crl, record.release);
    }
    return json;
}

constexpr int kMostDepth = 8;

/// Refuses nesting that a record has not, whose dump would need a stack of any size.
Json parse(std::string_view line) {
    return Json::parse(line, [](int depth, auto, const Json&) {
        if (depth > kMostDepth) {
            throw Error(ErrorKind::corrupt, "it is nested too deep");
        }
        return true;
    });
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// The member that is there, or "".
std::string text_of(const Json& json, const char* key) { return json.value(key, std::string()); }

Time time_of(const Json& json, const char* key) { return parse_time(json.at(key).get<std::string>()); }

LoggedCertificate certificate_of(const Json& json) {
    LoggedCertificate found{json.at("subject"),          json.at("serial"),          json.at("sha256"),
                            time_of(json, "not_before"), time_of(json, "not_after"), std::nullopt};
    if (json.contains("certificate")) {
        found.certificate = Certificate::parse_pem(json.at("certificate").get<std::string>());
    }
    return found;
}

Release release_of(const std::string& text) {
    if (text != kReleased && text != kWithheld) {
        throw Error(ErrorKind::corrupt, "it is neither released nor withheld");
    }
    return text == kReleased ? Release::released : Release::withheld;
}

RecordedCrl crl_of(const Json& json) {
    return {json.at("number").get<std::uint64_t>(), time_of(json, "next_update"), text_of(json, "crl")};
}

/// `json` has the members of the line, `record` gets them.
void read_members(const Json& json, LoggedRecord& record) {
    record.number = json.at("number").get<std::int64_t>();
    record.previous = json.at("previous");
    record.at = time_of(json, "time");
    record.command = json.at("command");
    record.release = release_of(json.at("release"));
    record.note = text_of(json, "note");
    record.network = json.at("network").get<NetworkFindings>();
    for (const Json& each : json.at("certificates")) {
        record.certificates.push_back(certificate_of(each));
    }
    if (json.contains("crl")) {
        record.crl = crl_of(json.at("crl"));
    }
    if (json.contains("signature")) {
        record.signed_by = Fingerprint::parse(json.at("signed_by").get<std::string>());
        record.signature = from_base64(json.at("signature").get<std::string>());
    }
}

}  // namespace

std::string log_genesis() { return sha256_hex("halfday ceremony log"); }

std::string line_hash(std::string_view line) { return sha256_hex(line); }

std::string head_text(std::int64_t number, std::string_view unsigned_line) {
    return fmt::format("halfday ceremony log\n{}\n{}\n", number, sha256_hex(unsigned_line));
}

std::string to_line(const CeremonyRecord& record, std::int64_t number, std::string_view previous,
                    const PrivateKey* key) {
    Json json = to_json(record, number, previous);
    if (key == nullptr) {
        return dump(json);
    }
    json["signed_by"] = key->public_key().fingerprint().text();
    const std::string head = head_text(number, dump(json));
    const std::string signature = key->sign(head);
    if (!key->public_key().verifies(head, signature)) {
        throw Error(ErrorKind::io, "the signature under the ceremony log does not verify",
                    "look at the token, or the memory");
    }
    json["signature"] = to_base64(signature);
    return dump(json);
}

LoggedRecord parse_record(std::string_view line) {
    try {
        Json json = parse(line);
        LoggedRecord record;
        read_members(json, record);
        if (dump(json) != line) {
            throw Error(ErrorKind::corrupt, "it is not in its one form");
        }
        record.line = line;
        json.erase("signature");
        record.head = head_text(record.number, dump(json));
        return record;
    } catch (const Json::exception&) {
        throw Error(ErrorKind::corrupt, "it is not a record");
    } catch (const Error& error) {
        throw Error(ErrorKind::corrupt, fmt::format("it is not a record: {}", error.what()));
    }
}

}  // namespace halfday
