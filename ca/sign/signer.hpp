#pragma once

#include "ca/sign/lint.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// The one place that signs a certificate. What was linted is redeemed once, and the result is parsed. Whether it
/// verifies is the caller's to check (verify_chain): for one certificate always, for hundreds with one key on one of
/// them. Throws Error{io}; Error{usage} when `key` is not the issuer's (a root's own) that was linted.
[[nodiscard]] Certificate sign_certificate(LintedCertificate&& linted, const PrivateKey& key);

}  // namespace halfday
