#include "ca/sign/signer.hpp"

#include "ca/base/error.hpp"

namespace halfday {

Certificate sign_certificate(LintedCertificate&& linted, const PrivateKey& key) {
    const LintedCertificate redeemed = std::move(linted);
    if (key.public_key().spki() != redeemed.signer_spki() ||
        key.signature_algorithm() != redeemed.signature_algorithm()) {
        throw Error(ErrorKind::usage, "the signing key is not the issuer's",
                    "check that the issuer's certificate and its key belong together");
    }
    const std::string signature = key.sign(redeemed.tbs_der());
    return Certificate::parse_der(encode_certificate(redeemed.tbs_der(), redeemed.signature_algorithm(), signature));
}

}  // namespace halfday
