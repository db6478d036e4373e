#include "ca/exchange/snapshot.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace halfday;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view json = fuzz::bytes(data, size);
    fuzz::only_refuses(ErrorKind::corrupt, [&] {
        const IssuerSnapshot snapshot = parse_issuer_snapshot(json);
        fuzz::require(to_json(parse_issuer_snapshot(to_json(snapshot))) == to_json(snapshot));
    });
    return fuzz::only_refuses(ErrorKind::corrupt, [&] {
        const DistributorSnapshot snapshot = parse_distributor_snapshot(json);
        fuzz::require(to_json(parse_distributor_snapshot(to_json(snapshot))) == to_json(snapshot));
    });
}
