#include <variant>

#include "ca/exchange/crls.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace halfday;

namespace {

void ask(const Crl& crl) {
    fuzz::require(crl.revoked().size() <= Crl::kMostRevoked && crl.this_update() <= crl.next_update());
    fuzz::only_refuses(ErrorKind::corrupt, [&] { static_cast<void>(crl.issuer()); });
    fuzz::require(Crl::parse_pem(crl.pem()) == crl);
    // Whoever signed it, nobody is pinned.
    fuzz::require(std::holds_alternative<Refusal>(take_crl({}, crl, {})));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::bytes(data, size);
    fuzz::only_refuses(ErrorKind::corrupt, [&] { ask(Crl::parse_der(input)); });
    return fuzz::only_refuses(ErrorKind::corrupt, [&] {
        for (const Crl& crl : parse_crls(input, kMostCrls)) ask(crl);
    });
}
