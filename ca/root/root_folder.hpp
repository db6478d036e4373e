#pragma once

#include "ca/base/file.hpp"
#include "ca/base/refusal.hpp"

namespace halfday {

/// Where everything is on the air-gapped box; `--state` moves it.
struct RootFolder {
    Path state = "/var/lib/halfday-root";  // 0700

    [[nodiscard]] Path key() const { return state / "root.key"; }                // 0600, PKCS#8 under scrypt
    [[nodiscard]] Path shared_key() const { return state / "root.key.shared"; }  // that is to replace it
    [[nodiscard]] Path key_uri() const { return state / "key.uri"; }             // 0644, where the key is elsewhere
    [[nodiscard]] Path certificate() const { return state / "root.pem"; }        // 0644, the trust anchor
    [[nodiscard]] Path log() const { return state / "ceremony.log"; }            // 0600
    [[nodiscard]] Path lock() const { return state / "lock"; }
};

// Making a root writes the key, then the record in the ceremony log, then the certificate. So a folder that a crash
// left behind tells how far it came, and only a folder with a certificate has a root.

/// What is there.
struct RootFiles {
    bool key = false;
    bool recorded = false;  // the ceremony log has the root's certificate
    bool certificate = false;
    bool operator==(const RootFiles&) const = default;
};

/// What is left to do for a whole root.
enum class InitStep {
    make_all,
    sign_with_key,        // the key is there and has never signed: it is opened again
    restore_certificate,  // the certificate was recorded: it is written from the log
};

/// Refuses where there is a root already, or a certificate whose key is gone.
[[nodiscard]] Decision<InitStep> next_init_step(const RootFiles& files);

}  // namespace halfday
