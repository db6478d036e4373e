#pragma once

#include "ca/sign/crl_lint.hpp"
#include "ca/sign/lint.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/crl.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// The one place that signs a certificate. What was linted is redeemed once, and the result is parsed. Whether it
/// verifies is the caller's to check (verify_chain): for one certificate always, for hundreds with one key on one of
/// them. Throws Error{io}; Error{usage} when `key` is not the issuer's (a root's own) that was linted.
[[nodiscard]] Certificate sign_certificate(LintedCertificate&& linted, const PrivateKey& key);

/// A root's certificate with a throw-away key in place of its own, signed by that: for trials and rehearsals.
[[nodiscard]] Certificate sign_stand_in(const Certificate& root, const PrivateKey& key);

/// What a certificate is going to say, worth nothing: the same to-be-signed bytes under a throw-away key.
struct Trial {
    Certificate certificate;
    Certificate issuer;  // the real one with the throw-away key in place of its own
};

/// The throw-away key is of the issuer's algorithm. Throws Error{io}; Error{corrupt} when what was made can't be read
/// back.
[[nodiscard]] Trial sign_on_trial(const LintedCertificate& linted, const Certificate& issuer);

/// The one place that signs a CRL: what was linted is redeemed once, and the result is parsed and held against the root
/// (crl_problem). Throws Error{io}; Error{usage} when `key` is not the root's that was linted.
[[nodiscard]] Crl sign_crl(LintedCrl&& linted, const PrivateKey& key);

}  // namespace halfday
