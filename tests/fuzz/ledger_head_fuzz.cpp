// The input is a head's claims: signed, since the fuzzer can't sign, and anybody can make a ledger key. As a head and
// as a line of an export it is tried too.
#include <string>
#include <variant>

#include "ca/exchange/inventory.hpp"
#include "ca/exchange/ledger_export.hpp"
#include "ca/exchange/ledger_head.hpp"
#include "ca/x509/digest.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace halfday;

namespace {

std::string sign(std::string_view claims, const PrivateKey& key) {
    const std::string input = to_base64url(R"({"alg":"EdDSA","typ":"halfday-head"})") + "." + to_base64url(claims);
    return identity_text(key.public_key()) + " " + input + "." + to_base64url(key.sign(input));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const PrivateKey kKey = PrivateKey::generate(KeyAlgorithm::parse("Ed25519"));
    const std::string input(fuzz::bytes(data, size));
    static_cast<void>(open_head(input));
    static_cast<void>(keep_head_texts({input}, {input}));
    const auto opened = open_head(sign(input, kKey));
    if (const auto* const signed_head = std::get_if<SignedHead>(&opened)) {
        fuzz::require(signed_head->head.size >= 0 && signed_head->head.hash.size() == 64);
        fuzz::require(
            std::holds_alternative<SignedHead>(open_head(sign_head(signed_head->head, kKey, signed_head->at))));
    }
    return fuzz::only_refuses(ErrorKind::corrupt, [&] {
        int line = 0;
        const LedgerHead head{std::string(32, '1'), 1, std::string(64, 'a')};
        const auto next = [&]() -> std::optional<std::string> {
            ++line;
            return line == 1 ? std::optional(export_line(head, "")) : line == 2 ? std::optional(input) : std::nullopt;
        };
        fuzz::require(!read_export(next, {}).fault.empty());
    });
}
