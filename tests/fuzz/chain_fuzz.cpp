#include "ca/x509/chain.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace halfday;

namespace {

/// Everything that a certificate can be asked.
void ask(const Certificate& certificate) {
    static_cast<void>(certificate.serial_hex());
    static_cast<void>(certificate.subject() + certificate.issuer() + certificate.subject_key_identifier());
    static_cast<void>(certificate.names().size() + certificate.other_name_count());
    static_cast<void>(certificate.path_length());
    static_cast<void>(certificate.extended_key_usage());
    fuzz::only_refuses(ErrorKind::corrupt, [&] { static_cast<void>(certificate.name_constraints()); });
    fuzz::only_refuses(ErrorKind::corrupt, [&] { static_cast<void>(certificate.public_key().algorithm()); });
    fuzz::only_refuses(ErrorKind::corrupt, [&] { static_cast<void>(certificate.not_after()); });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::bytes(data, size);
    fuzz::only_refuses(ErrorKind::corrupt, [&] { ask(Certificate::parse_der(input)); });
    return fuzz::only_refuses(ErrorKind::corrupt, [&] {
        const Chain chain = parse_chain(input);
        fuzz::require(!chain.empty() && chain.size() <= 8);
        for (const Certificate& certificate : chain) {
            ask(certificate);
        }
        // Whatever it is, nothing leads to no anchor.
        fuzz::require(verify_chain(chain, {}, ChainPurpose::server, Time{}).has_value());
    });
}
