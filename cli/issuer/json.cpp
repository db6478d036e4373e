#include "cli/issuer/json.hpp"

#include <nlohmann/json.hpp>

#include "ca/x509/csr.hpp"

namespace halfday {
namespace {

using Json = nlohmann::ordered_json;

/// Reasons may quote foreign text that was escaped already; what is not UTF-8 all the same is replaced.
std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json names_of(const std::vector<GeneralName>& names) {
    Json list = Json::array();
    for (const GeneralName& name : names) {
        list.push_back(name.text());
    }
    return list;
}

Json minted_of(const Minted& minted) {
    return {{"host", minted.host.text()},
            {"entry", minted.entry.text()},
            {"serial", minted.serial},
            {"names", names_of(minted.names)},
            {"not_before", format_time(minted.validity.not_before)},
            {"not_after", format_time(minted.validity.not_after)},
            {"cut", minted.cut_by_intermediate}};
}

Json accepted_of(const Acceptance& accepted) {
    const Certificate& intermediate = accepted.certificate;
    const NameConstraints constraints = intermediate.name_constraints().value_or(NameConstraints{});
    return {{"subject", intermediate.subject()},
            {"not_before", format_time(intermediate.not_before())},
            {"not_after", format_time(intermediate.not_after())},
            {"signs_from", format_time(accepted.signs_from)},
            {"sealed", accepted.key == KeyState::sealed},
            {"permitted", constraints.texts()},
            {"excluded", constraints.excluded_texts()}};
}

Json row_of(const LedgerRow& row) {
    return {{"sequence", row.sequence},
            {"issued_at", format_time(row.at)},
            {"host", row.host},
            {"entry", row.entry},
            {"serial", row.serial},
            {"names", names_of(row.names)},
            {"not_before", format_time(row.not_before)},
            {"not_after", format_time(row.not_after)},
            {"request_id", row.request_id},
            {"request_sha256", row.request_sha256}};
}

}  // namespace

std::string to_json(const IssuerRequest& made) {
    return dump({{"key", made.key_uri.text()},
                 {"algorithm", made.key.algorithm()},
                 {"key_made", made.key_origin == Origin::made},
                 {"log", made.log_id},
                 {"ledger_made", made.ledger_origin == Origin::made},
                 {"request", made.request.string()},
                 {"fingerprint", made.key.fingerprint().text()}});
}

std::string to_json(const Stage& stage) {
    Json windows = Json::array();
    for (const PublicKey& key : stage.keys) {
        windows.push_back({{"key", key.fingerprint().text()}, {"sealed", !windows.empty()}});
    }
    return dump({{"windows", windows},
                 {"made", stage.origin == Origin::made},
                 {"log", stage.first.log_id},
                 {"request", stage.request.string()},
                 {"fingerprint", fingerprint_of(stage.keys).text()}});
}

std::string to_json(const Unsealed& unsealed) {
    return dump({{"subject", unsealed.certificate.subject()},
                 {"key", unsealed.certificate.fingerprint().text()},
                 {"not_before", format_time(unsealed.certificate.not_before())},
                 {"not_after", format_time(unsealed.certificate.not_after())},
                 {"signs_from", format_time(unsealed.signs_from)}});
}

std::string to_json(const std::vector<Acceptance>& accepted) {
    Json windows = Json::array();
    for (const Acceptance& each : accepted) {
        windows.push_back(accepted_of(each));
    }
    return dump(windows.size() == 1 ? windows.front() : Json{{"windows", windows}});
}

std::string crosses_json(const Chain& crosses) {
    Json list = Json::array();
    for (const Certificate& cross : crosses) {
        list.push_back({{"subject", cross.subject()},
                        {"issuer", cross.issuer()},
                        {"not_before", format_time(cross.not_before())},
                        {"not_after", format_time(cross.not_after())}});
    }
    return dump({{"crosses", list}});
}

std::string to_json(const Crls& kept) {
    Json crls = Json::array();
    for (const Crl& crl : kept) {
        Json revoked = Json::array();
        for (const RevokedCertificate& each : crl.revoked()) {
            revoked.push_back(
                {{"serial", each.serial_hex}, {"at", format_time(each.at)}, {"reason", to_text(each.reason)}});
        }
        crls.push_back({{"root", crl.issuer()},
                        {"number", std::to_string(crl.number())},
                        {"this_update", format_time(crl.this_update())},
                        {"next_update", format_time(crl.next_update())},
                        {"revoked", revoked}});
    }
    return dump({{"crls", crls}});
}

std::string to_json(const MintReport& report) {
    Json json{{"minted", Json::array()},  {"refused", Json::array()},
              {"waiting", Json::array()}, {"published_again", report.published_again},
              {"news", report.news},      {"warnings", report.warnings}};
    for (const Minted& minted : report.minted) {
        json["minted"].push_back(minted_of(minted));
    }
    for (const Refused& refused : report.refused) {
        json["refused"].push_back(
            {{"host", refused.host.text()}, {"entry", refused.entry.text()}, {"reasons", refused.refusal.reasons}});
    }
    for (const EntryOfHost& each : report.waiting) {
        json["waiting"].push_back({{"host", each.host.text()}, {"entry", each.entry.text()}});
    }
    return dump(json);
}

std::string to_json(const std::vector<LedgerRow>& rows) {
    Json list = Json::array();
    for (const LedgerRow& row : rows) {
        list.push_back(row_of(row));
    }
    return dump({{"certificates", list}});
}

std::string to_json(const LedgerRow& row, const std::string& chain_pem) {
    Json json = row_of(row);
    json["chain"] = chain_pem;
    return dump(json);
}

std::string to_json(const LedgerVerification& found) {
    std::vector<std::string> faults = found.fault ? found.fault->reasons : std::vector<std::string>{};
    if (found.head_fault) {
        faults.push_back(found.head_fault->what);
    }
    return dump({{"log", found.head.log_id},
                 {"size", found.head.size},
                 {"head", found.head.hash},
                 {"key", found.key},
                 {"faults", faults}});
}

std::string to_json(const PolicyPage& page) {
    Json json{{"host", page.host.text()}, {"values", Json::array()}, {"certificates", Json::array()}};
    for (const PolicyLine& line : page.lines) {
        json["values"].push_back({{"what", line.what}, {"value", line.value}, {"from", line.source}});
    }
    for (const ExplainedEntry& entry : page.entries) {
        json["certificates"].push_back(
            {{"entry", entry.name.text()}, {"names", names_of(entry.names)}, {"refused", entry.refusal.reasons}});
    }
    return dump(json);
}

std::string to_json(const std::vector<Finding>& findings) {
    Json list = Json::array();
    for (const Finding& finding : findings) {
        list.push_back({{"what", finding.what}, {"hint", finding.hint}});
    }
    return dump({{"findings", list}});
}

std::string to_json(const ArchiveReport& report) {
    Json json{{"archived", Json::array()}, {"warnings", Json::array()}};
    for (const LedgerArchive& each : report.archived) {
        json["archived"].push_back({{"month", each.rows.month},
                                    {"first", each.rows.first},
                                    {"last", each.rows.last},
                                    {"file", each.file.string()}});
    }
    if (!report.warning.empty()) {
        json["warnings"].push_back(report.warning);
    }
    return dump(json);
}

}  // namespace halfday
