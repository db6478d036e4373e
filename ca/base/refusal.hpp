#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace halfday {

/// A decision's "no", with every reason that was found: a value, so that tests can list them.
struct Refusal {
    std::vector<std::string> reasons;

    /// The reasons joined by "; ".
    [[nodiscard]] std::string text() const;
    bool operator==(const Refusal&) const = default;
};

/// What was decided, or why not.
template <class T>
using Decision = std::variant<T, Refusal>;

/// Nothing to say against it, or why not.
using Verdict = std::optional<Refusal>;

}  // namespace halfday
