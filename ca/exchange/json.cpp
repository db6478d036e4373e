// The one file that includes nlohmann-json. Its event parser builds a tree of our own, so that every limit holds while
// a document is read, not after.
#include "ca/exchange/json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace halfday {

namespace json_detail {

enum class Kind { text, number, object, list, other };

struct Node {
    Kind kind = Kind::other;
    std::int64_t number = 0;
    std::string text;
    std::vector<std::string> keys;  // of an object; the values are the elements
    std::vector<Node> elements;
};

}  // namespace json_detail

namespace {

using json_detail::Kind;
using json_detail::Node;

constexpr std::size_t kDeepest = 8;
constexpr std::size_t kMostMembers = 64;  // so that looking for doubles is cheap
constexpr std::int64_t kLargest = (std::int64_t{1} << 53) - 1;
constexpr std::int64_t kEndOfYear9999 = 253402300799;

std::string not_json_at(std::size_t byte) { return "it is not JSON (byte " + std::to_string(byte) + ")"; }

/// Takes nlohmann's events; each returns false to stop, with the fault said.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
   public:
    explicit TreeBuilder(std::size_t most_values) : values_left_(most_values) {}

    [[nodiscard]] const std::string& fault() const { return fault_; }
    [[nodiscard]] Node take_root() { return std::move(root_); }

    bool null() override { return add({}); }
    bool boolean(bool /*value*/) override { return add({}); }
    bool number_float(number_float_t /*value*/, const string_t& /*digits*/) override { return add({}); }
    bool binary(binary_t& /*value*/) override { return add({}); }
    bool number_integer(number_integer_t value) override {
        return value < -kLargest ? add({}) : add_number(value);  // one that is too large is no number to us
    }
    bool number_unsigned(number_unsigned_t value) override {
        return value > static_cast<number_unsigned_t>(kLargest) ? add({})
                                                                : add_number(static_cast<std::int64_t>(value));
    }
    bool string(string_t& value) override {
        Node node;
        node.kind = Kind::text;
        node.text = std::move(value);
        return add(std::move(node));
    }
    bool start_object(std::size_t /*count*/) override { return open(Kind::object); }
    bool start_array(std::size_t /*count*/) override { return open(Kind::list); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        std::vector<std::string>& keys = open_.back()->keys;
        if (keys.size() == kMostMembers) {
            return stop("an object has more than " + std::to_string(kMostMembers) + " members");
        }
        if (std::find(keys.begin(), keys.end(), name) != keys.end()) {
            return stop("the member '" + printable(name, 80) + "' is there twice");
        }
        keys.push_back(std::move(name));
        return true;
    }
    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::json::exception& /*error*/) override {
        return stop(not_json_at(position));
    }

   private:
    bool stop(std::string fault) {
        fault_ = std::move(fault);
        return false;
    }
    bool add_number(std::int64_t value) {
        Node node;
        node.kind = Kind::number;
        node.number = value;
        return add(std::move(node));
    }
    bool add(Node node) {
        if (values_left_ == 0) {
            return stop("it has too many values");
        }
        --values_left_;
        if (open_.empty()) {
            root_ = std::move(node);
        } else {
            open_.back()->elements.push_back(std::move(node));
        }
        return true;
    }
    bool open(Kind kind) {
        if (open_.size() == kDeepest) {
            return stop("it is nested deeper than " + std::to_string(kDeepest));
        }
        Node node;
        node.kind = kind;
        if (!add(std::move(node))) {
            return false;
        }
        // Only the innermost list grows, so the open nodes stay where they are.
        open_.push_back(open_.empty() ? &root_ : &open_.back()->elements.back());
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    std::size_t values_left_;
    Node root_;
    std::vector<Node*> open_;
    std::string fault_;
};

/// Printable ASCII that JSON writes as itself.
bool is_plain(char c) { return c >= ' ' && c < '\x7f' && c != '"' && c != '\\'; }

void append_quoted(std::string& json, std::string_view text) {
    if (std::all_of(text.begin(), text.end(), is_plain)) {  // names, digits and hashes: nearly all there is
        json.append(1, '"').append(text).append(1, '"');
    } else {
        json += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::ignore);
    }
}

}  // namespace

JsonObject parse_json(std::string_view json, const JsonLimits& limits) {
    if (json.size() > limits.bytes) {
        throw Error(ErrorKind::corrupt, "it is larger than " + std::to_string(limits.bytes) + " bytes");
    }
    // nlohmann-json takes a NUL for the end of the document, whatever comes after it.
    if (const std::size_t nul = json.find('\0'); nul != std::string_view::npos) {
        throw Error(ErrorKind::corrupt, not_json_at(nul + 1));
    }
    TreeBuilder builder(limits.values);
    if (!nlohmann::json::sax_parse(json.begin(), json.end(), &builder)) {
        throw Error(ErrorKind::corrupt, builder.fault());
    }
    auto root = std::make_shared<const Node>(builder.take_root());
    if (root->kind != Kind::object) {
        throw Error(ErrorKind::corrupt, "it is not a JSON object");
    }
    return JsonObject(std::move(root), "");
}

JsonObject::JsonObject(std::shared_ptr<const json_detail::Node> node, std::string place)
    : node_(std::move(node)), place_(std::move(place)), taken_(node_->keys.size()) {}

const Node* JsonObject::take(std::string_view key) {
    const auto found = std::find(node_->keys.begin(), node_->keys.end(), key);
    if (found == node_->keys.end()) {
        return nullptr;
    }
    const auto index = static_cast<std::size_t>(found - node_->keys.begin());
    taken_[index] = true;
    return &node_->elements[index];
}

std::optional<std::string> JsonObject::find_text(std::string_view key) {
    const Node* const node = take(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (node->kind != Kind::text) {
        fail(key, "it is not a text");
    }
    return node->text;
}

template <class T>
T JsonObject::present(std::string_view key, std::optional<T> value) const {
    if (!value) {
        fail(key, "it is missing");
    }
    return *std::move(value);
}

std::string JsonObject::text(std::string_view key) { return present(key, find_text(key)); }

std::string JsonObject::bounded(std::string_view key, std::size_t most) {
    std::string value = text(key);
    if (value.size() > most) {
        fail(key, "it is longer than " + std::to_string(most) + " bytes");
    }
    return value;
}

std::optional<std::int64_t> JsonObject::find_number(std::string_view key) {
    const Node* const node = take(key);
    if (node == nullptr) {
        return std::nullopt;
    }
    if (node->kind != Kind::number) {
        fail(key, "it is not a whole number");
    }
    return node->number;
}

std::int64_t JsonObject::number(std::string_view key) { return present(key, find_number(key)); }

std::optional<Time> JsonObject::find_numeric_date(std::string_view key) {
    const std::optional<std::int64_t> value = find_number(key);
    if (!value) {
        return std::nullopt;
    }
    if (*value < 0 || *value > kEndOfYear9999) {
        fail(key, "it is not a time");
    }
    return Time{Seconds{*value}};
}

Time JsonObject::numeric_date(std::string_view key) { return present(key, find_numeric_date(key)); }

std::vector<JsonObject> JsonObject::objects(std::string_view key) {
    const Node* const list = take(key);
    if (list == nullptr) {
        fail(key, "it is missing");
    }
    return objects_of(key, *list);
}

std::vector<JsonObject> JsonObject::find_objects(std::string_view key) {
    const Node* const list = take(key);
    return list == nullptr ? std::vector<JsonObject>() : objects_of(key, *list);
}

std::vector<JsonObject> JsonObject::objects_of(std::string_view key, const Node& list) const {
    if (list.kind != Kind::list) {
        fail(key, "it is not a list");
    }
    std::vector<JsonObject> objects;
    objects.reserve(list.elements.size());
    for (const Node& element : list.elements) {
        std::string place = place_ + std::string(key) + "[" + std::to_string(objects.size()) + "].";
        if (element.kind != Kind::object) {
            fail(key, "it has something else than objects in it");
        }
        objects.push_back(JsonObject(std::shared_ptr<const Node>(node_, &element), std::move(place)));
    }
    return objects;
}

void JsonObject::finish() const {
    const auto left_over = std::find(taken_.begin(), taken_.end(), false);
    if (left_over != taken_.end()) {
        fail(node_->keys[static_cast<std::size_t>(left_over - taken_.begin())], "it does not belong here");
    }
}

void JsonObject::fail(std::string_view key, const std::string& what) const {
    throw Error(ErrorKind::corrupt, "'" + place_ + printable(key, 80) + "': " + what);
}

void JsonWriter::begin(std::string_view key) {
    if (!members_.empty()) {
        members_ += ',';
    }
    append_quoted(members_, key);
    members_ += ':';
}

JsonWriter& JsonWriter::text(std::string_view key, std::string_view value) {
    begin(key);
    append_quoted(members_, value);
    return *this;
}

JsonWriter& JsonWriter::number(std::string_view key, std::int64_t value) {
    begin(key);
    members_ += std::to_string(value);
    return *this;
}

JsonWriter& JsonWriter::numeric_date(std::string_view key, Time value) {
    return number(key, value.time_since_epoch().count());
}

JsonWriter& JsonWriter::numeric_date(std::string_view key, const std::optional<Time>& value) {
    return value ? numeric_date(key, *value) : *this;
}

JsonWriter& JsonWriter::objects(std::string_view key, const std::vector<JsonWriter>& values) {
    begin(key);
    members_ += '[';
    for (const JsonWriter& value : values) {
        members_ += members_.back() == '[' ? "" : ",";
        members_.append(1, '{').append(value.members_).append(1, '}');
    }
    members_ += ']';
    return *this;
}

}  // namespace halfday
