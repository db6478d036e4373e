#include "ca/x509/certificate_text.hpp"

#include <algorithm>
#include <utility>

#include "ca/x509/handles.hpp"
#include "ca/x509/pem.hpp"

namespace halfday {

std::vector<std::string> certificates_in(std::string_view text) {
    constexpr char kSequence = 0x30;
    if (!text.empty() && text.front() == kSequence) return {std::string(text)};
    std::vector<std::string> found;
    for (x509::PemBlock& block : x509::read_pem(text).blocks) {
        if (block.label == "CERTIFICATE") found.push_back(std::move(block.der));
    }
    return found;
}

bool holds(std::string_view text, const Certificate& certificate) {
    try {
        const std::vector<std::string> all = certificates_in(text);
        return std::find(all.begin(), all.end(), certificate.der()) != all.end();
    } catch (const Error&) {
        return false;
    }
}

bool is_self_signed(const Certificate& certificate) {
    if (certificate.subject_der() != certificate.issuer_der()) return false;
    X509* const object = certificate.handle().x509();
    const bool is_signed = X509_verify(object, X509_get0_pubkey(object)) == 1;
    static_cast<void>(x509::drain_openssl_errors());
    return is_signed;
}

}  // namespace halfday
