#include "ca/exchange/ledger_row.hpp"

#include <algorithm>

#include "ca/x509/certificate.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

void add(std::string& bytes, std::string_view field) {
    bytes += std::to_string(field.size());
    bytes += ':';
    bytes += field;
}

void add(std::string& bytes, std::int64_t number) { add(bytes, std::to_string(number)); }

void add(std::string& bytes, Time time) { add(bytes, time.time_since_epoch().count()); }

}  // namespace

std::string join_row_names(const std::vector<GeneralName>& names) {
    std::string joined;
    for (const GeneralName& name : names) {
        joined += (joined.empty() ? "" : " ") + name.text();
    }
    return joined;
}

std::vector<GeneralName> split_row_names(std::string_view joined) {
    std::vector<GeneralName> names;
    while (!joined.empty()) {
        const std::size_t end = std::min(joined.find(' '), joined.size());
        names.push_back(GeneralName::parse(joined.substr(0, end)));
        joined.remove_prefix(std::min(end + 1, joined.size()));
    }
    return names;
}

std::string genesis_hash(std::string_view log_id) { return sha256_hex("halfday ledger " + std::string(log_id)); }

std::string row_hash(const BoundRow& bound) {
    std::string bytes;
    add(bytes, bound.row.sequence);
    add(bytes, bound.row.at);
    add(bytes, bound.row.host);
    add(bytes, bound.row.entry);
    add(bytes, bound.row.request_id);
    add(bytes, bound.row.request_sha256);
    add(bytes, bound.row.serial);
    add(bytes, bound.row.not_before);
    add(bytes, bound.row.not_after);
    add(bytes, bound.names);
    add(bytes, bound.certificate_der);
    add(bytes, bound.intermediate_sha256);
    add(bytes, bound.previous_hash);
    return sha256_hex(bytes);
}

std::string fault_of_row(const BoundRow& bound, std::string_view hash, std::int64_t previous_sequence,
                         std::string_view previous_hash) {
    const LedgerRow& row = bound.row;
    const std::string name = "row " + std::to_string(row.sequence);
    if (row.sequence != previous_sequence + 1) {
        return name + " follows row " + std::to_string(previous_sequence);
    }
    if (bound.previous_hash != previous_hash) {
        return name + " is not bound to the row before it";
    }
    if (row_hash(bound) != hash) {
        return name + " was changed";
    }
    const Certificate certificate = Certificate::parse_der(bound.certificate_der);
    if (certificate.serial_hex() != row.serial || certificate.names() != row.names ||
        certificate.not_before() != row.not_before || certificate.not_after() != row.not_after) {
        return name + " says other things than its certificate";
    }
    return "";
}

}  // namespace halfday
