#pragma once

#include "ca/sign/lint.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// The one place that signs a certificate. What was linted is redeemed once, and the result is parsed and its signature
/// checked with `key`'s public half before it is returned. Throws Error{io}; Error{usage} when `key` is not the
/// issuer's (a root's own) that was linted.
[[nodiscard]] Certificate sign_certificate(LintedCertificate&& linted, const PrivateKey& key);

}  // namespace halfday
