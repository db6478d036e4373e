#include "ca/root/log_check.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <optional>
#include <set>

namespace halfday {
namespace {

using Records = std::vector<LoggedRecord>;
using Reasons = std::vector<std::string>;
using Keys = std::vector<PublicKey>;

/// What is missing, doubled or in another order.
Reasons faults_of_order(const Records& records) {
    std::set<std::int64_t> seen;
    Reasons faults;
    std::int64_t before = 0;
    for (const LoggedRecord& record : records) {
        if (!seen.insert(record.number).second) {
            faults.push_back(fmt::format("record {} is there twice", record.number));
        } else if (record.number < before) {
            faults.push_back(fmt::format("record {} comes after record {}", record.number, before));
        }
        before = record.number;
    }
    std::int64_t expected = 1;
    for (const std::int64_t number : seen) {
        if (number > expected) {
            faults.push_back(number == expected + 1
                                 ? fmt::format("record {} is missing", expected)
                                 : fmt::format("records {} to {} are missing", expected, number - 1));
        }
        expected = number + 1;
    }
    return faults;
}

/// Of records in order: those that aren't bound to the one before, by position.
std::vector<std::size_t> unbound(const Records& records) {
    std::vector<std::size_t> found;
    std::string previous = log_genesis();
    for (std::size_t at = 0; at < records.size(); ++at) {
        if (records[at].previous != previous) {
            found.push_back(at);
        }
        previous = line_hash(records[at].line);
    }
    return found;
}

std::string unbound_text(const LoggedRecord& record) {
    return record.number == 1 ? "record 1 is not bound to the log's beginning"
                              : fmt::format("record {} is not bound to record {}, which was changed", record.number,
                                            record.number - 1);
}

Keys keys_of(const std::vector<Certificate>& roots) {
    Keys keys;
    for (const Certificate& root : roots) {
        keys.push_back(root.public_key());
    }
    return keys;
}

void add_roots(const LoggedRecord& record, Keys& keys) {
    for (const LoggedCertificate& each : record.certificates) {
        if (each.certificate && each.certificate->is_ca() &&
            each.certificate->subject_der() == each.certificate->issuer_der()) {
            keys.push_back(each.certificate->public_key());
        }
    }
}

const PublicKey* signer_of(const LoggedRecord& record, const Keys& keys) {
    const auto found = std::find_if(keys.begin(), keys.end(),
                                    [&](const PublicKey& key) { return key.fingerprint() == record.signed_by; });
    return found == keys.end() ? nullptr : &*found;
}

bool is_signed_by(const LoggedRecord& record, const Keys& keys) {
    const PublicKey* signer = signer_of(record, keys);
    return signer != nullptr && signer->verifies(record.head, record.signature);
}

/// What is wrong with the signature, "" when nothing is or there is none.
std::string fault_of_signature(const LoggedRecord& record, const Keys& keys) {
    if (!record.signed_by || is_signed_by(record, keys)) {
        return "";
    }
    return signer_of(record, keys) == nullptr
               ? fmt::format("record {} is signed by the key {}, which is no root's", record.number,
                             record.signed_by->text())
               : fmt::format("record {} was changed: its signature does not verify", record.number);
}

/// The keys of `roots`, and of those that the records have up to the last one that `roots` have signed.
Keys covered_keys(const Records& records, const std::vector<Certificate>& roots) {
    Keys keys = keys_of(roots);
    const auto last = std::find_if(records.rbegin(), records.rend(),
                                   [&](const LoggedRecord& record) { return is_signed_by(record, keys); });
    for (auto record = records.begin(); record != last.base(); ++record) {
        add_roots(*record, keys);
    }
    return keys;
}

}  // namespace

Verdict check_chain(const Records& records) {
    Reasons faults = faults_of_order(records);
    if (faults.empty()) {
        for (const std::size_t at : unbound(records)) {
            faults.push_back(unbound_text(records[at]));
        }
    }
    return faults.empty() ? Verdict() : Refusal{std::move(faults)};
}

LogCheck check_log(const Records& records, const std::vector<Certificate>& roots) {
    LogCheck check{faults_of_order(records), 0};
    const bool is_ordered = check.faults.empty();
    Keys keys = covered_keys(records, roots);
    std::set<std::int64_t> told;
    for (const LoggedRecord& record : records) {
        std::string fault = fault_of_signature(record, keys);
        if (!fault.empty()) {
            told.insert(record.number);
            check.faults.push_back(std::move(fault));
        } else if (record.signed_by) {
            add_roots(record, keys);
            check.signed_up_to = record.number;
        }
    }
    for (const std::size_t at : is_ordered ? unbound(records) : std::vector<std::size_t>()) {
        const std::int64_t number = records[at].number;
        if (!told.contains(number) && !told.contains(number - 1)) {
            check.faults.push_back(unbound_text(records[at]));
        }
    }
    if (check.signed_up_to == 0) {
        check.faults.emplace_back("no record is signed by the root");
    }
    return check;
}

Verdict check_against(const Records& records, const Records& copy, const std::vector<Certificate>& roots) {
    const Keys keys = covered_keys(records, roots);
    Reasons faults;
    for (const LoggedRecord& copied : copy) {
        const auto same = std::find_if(records.begin(), records.end(),
                                       [&](const LoggedRecord& record) { return record.number == copied.number; });
        if (same != records.end() && same->line == copied.line) {
            continue;
        }
        if (const std::string fault = fault_of_signature(copied, keys); !fault.empty()) {
            faults.push_back("the copy does not hold: " + fault);
        } else if (same != records.end()) {
            faults.push_back(fmt::format("record {} is not the one that was copied", copied.number));
        } else {
            faults.push_back(fmt::format("record {} was cut off, which the copy has", copied.number));
        }
    }
    return faults.empty() ? Verdict() : Refusal{std::move(faults)};
}

}  // namespace halfday
