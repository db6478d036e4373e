// Strict YAML: a tree of maps, lists and scalars that says the same to every reader. What yaml-cpp would resolve
// silently (anchors, aliases, tags, second documents, duplicate keys) is refused where its parser reports it.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <sstream>

#include "ca/base/escape.hpp"
#include "ca/base/yaml.hpp"
#include "ca/base/yaml_node.hpp"

namespace halfday {
namespace {

using yaml_detail::Kind;
using yaml_detail::Node;
using yaml_detail::Place;
using yaml_detail::refuse_at;

constexpr std::size_t kDeepest = 16;
constexpr std::size_t kLargest = std::size_t{1} << 20U;

bool is_control(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value == 0x7f || (value < 0x20 && byte != '\n' && byte != '\r' && byte != '\t');
}

Place place_of(const YAML::Mark& mark) { return {std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1}; }

class TreeBuilder : public YAML::EventHandler {
   public:
    explicit TreeBuilder(const std::string& file) : file_(std::make_shared<const std::string>(file)) {}

    [[nodiscard]] std::shared_ptr<const Node> root() const { return root_; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            refuse(mark, "a second document begins here, expected one");
        }
    }
    void OnDocumentEnd() override {}
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        refuse(mark, "an alias ('*name'), which is not allowed here");
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { attach(make(Kind::empty, mark, "", anchor)); }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        const std::shared_ptr<Node> node = make(Kind::scalar, mark, tag, anchor);
        if (std::any_of(value.begin(), value.end(), is_control)) {
            refuse(mark, "a control character in '" + printable(value, 80) + "'");
        }
        node->scalar = value;
        attach(node);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        open(make(Kind::list, mark, tag, anchor));
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        open(make(Kind::map, mark, tag, anchor));
    }
    void OnMapEnd() override { close(); }

   private:
    /// A list or map whose end has not come yet.
    struct Open {
        std::shared_ptr<Node> node;
        std::shared_ptr<const Node> key;  // of a map, while its value has not come yet
        std::set<std::string, std::less<>> keys;
    };

    [[noreturn]] void refuse(const YAML::Mark& mark, const std::string& what) const {
        refuse_at(*file_, place_of(mark), what);
    }

    std::shared_ptr<Node> make(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
        if (anchor != 0) {
            refuse(mark, "an anchor ('&name'), which is not allowed here");
        }
        if (!tag.empty() && tag != "?" && tag != "!") {  // yaml-cpp's own, for plain and for quoted scalars
            refuse(mark, "the tag '" + printable(tag, 80) + "', and tags are not allowed here");
        }
        auto node = std::make_shared<Node>();
        node->kind = kind;
        node->place = place_of(mark);
        node->file = file_;
        return node;
    }

    void open(const std::shared_ptr<Node>& node) {
        if (open_.size() == kDeepest) {
            refuse_at(*file_, node->place, "nested deeper than " + std::to_string(kDeepest));
        }
        attach(node);
        Open opened;
        opened.node = node;
        open_.push_back(std::move(opened));
    }
    void close() { open_.pop_back(); }

    void attach(const std::shared_ptr<Node>& node) {
        if (open_.empty()) {
            root_ = node;
        } else if (Open& parent = open_.back(); parent.node->kind == Kind::list) {
            parent.node->elements.push_back(node);
        } else if (!parent.key) {
            take_key(parent, node);
        } else {
            if (node->kind == Kind::empty) {
                node->place = parent.key->place;  // yaml-cpp reports what comes next, perhaps lines below
            }
            parent.node->members.emplace_back(std::move(parent.key), node);
            parent.key = nullptr;
        }
    }

    void take_key(Open& parent, const std::shared_ptr<Node>& key) const {
        if (key->kind != Kind::scalar || key->scalar.empty()) {
            refuse_at(*file_, key->place, "a key that is empty, a list or a map, expected a name");
        }
        if (!parent.keys.insert(key->scalar).second) {
            refuse_at(*file_, key->place, "the key '" + printable(key->scalar, 80) + "' is there twice");
        }
        parent.key = key;
    }

    std::shared_ptr<const std::string> file_;
    std::shared_ptr<const Node> root_;
    std::vector<Open> open_;
    int documents_ = 0;
};

/// yaml-cpp takes the byte 0x04 for the end of the file, and UTF-16 for text; neither is in a file made by an editor.
void refuse_control_characters(std::string_view text, const std::string& name) {
    const auto found = std::find_if(text.begin(), text.end(), is_control);
    if (found == text.end()) {
        return;
    }
    const std::string_view before = text.substr(0, static_cast<std::size_t>(found - text.begin()));
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    const Place place{static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
                      static_cast<int>(before.size() - line_begin) + 1};
    refuse_at(name, place, "the control character '" + printable({&*found, 1}) + "'");
}

/// The text and a line "...": yaml-cpp takes an open quote for closed where the file ends, but not at that marker.
std::string with_end_marker(std::string_view text) {
    std::string marked(text);
    if (!marked.ends_with('\n')) {
        marked += '\n';
    }
    return marked + "...\n";
}

void parse(const std::string& marked, const std::string& name, TreeBuilder& builder) {
    std::istringstream stream(marked);
    try {
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const YAML::Exception& error) {
        const bool at_the_end = error.mark.line + 1 == std::count(marked.begin(), marked.end(), '\n');
        const bool in_quotes = error.msg == YAML::ErrorMsg::DOC_IN_SCALAR;
        refuse_at(name, place_of(error.mark),
                  at_the_end && in_quotes ? "the file ends here and a quote is still open" : printable(error.msg));
    }
}

}  // namespace

YamlMap parse_yaml(std::string_view text, const std::string& name) {
    if (text.size() > kLargest) {
        refuse_at(name, {}, "larger than " + std::to_string(kLargest) + " bytes");
    }
    refuse_control_characters(text, name);
    TreeBuilder builder(name);
    parse(with_end_marker(text), name, builder);
    const std::shared_ptr<const Node> root = builder.root();
    if (!root || root->kind == Kind::empty) {
        refuse_at(name, {}, "nothing in it, expected a map of keys and values");
    }
    if (root->kind != Kind::map) {
        refuse_at(name, root->place, "expected a map of keys and values");
    }
    return YamlMap(root);
}

YamlMap read_trusted_yaml(const Path& path) {
    require_roots_own(path.has_parent_path() ? path.parent_path() : Path("."));
    require_roots_own(path);
    return parse_yaml(read_file(path, kLargest), path.string());
}

}  // namespace halfday
