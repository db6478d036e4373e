#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/names.hpp"

namespace halfday {

// One bounded JSON document each way under SSH. Both begin with the protocol's number; another number is refused with
// both.

constexpr int kProtocol = 1;
constexpr std::size_t kMostWireBytes = 4 * 1024 * 1024;

/// From the distributor to a receiver.
struct Delivery {
    struct ChainFor {
        EntryName entry;
        std::string chain_file;  // as the spool has it
    };
    std::vector<ChainFor> chains;
    std::string head = {};  // of the ledger (ca/exchange/ledger_head.hpp), "" for none
    int receipts = 1;       // the newest form of receipts that the distributor reads (ca/exchange/message.hpp)
    std::string crls = {};  // of roots, PEM (ca/exchange/crls.hpp), "" for none
};

/// From a receiver back, always whole: for every entry in its grants the pending request and the newest receipt.
struct Answer {
    struct Message {
        EntryName entry;
        std::string jws;
    };
    std::string host;      // as the receiver calls itself; unsigned, for messages only
    std::string version;   // of the receiver
    std::string identity;  // identity_text of its public key: used by enrolment alone, which shows it to a person
    std::vector<Message> requests;
    std::vector<Message> receipts;
    std::vector<std::string> heads = {};  // of ledgers, that the host was shown
    std::string crl_note = {};            // why it did not take the delivery's CRLs, "" when it did; foreign: escape it
};

[[nodiscard]] std::string to_json(const Delivery& delivery);
[[nodiscard]] std::string to_json(const Answer& answer);
/// Throw Error{remote}: size, form, protocol number, depth, doubles. A member that is not known is left alone, so that
/// within one protocol a newer side may say more. Heads, CRLs and the note on them are left
/// out when they have another form: no certificate is held up over them.
[[nodiscard]] Delivery parse_delivery(std::string_view json);
[[nodiscard]] Answer parse_answer(std::string_view json);

}  // namespace halfday
