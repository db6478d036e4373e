#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace halfday::yaml_detail {

/// Where a value begins, as editors count: from 1.
struct Place {
    int line = 1;
    int column = 1;
};

enum class Kind { empty, scalar, list, map };

/// One value of a document. A map's keys are scalars.
struct Node {
    Kind kind = Kind::empty;
    Place place;
    std::shared_ptr<const std::string> file;
    std::string scalar;
    std::vector<std::shared_ptr<const Node>> elements;
    std::vector<std::pair<std::shared_ptr<const Node>, std::shared_ptr<const Node>>> members;
};

/// Throws Error{usage} "FILE:LINE:COLUMN: WHAT".
[[noreturn]] void refuse_at(const std::string& file, Place place, const std::string& what,
                            const std::string& hint = {});

}  // namespace halfday::yaml_detail
