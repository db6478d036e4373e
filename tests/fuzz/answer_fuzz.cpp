#include "ca/exchange/wire.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace halfday;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::only_refuses(ErrorKind::remote, [&] {
        const Answer answer = parse_answer(fuzz::bytes(data, size));
        fuzz::require(to_json(parse_answer(to_json(answer))) == to_json(answer));
    });
}
