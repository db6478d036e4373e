// The input is a request's claims: signed, since the fuzzer can't sign, and so what an enemy with a host's identity key
// can send. As a message it is tried too.
#include <string>

#include "ca/exchange/message.hpp"
#include "ca/x509/digest.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace halfday;

namespace {

constexpr Time kNow{Seconds{1'795'000'000}};

std::string sign(std::string_view claims, const PrivateKey& identity) {
    const std::string input = to_base64url(R"({"alg":"EdDSA","typ":"halfday"})") + "." + to_base64url(claims);
    return input + "." + to_base64url(identity.sign(input));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const PrivateKey kIdentity = PrivateKey::generate(KeyAlgorithm::parse("Ed25519"));
    static const Expected kExpected{
        HostName::parse("web1.example.org"), EntryName::parse("www"), {Fingerprint::of_spki("a root")}};
    const std::string_view input = fuzz::bytes(data, size);
    const PublicKey& key = kIdentity.public_key();
    fuzz::require(std::holds_alternative<Refusal>(open_request(input, key, kExpected, kNow)));

    const std::string jws = sign(input, kIdentity);
    const auto request = open_request(jws, key, kExpected, kNow);
    if (const auto* const checked = std::get_if<CheckedRequest>(&request)) {
        fuzz::require(checked->request.expires > kNow && checked->request.host == kExpected.host);
    }
    const auto receipt = open_receipt(jws, key, kExpected);
    if (const auto* const opened = std::get_if<Receipt>(&receipt)) {
        fuzz::require(opened->entry == kExpected.entry);
        // What was opened can be sent again.
        fuzz::require(std::holds_alternative<Receipt>(open_receipt(sign_message(*opened, kIdentity), key, kExpected)));
    }
    return 0;
}
