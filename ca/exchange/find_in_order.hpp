#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace halfday {

/// The element of `sorted` whose key is `key`, null where there is none. `next` is where a walk in the same order goes
/// on: looked at first, so that such a walk costs one comparison an element.
template <class Element, class Key, class KeyOf>
[[nodiscard]] Element* find_in_order(std::vector<Element>& sorted, std::size_t& next, const Key& key, KeyOf key_of) {
    if (next >= sorted.size() || key_of(sorted[next]) != key) {
        const auto found =
            std::lower_bound(sorted.begin(), sorted.end(), key,
                             [&](const Element& element, const Key& sought) { return key_of(element) < sought; });
        if (found == sorted.end() || key_of(*found) != key) {
            return nullptr;
        }
        next = static_cast<std::size_t>(found - sorted.begin());
    }
    return &sorted[next++];
}

}  // namespace halfday
