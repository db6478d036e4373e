#include "ca/status/mustache.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

namespace halfday {
namespace {

using nlohmann::json;

void append_escaped(std::string& out, std::string_view text) {
    for (const char at : text) {
        switch (at) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += at;
        }
    }
}

bool is_there(const json& value) {
    if (value.is_string()) return !value.get_ref<const std::string&>().empty();
    return !(value.is_null() || value == false || value == 0 || (value.is_array() && value.empty()));
}

struct Tag {
    char kind;  // '#', '^', '/', or ' ' for a name alone
    std::string name;
};

class Rendering {
   public:
    explicit Rendering(const json& values) : scopes_{&values} {}

    void put(std::string_view page) {
        while (!page.empty()) {
            const std::size_t at = page.find("{{");
            out_ += page.substr(0, at);
            if (at == std::string_view::npos) return;
            page.remove_prefix(at);
            const Tag tag = take_tag(page);
            if (tag.kind == ' ') {
                put_value(find(tag.name));
            } else {
                put_section(tag, take_section(page, tag.name));
            }
        }
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

   private:
    static Tag take_tag(std::string_view& page) {
        const std::size_t end = page.find("}}");
        if (end == std::string_view::npos || end == 2) throw std::logic_error("a tag of the template has no end");
        std::string_view name = page.substr(2, end - 2);
        page.remove_prefix(end + 2);
        const char kind = name.find_first_of("#^/") == 0 ? name.front() : ' ';
        if (kind != ' ') name.remove_prefix(1);
        return {kind, std::string(name)};
    }

    /// Up to the section's own end, which is taken too.
    static std::string_view take_section(std::string_view& page, const std::string& name) {
        const std::string_view begin = page;
        for (std::size_t depth = 1;;) {
            const std::size_t at = page.find("{{");
            if (at == std::string_view::npos) throw std::logic_error("section '" + name + "' has no end");
            page.remove_prefix(at);
            const std::size_t body = begin.size() - page.size();
            const Tag tag = take_tag(page);
            if (tag.name != name || tag.kind == ' ') continue;
            depth = tag.kind == '/' ? depth - 1 : depth + 1;
            if (depth == 0) return begin.substr(0, body);
        }
    }

    void put_section(const Tag& tag, std::string_view body) {
        if (tag.kind == '/') throw std::logic_error("section '" + tag.name + "' has no beginning");
        const json& value = find(tag.name);
        if (tag.kind == '^') {
            if (!is_there(value)) put(body);
        } else if (value.is_array()) {
            for (const json& element : value) put_within(element, body);
        } else if (is_there(value)) {
            put_within(value, body);
        }
    }

    void put_within(const json& value, std::string_view body) {
        scopes_.push_back(&value);
        put(body);
        scopes_.pop_back();
    }

    void put_value(const json& value) {
        if (value.is_string()) {
            append_escaped(out_, value.get_ref<const std::string&>());
        } else if (value.is_number_integer()) {
            out_ += value.dump();
        } else {
            throw std::logic_error("a value that is neither text nor whole number");
        }
    }

    [[nodiscard]] const json& find(const std::string& name) const {
        for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
            if (!(*scope)->is_object()) continue;
            const auto found = (*scope)->find(name);
            if (found != (*scope)->end()) return *found;
        }
        throw std::logic_error("there is no '" + name + "' for the template");
    }

    std::vector<const json*> scopes_;
    std::string out_;
};

}  // namespace

std::string render_mustache(std::string_view page, const nlohmann::json& values) {
    Rendering rendering(values);
    rendering.put(page);
    return rendering.take();
}

}  // namespace halfday
