#include "ca/x509/csr.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace halfday;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::only_refuses(ErrorKind::corrupt, [&] {
        const Csr csr = Csr::parse_pem(fuzz::bytes(data, size));
        fuzz::require(!csr.public_key().spki().empty());
    });
}
