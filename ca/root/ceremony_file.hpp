#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "ca/root/ceremony.hpp"

namespace halfday {

// A ceremony as one file that people review beforehand: strict YAML with the ceremony's name and what it is to do.
// docs/ceremonies.md has an example of each.

constexpr std::size_t kMostCeremonyBytes = 64 * 1024;

/// A root is to be made.
struct InitOrder {
    RootOrder root;
    KeyAlgorithm algorithm = KeyAlgorithm::parse("P-384");
};

/// An intermediate is to be signed.
struct SignOrder {
    Path request;
    Path out;  // the new file for the chain
    IntermediateOrder intermediate;
};

using CeremonyOrder = std::variant<InitOrder, SignOrder>;

/// What the file called `name` asks for. Its paths are relative to `folder`. Where there is a root, a name that is to
/// be permitted and that it does not permit is refused as well. Throws Error{usage} "FILE:LINE:COLUMN: …".
[[nodiscard]] CeremonyOrder parse_ceremony(std::string_view text, const std::string& name, const Path& folder,
                                           const NameConstraints* of_root);

}  // namespace halfday
