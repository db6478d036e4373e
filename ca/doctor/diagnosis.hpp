#pragma once

#include <string>
#include <vector>

#include "ca/base/file.hpp"

namespace halfday {

/// warning: it works now. problem: it doesn't, or somebody can do what they should not.
enum class Severity { warning, problem };

/// What is wrong, as an experienced colleague says it.
struct Diagnosis {
    std::string area;  // "access", "users", "clock", "timer", "disk", "host keys", "issuer", "fleet", "backup", "keys"
    Severity severity;
    std::string what;  // everything foreign in it is escaped
    std::string why;   // in half a sentence
    std::string run;   // the command that mends it, or the next thing to do
    bool operator==(const Diagnosis&) const = default;
};

using Diagnoses = std::vector<Diagnosis>;

}  // namespace halfday
