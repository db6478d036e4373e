#include "ca/x509/chain.hpp"

#include "ca/base/error.hpp"
#include "ca/x509/pem.hpp"

namespace halfday {

namespace {

constexpr std::size_t kMostCertificates = 8;
constexpr std::size_t kMostText = 2 * kMostCertificates * Certificate::kMostBytes;  // base64 and room for other lines

}  // namespace

Chain parse_chain(std::string_view pem) {
    if (pem.size() > kMostText) throw Error(ErrorKind::corrupt, "a chain that is larger than any of ours");
    const x509::PemText text = x509::read_pem(pem);
    if (text.blocks.empty()) throw Error(ErrorKind::corrupt, "no certificate found in a chain");
    if (text.blocks.size() > kMostCertificates) {
        throw Error(ErrorKind::corrupt, "a chain of more than " + std::to_string(kMostCertificates) + " certificates");
    }
    Chain chain;
    for (const x509::PemBlock& block : text.blocks) {
        if (block.label != "CERTIFICATE")
            throw Error(ErrorKind::corrupt, "it holds a " + block.label + ", and a chain holds certificates alone");
        chain.push_back(Certificate::parse_der(block.der));
    }
    return chain;
}

std::string to_pem(const Chain& chain) {
    std::string text;
    for (const Certificate& certificate : chain) text += certificate.pem();
    return text;
}

}  // namespace halfday
