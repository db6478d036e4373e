#include "ca/exchange/spool.hpp"
#include "ca/exchange/wire.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace halfday;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::only_refuses(ErrorKind::remote, [&] {
        const Delivery delivery = parse_delivery(fuzz::bytes(data, size));
        fuzz::require(to_json(parse_delivery(to_json(delivery))) == to_json(delivery));
        for (const Delivery::ChainFor& chain : delivery.chains) {
            fuzz::require(answered_request(chain.chain_file).value_or(std::string(64, '0')).size() == 64);
        }
    });
}
