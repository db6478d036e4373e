#pragma once

#include <string>
#include <vector>

#include "ca/exchange/crls.hpp"
#include "ca/issuer/acceptance.hpp"
#include "ca/issuer/archiving.hpp"
#include "ca/issuer/check.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/issuer/explain.hpp"
#include "ca/issuer/head_check.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/mint.hpp"
#include "ca/issuer/staging.hpp"
#include "ca/issuer/unsealing.hpp"
#include "ca/x509/certificate.hpp"

namespace halfday {

// What --json prints, in one line without its end. Members are only ever added.

/// {"key", "algorithm", "key_made", "log", "ledger_made", "request", "fingerprint"}
[[nodiscard]] std::string to_json(const IssuerRequest& made);
/// {"crls": [{"root", "number", "this_update", "next_update", "revoked": [{"serial", "at", "reason"}]}]}
[[nodiscard]] std::string to_json(const Crls& kept);
/// {"crosses": [{"subject", "issuer", "not_before", "not_after"}]}
[[nodiscard]] std::string crosses_json(const Chain& crosses);
/// {"windows": [{"key", "sealed"}], "made", "log", "request", "fingerprint"}
[[nodiscard]] std::string to_json(const Stage& stage);
/// {"subject", "key", "not_before", "not_after", "signs_from"}
[[nodiscard]] std::string to_json(const Unsealed& unsealed);
/// {"subject", "not_before", "not_after", "signs_from", "sealed", "permitted": […], "excluded": […]} of one, and
/// {"windows": […]} of several
[[nodiscard]] std::string to_json(const std::vector<Acceptance>& accepted);
/// {"minted": [{"host", "entry", "serial", "names", "not_before", "not_after", "cut"}], "refused": [{"host", "entry",
/// "reasons"}], "waiting": [{"host", "entry"}], "published_again", "warnings"}; a dry run's serials are "".
[[nodiscard]] std::string to_json(const MintReport& report);
/// {"certificates": [{"sequence", "issued_at", "host", "entry", "serial", "names", "not_before", "not_after",
/// "request_id", "request_sha256"}]}
[[nodiscard]] std::string to_json(const std::vector<LedgerRow>& rows);
/// One of these, and "chain" in PEM.
[[nodiscard]] std::string to_json(const LedgerRow& row, const std::string& chain_pem);
/// Where a ledger stands, and what is wrong with it.
struct LedgerVerification {
    LedgerHead head;
    std::string key;  // identity_text of the ledger key, "" for none
    Verdict fault;
    std::optional<HeadFault> head_fault;
};
/// {"log", "size", "head", "key", "faults": [TEXT]}
[[nodiscard]] std::string to_json(const LedgerVerification& found);
/// {"archived": [{"month", "first", "last", "file"}], "warnings": [TEXT]}
[[nodiscard]] std::string to_json(const ArchiveReport& report);
/// {"host", "values": [{"what", "value", "from"}], "certificates": [{"entry", "names", "refused": [reason]}]}
[[nodiscard]] std::string to_json(const PolicyPage& page);
/// {"findings": [{"what", "hint"}]}
[[nodiscard]] std::string to_json(const std::vector<Finding>& findings);

}  // namespace halfday
