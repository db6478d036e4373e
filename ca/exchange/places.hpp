#pragma once

#include "ca/base/file.hpp"
#include "ca/base/names.hpp"

namespace halfday {

/// Where everything is on the issuer box: `etc` is root's configuration, `state` holds one folder a writer.
/// `--etc` and `--state` move the two.
struct Places {
    Path etc = "/etc/halfday";
    Path state = "/var/lib/halfday";

    [[nodiscard]] Path settings() const { return etc / "halfday.yaml"; }
    [[nodiscard]] Path hosts() const { return etc / "hosts.d"; }
    [[nodiscard]] Path root_certificate() const { return etc / "root.pem"; }
    [[nodiscard]] Path next_root_certificate() const { return etc / "next-root.pem"; }  // during a rotation
    [[nodiscard]] Path known_hosts() const { return etc / "known_hosts"; }
    [[nodiscard]] Path ssh_config() const { return etc / "ssh_config"; }

    // root 0755; issuer/ and distributor/ 0700 of their users; exchange/ and status/ root:halfday 0750, and in them
    // one folder (0755) for each writer: both users are members of group halfday.
    [[nodiscard]] Path issuer() const { return state / "issuer"; }
    [[nodiscard]] Path distributor() const { return state / "distributor"; }
    [[nodiscard]] Path exchange() const { return state / "exchange"; }
    [[nodiscard]] Path status() const { return state / "status"; }
    [[nodiscard]] Path issuer_snapshot() const { return status() / "issuer" / "status.json"; }
    [[nodiscard]] Path distributor_snapshot() const { return status() / "distributor" / "status.json"; }
    [[nodiscard]] Path backup_note() const { return status() / "backup"; }      // root's: when the newest was made
    [[nodiscard]] Path notified() const { return status() / "notified.json"; }  // root's: notification.hpp
    [[nodiscard]] Path host_reports() const { return status() / "distributor" / "heads.json"; }
};

inline constexpr const char* kIssuerUser = "halfday-issuer";
inline constexpr const char* kDistributorUser = "halfday-distributor";
inline constexpr const char* kGroup = "halfday";
/// The name under which halfday-issuer.service is given the passphrase of the issuer's key (systemd.exec(5)).
inline constexpr const char* kIssuerCredential = "issuer-passphrase";

}  // namespace halfday
