#pragma once

#include <string_view>
#include <vector>

namespace halfday {

struct YamlSection;

/// What the value of a key is.
enum class YamlForm {
    text,
    number,
    duration,  // 90s, 5m, 12h, 30d
    texts,     // a list
    numbers,   // a list
    map,       // its keys are those of `section`
    named,     // a map whose keys are names, and each value a map with the keys of `section`
};

enum class YamlPresence { optional, needed };

/// A key that a file may have, for the parser and for people who write the file.
struct YamlKey {
    std::string_view name;
    YamlForm form = YamlForm::text;
    YamlPresence presence = YamlPresence::optional;
    std::string_view fallback = {};  // what holds where it is missing, as the file would say it, or in words
    std::string_view meaning;        // "How many …": a sentence without its full stop
    std::vector<std::string_view> choices = {};  // all values that it may have, where there are a few
    const YamlSection* section = nullptr;
};

/// The keys of one map. The parsers take these and no others (YamlMap::follow); docs/reference and the JSON Schemas are
/// made of them.
struct YamlSection {
    std::vector<YamlKey> keys;
};

/// The keys of both, the first's first.
[[nodiscard]] inline YamlSection operator+(YamlSection left, const YamlSection& right) {
    left.keys.insert(left.keys.end(), right.keys.begin(), right.keys.end());
    return left;
}

}  // namespace halfday
