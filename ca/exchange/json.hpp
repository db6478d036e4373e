#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {

// Strict JSON: what messages, the wire and the snapshots are read with and written by. Whole numbers only, within
// ±(2^53 - 1) (RFC 7493 2.2); a value that isn't there is left out, never null.

namespace json_detail {
struct Node;
}

struct JsonLimits {
    std::size_t bytes;
    std::size_t values;  // in the whole document: memory is about 100 bytes a value
};

/// An object whose members are taken by name and type. Every refusal is Error{corrupt}: "'chains[2].entry' is …".
class JsonObject {
   public:
    /// Throw when the member is missing or of another type.
    [[nodiscard]] std::string text(std::string_view key);
    [[nodiscard]] std::int64_t number(std::string_view key);
    /// Seconds since 1970 (RFC 7519's NumericDate), not after the year 9999.
    [[nodiscard]] Time numeric_date(std::string_view key);
    /// The elements of a list of objects.
    [[nodiscard]] std::vector<JsonObject> objects(std::string_view key);
    /// The same; none when the member is missing.
    [[nodiscard]] std::vector<JsonObject> find_objects(std::string_view key);
    /// Nothing when the member is missing; throw when it is of another type.
    [[nodiscard]] std::optional<std::string> find_text(std::string_view key);
    [[nodiscard]] std::optional<std::int64_t> find_number(std::string_view key);
    [[nodiscard]] std::optional<Time> find_numeric_date(std::string_view key);

    /// What `parse` makes of the text; an Error that `parse` throws is thrown as this member's.
    template <class Parse>
    [[nodiscard]] auto as(std::string_view key, Parse parse) {
        const std::string value = text(key);
        try {
            return parse(value);
        } catch (const Error& error) {
            fail(key, error.what());
        }
    }
    /// The same for a type whose one form is what its text() says: another spelling of it is refused.
    template <class T>
    [[nodiscard]] T exactly(std::string_view key) {
        return as(key, [](const std::string& value) {
            T parsed = T::parse(value);
            if (parsed.text() != value) {
                throw Error(ErrorKind::corrupt, "'" + printable(value, 80) + "' is not in its one form");
            }
            return parsed;
        });
    }
    /// A text of at most `most` bytes.
    [[nodiscard]] std::string bounded(std::string_view key, std::size_t most);

    /// Throws when a member is there that nobody took.
    void finish() const;
    /// Throws Error{corrupt} with this member's place before `what`.
    [[noreturn]] void fail(std::string_view key, const std::string& what) const;

   private:
    friend JsonObject parse_json(std::string_view json, const JsonLimits& limits);
    JsonObject(std::shared_ptr<const json_detail::Node> node, std::string place);
    [[nodiscard]] const json_detail::Node* take(std::string_view key);
    [[nodiscard]] std::vector<JsonObject> objects_of(std::string_view key, const json_detail::Node& list) const;
    template <class T>
    [[nodiscard]] T present(std::string_view key, std::optional<T> value) const;

    std::shared_ptr<const json_detail::Node> node_;
    std::string place_;
    std::vector<bool> taken_;
};

/// Parses one document, an object. Refuses what is larger than the limits, nested deeper than 8, more than 64 members
/// in an object, a name that is there twice, bytes that are not UTF-8, anything after the document. Throws
/// Error{corrupt}.
[[nodiscard]] JsonObject parse_json(std::string_view json, const JsonLimits& limits);

/// Writes one object, its members in the order in which they are added. Bytes that are not UTF-8 are left out.
class JsonWriter {
   public:
    JsonWriter& text(std::string_view key, std::string_view value);
    JsonWriter& number(std::string_view key, std::int64_t value);
    JsonWriter& numeric_date(std::string_view key, Time value);
    JsonWriter& objects(std::string_view key, const std::vector<JsonWriter>& values);
    /// An object for each of many values, which `write` adds the members of.
    template <class Values, class Write>
    JsonWriter& list(std::string_view key, const Values& values, Write write) {
        begin(key);
        JsonWriter object;
        char before = '[';
        for (const auto& value : values) {
            object.members_.clear();
            write(object, value);
            members_.append(1, before).append(1, '{').append(object.members_).append(1, '}');
            before = ',';
        }
        members_ += before == '[' ? "[]" : "]";
        return *this;
    }
    /// Adds nothing for nothing.
    JsonWriter& numeric_date(std::string_view key, const std::optional<Time>& value);

    [[nodiscard]] std::string finish() const { return "{" + members_ + "}"; }

   private:
    void begin(std::string_view key);
    std::string members_;
};

}  // namespace halfday
