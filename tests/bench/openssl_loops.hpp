#pragma once

namespace halfday {

/// What no issuer can do without, `count` times with keys that are ready: verify one Ed25519 and one P-256 signature,
/// make one with P-256. No parsing, no files.
void bare_loop(int count);

/// What an issuer does who calls OpenSSL as its manual shows it, `count` times: parse and verify a CSR, X509_new to
/// X509_sign with the profile's extensions, PEM.
void straightforward_loop(int count);

/// Runs `loop(count)` on one thread for each core at once; how many rounds a second all of them did.
[[nodiscard]] double on_all_cores(void (*loop)(int), int count);

}  // namespace halfday
