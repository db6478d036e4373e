#include "ca/base/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <system_error>

#include "ca/base/escape.hpp"
#include "ca/base/yaml_node.hpp"

namespace halfday {

using yaml_detail::Kind;

namespace {

std::string describe(const yaml_detail::Node& node) {
    switch (node.kind) {
        case Kind::empty:
            return "nothing";
        case Kind::scalar:
            return "'" + printable(node.scalar, 80) + "'";
        case Kind::list:
            return "a list";
        case Kind::map:
            return "a map";
    }
    return "nothing";
}

}  // namespace

void yaml_detail::refuse_at(const std::string& file, Place place, const std::string& what, const std::string& hint) {
    throw Error(ErrorKind::usage,
                file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": " + what, hint);
}

std::string YamlValue::text() const {
    if (node_->kind != Kind::scalar || node_->scalar.empty()) {
        fail("found " + describe(*node_) + ", expected a value");
    }
    return node_->scalar;
}

long long YamlValue::number(long long least, long long most) const {
    const std::string digits = text();
    long long value = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || value < least || value > most) {
        fail("found " + describe(*node_) + ", expected a whole number from " + std::to_string(least) + " to " +
             std::to_string(most));
    }
    return value;
}

std::vector<YamlValue> YamlValue::list() const {
    if (node_->kind != Kind::list) {
        fail("found " + describe(*node_) + ", expected a list");
    }
    std::vector<YamlValue> values;
    for (const auto& element : node_->elements) {
        values.push_back(YamlValue(element));
    }
    return values;
}

YamlMap YamlValue::map() const {
    if (node_->kind != Kind::map) {
        fail("found " + describe(*node_) + ", expected a map");
    }
    return YamlMap(node_);
}

std::string YamlValue::place() const { return *node_->file + ":" + std::to_string(node_->place.line); }

void YamlValue::fail(const std::string& what, const std::string& hint) const {
    yaml_detail::refuse_at(*node_->file, node_->place, what, hint);
}

YamlMap::YamlMap(std::shared_ptr<const yaml_detail::Node> node) : node_(std::move(node)) {}

YamlValue YamlMap::need(std::string_view key) {
    std::optional<YamlValue> value = find(key);
    if (!value) {
        fail("the key '" + std::string(key) + "' is missing");
    }
    return *value;
}

std::optional<YamlValue> YamlMap::find(std::string_view key) {
    taken_.emplace_back(key);
    for (const auto& [name, value] : node_->members) {
        if (name->scalar == key) {
            return YamlValue(value);
        }
    }
    return std::nullopt;
}

std::vector<std::pair<YamlValue, YamlValue>> YamlMap::all() {
    std::vector<std::pair<YamlValue, YamlValue>> members;
    for (const auto& [name, value] : node_->members) {
        taken_.push_back(name->scalar);
        members.emplace_back(YamlValue(name), YamlValue(value));
    }
    return members;
}

void YamlMap::require_section_taken() const {
    const auto is_taken = [&](const YamlKey& key) {
        return std::find(taken_.begin(), taken_.end(), key.name) != taken_.end();
    };
    const auto is_described = [&](const std::string& name) {
        return std::any_of(section_->keys.begin(), section_->keys.end(),
                           [&](const YamlKey& key) { return key.name == name; });
    };
    if (!std::all_of(section_->keys.begin(), section_->keys.end(), is_taken) ||
        !std::all_of(taken_.begin(), taken_.end(), is_described)) {
        throw std::logic_error("a parser's keys are not those of its section, at " + *node_->file);
    }
}

void YamlMap::finish() const {
    if (section_ != nullptr) require_section_taken();
    for (const auto& [name, value] : node_->members) {
        if (std::find(taken_.begin(), taken_.end(), name->scalar) != taken_.end()) {
            continue;
        }
        std::string known;
        for (const std::string& key : taken_) {
            known += (known.empty() ? "'" : ", '") + key + "'";
        }
        YamlValue(name).fail("unknown key " + describe(*name), "the keys known here are " + known);
    }
}

void YamlMap::fail(const std::string& what) const { YamlValue(node_).fail(what); }

}  // namespace halfday
