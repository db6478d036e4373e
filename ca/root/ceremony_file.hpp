#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ca/base/yaml_section.hpp"
#include "ca/root/ceremony.hpp"
#include "ca/root/revocation.hpp"

namespace halfday {

// A ceremony as one file that people review beforehand: strict YAML with the ceremony's name and what it is to do.
// docs/ceremonies.md has an example of each.

constexpr std::size_t kMostCeremonyBytes = 64 * 1024;

/// A root is to be made.
struct InitOrder {
    RootOrder root;
    KeyAlgorithm algorithm = KeyAlgorithm::parse("P-384");
    std::string key = {};  // a URI; "": as the options say
};

/// An intermediate is to be signed, or several with consecutive windows (plan_windows).
struct SignOrder {
    Path request;  // of as many keys as there are windows
    Path out;      // the new file for the chain
    IntermediateOrder intermediate;
    int windows = 1;
};

/// A CRL is to be signed.
struct CrlOrder {
    std::vector<std::string> revoked;  // a certificate's file or a serial each; none: the list as it is
    RevocationReason reason = RevocationReason::unspecified;
    Seconds next_update = kNextUpdate;
    Path after;  // a CRL that went out and may not be in the log; "": none
    Path out;    // the new file for the CRL
};

/// The next root is to be made, where it is not there yet, and the two are to sign each other.
struct RotateOrder {
    Path next;       // folder of the next root
    InitOrder root;  // without a name: it is there; constraints that permit nothing: what the root in force permits
    Path out;        // the new file for the cross certificates
};

using CeremonyOrder = std::variant<InitOrder, SignOrder, CrlOrder, RotateOrder>;

/// The keys of each kind of ceremony: of "init", "sign", "revoke", "crl", "rotate".
struct CeremonySection {
    std::string_view ceremony;
    std::string_view meaning;
    const YamlSection* section;  // never null
};
[[nodiscard]] std::vector<CeremonySection> ceremony_sections();

/// What the file called `name` asks for. Its paths are relative to `folder`. Where there is a root, a name that is to
/// be permitted and that it does not permit is refused as well. Throws Error{usage} "FILE:LINE:COLUMN: …".
[[nodiscard]] CeremonyOrder parse_ceremony(std::string_view text, const std::string& name, const Path& folder,
                                           const NameConstraints* of_root);

}  // namespace halfday
