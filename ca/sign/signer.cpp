#include "ca/sign/signer.hpp"

#include "ca/base/error.hpp"

namespace halfday {
namespace {

Certificate signed_by(const PrivateKey& key, const std::string& tbs_der) {
    return Certificate::parse_der(encode_certificate(tbs_der, key.signature_algorithm(), key.sign(tbs_der)));
}

void require_signer(const PrivateKey& key, const std::string& spki, const std::string& signature_algorithm) {
    if (key.public_key().spki() != spki || key.signature_algorithm() != signature_algorithm) {
        throw Error(ErrorKind::usage, "the signing key is not the issuer's",
                    "check that the issuer's certificate and its key belong together");
    }
}

}  // namespace

Certificate sign_certificate(LintedCertificate&& linted, const PrivateKey& key) {
    const LintedCertificate redeemed = std::move(linted);
    require_signer(key, redeemed.signer_spki(), redeemed.signature_algorithm());
    return signed_by(key, redeemed.tbs_der());
}

Certificate sign_stand_in(const Certificate& root, const PrivateKey& key) {
    constexpr int kAnyInstance = 1;
    constexpr std::size_t kSerialBytes = 15;
    return signed_by(key, encode_tbs({.serial = Serial::make(kAnyInstance, std::string(kSerialBytes, 't')),
                                      .signature_algorithm = key.signature_algorithm(),
                                      .issuer = root.issuer_der(),
                                      .not_before = root.not_before(),
                                      .not_after = root.not_after(),
                                      .subject = root.subject_der(),
                                      .spki = key.public_key().spki(),
                                      .extensions = root.extensions()}));  // the key identifiers stay as they are
}

Trial sign_on_trial(const LintedCertificate& linted, const Certificate& issuer) {
    const PrivateKey key = PrivateKey::generate(KeyAlgorithm::parse(issuer.public_key().algorithm()));
    return {signed_by(key, linted.tbs_der()), sign_stand_in(issuer, key)};
}

Crl sign_crl(LintedCrl&& linted, const PrivateKey& key) {
    const LintedCrl redeemed = std::move(linted);
    require_signer(key, redeemed.root().public_key().spki(), redeemed.signature_algorithm());
    Crl crl =
        Crl::parse_der(encode_crl(redeemed.tbs_der(), redeemed.signature_algorithm(), key.sign(redeemed.tbs_der())));
    if (const auto problem = crl_problem(crl, redeemed.root())) {
        throw Error(ErrorKind::io, "the CRL that was just signed does not verify: " + *problem);
    }
    return crl;
}

}  // namespace halfday
