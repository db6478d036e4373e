#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ca/base/duration.hpp"
#include "ca/base/file.hpp"
#include "ca/base/names.hpp"
#include "ca/exchange/certificate_policy.hpp"

namespace halfday {

/// halfday.yaml, checked. Every key is optional; an unknown one is refused with its place.
struct Settings {
    std::string issuer_key = "file:key.pem";  // a URI, relative to the issuer's state folder
    std::vector<Path> token_folders;          // absolute; what the key's PKCS#11 module reads while it signs

    CertificatePolicy certificates;
    PolicyChange certificates_given;  // what the file says of them

    Seconds max_clock_jump = std::chrono::days{30};  // of the issuer's clock, from its newest certificate on

    struct Push {
        int parallel = 16;
        Seconds connect_timeout{10};
        Seconds timeout{60};
    } push;

    struct Rollout {                    // of a newer intermediate, and of a newer profile
        std::vector<HostName> canary;   // who gets it first; none: the first of the waves
        std::vector<int> waves{5, 25};  // percent of all hosts, growing; then all
        int stop_at = 10;               // percent of the entries that got it
    } rollout;

    struct Notify {                        // of what a cycle left wrong (notification.hpp)
        std::vector<std::string> command;  // an argv list; none: nobody is told
        std::string user = "nobody";       // who runs it
        Seconds timeout{30};
    } notify;
};

/// Its keys.
[[nodiscard]] const YamlSection& settings_section();

/// Checks the text of a file that messages call `file`. renew_after + 1 h is at most lifetime - backdate. Throws
/// Error{usage} with file:line:column.
[[nodiscard]] Settings parse_settings(std::string_view yaml, const std::string& file);
/// Reads the file, which must be root's, and checks it; the defaults where there is none. Throws as parse_settings.
[[nodiscard]] Settings read_settings(const Path& file);

}  // namespace halfday
