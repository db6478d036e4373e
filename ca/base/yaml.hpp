#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/error.hpp"
#include "ca/base/file.hpp"
#include "ca/base/yaml_section.hpp"

namespace halfday {

namespace yaml_detail {
struct Node;
}

class YamlMap;

/// A value in a strict YAML document. Every refusal is Error{usage}: "FILE:LINE:COLUMN: what was found, what was
/// expected".
class YamlValue {
   public:
    /// A scalar. Throws when it is a map or a list, or empty.
    [[nodiscard]] std::string text() const;
    /// What `parse` makes of the scalar; an Error{usage} that `parse` throws gets the place put before it.
    template <class Parse>
    [[nodiscard]] auto as(Parse parse) const {
        const std::string value = text();
        try {
            return parse(value);
        } catch (const Error& error) {
            fail(error.what(), error.hint());
        }
    }
    /// A whole number within [least, most].
    [[nodiscard]] long long number(long long least, long long most) const;
    /// The elements. Throws when it is not a list.
    [[nodiscard]] std::vector<YamlValue> list() const;
    /// Throws when it is not a map.
    [[nodiscard]] YamlMap map() const;
    /// "FILE:LINE", for people who want to know where it was said.
    [[nodiscard]] std::string place() const;
    /// Throws Error{usage} with this value's place before `what`.
    [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const;

   private:
    friend class YamlMap;
    explicit YamlValue(std::shared_ptr<const yaml_detail::Node> node) : node_(std::move(node)) {}
    std::shared_ptr<const yaml_detail::Node> node_;
};

/// A map whose keys must all be taken: what is left over when `finish` is called is an unknown key and refused.
class YamlMap {
   public:
    /// This map has the keys of `section`, which must outlive it: `finish` holds the parser to that too, and throws
    /// std::logic_error when it took another key or left one out.
    void follow(const YamlSection& section) { section_ = &section; }
    /// Throws when the key is missing.
    [[nodiscard]] YamlValue need(std::string_view key);
    [[nodiscard]] std::optional<YamlValue> find(std::string_view key);
    /// The keys and values in the file's order, all taken: for maps whose keys are names. The key is a YamlValue
    /// too, so that a bad one is refused with its place.
    [[nodiscard]] std::vector<std::pair<YamlValue, YamlValue>> all();
    /// Throws on the first key that nobody took; says the known keys.
    void finish() const;
    [[noreturn]] void fail(const std::string& what) const;

   private:
    void require_section_taken() const;
    friend class YamlValue;
    friend YamlMap parse_yaml(std::string_view text, const std::string& name);
    explicit YamlMap(std::shared_ptr<const yaml_detail::Node> node);
    std::shared_ptr<const yaml_detail::Node> node_;
    std::vector<std::string> taken_;
    const YamlSection* section_ = nullptr;
};

/// Parses one document. Refuses anchors, aliases, tags, second documents, duplicate keys, nesting deeper than 16, files
/// over 1 MiB. `name` is what messages call it. Throws Error{usage}.
[[nodiscard]] YamlMap parse_yaml(std::string_view text, const std::string& name);
/// Reads and parses a file that, as the folder that it is in, must belong to root (require_roots_own).
[[nodiscard]] YamlMap read_trusted_yaml(const Path& path);

}  // namespace halfday
