// config-reference DIR: writes what docs/reference holds into DIR: a page and a JSON Schema for each file that people
// write, made of the sections that the parsers follow.

#include <fmt/core.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ca/exchange/inventory.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/root/ceremony_file.hpp"
#include "distribute/receive/grants.hpp"

namespace halfday {
namespace {

using Json = nlohmann::ordered_json;

/// A file, or one of the kinds that it has.
struct Described {
    std::string_view title;  // "" where the file has one kind
    std::string_view meaning;
    const YamlSection* section;
};

struct Format {
    std::string name;  // of its page and schema
    std::string title;
    std::string about;
    std::vector<Described> kinds;
};

std::string_view word_of(YamlForm form) {
    switch (form) {
        case YamlForm::text:
            return "text";
        case YamlForm::number:
            return "number";
        case YamlForm::duration:
            return "time";
        case YamlForm::texts:
            return "list";
        case YamlForm::numbers:
            return "list of numbers";
        case YamlForm::map:
            return "map";
        case YamlForm::named:
            break;
    }
    return "map, by name";
}

std::string joined(const std::vector<std::string_view>& words, std::string_view between, std::string_view quote) {
    std::string text;
    for (const std::string_view word : words) {
        text += fmt::format("{}{}{}{}", text.empty() ? "" : between, quote, word, quote);
    }
    return text;
}

std::string default_of(const YamlKey& key) {
    if (key.presence == YamlPresence::needed) return "*needed*";
    if (key.fallback.empty()) return "";
    const bool is_words = key.fallback.find(' ') != std::string_view::npos && key.fallback.front() != '[';
    return is_words ? std::string(key.fallback) : fmt::format("`{}`", key.fallback);
}

std::string row_of(const YamlKey& key) {
    const std::string form = key.choices.empty() ? std::string(word_of(key.form)) : joined(key.choices, ", ", "`");
    return fmt::format("| `{}` | {} | {} | {} |\n", key.name, form, default_of(key), key.meaning);
}

void write_section(std::string& page, const YamlSection& section, const std::string& path, int level) {
    page += "| key | value | default | |\n| --- | --- | --- | --- |\n";
    for (const YamlKey& key : section.keys) page += row_of(key);
    for (const YamlKey& key : section.keys) {
        if (key.section == nullptr) continue;
        const std::string below = path + std::string(key.name) + (key.form == YamlForm::named ? ".NAME" : "");
        page += fmt::format("\n{} {}\n\n", std::string(static_cast<std::size_t>(level), '#'), below);
        write_section(page, *key.section, below + ".", level);
    }
}

std::string page_of(const Format& format) {
    std::string page = fmt::format(
        "# {}\n\n{}\n\nTimes are written `30m`, `12h`, `35d`. An unknown key or a value that does not fit is "
        "refused with file, line and column. Editors\ncan check it as you type, by "
        "[{}.schema.json]({}.schema.json).\n\n",
        format.title, format.about, format.name, format.name);
    for (const Described& kind : format.kinds) {
        if (!kind.title.empty()) page += fmt::format("## ceremony: {}\n\n{}.\n\n", kind.title, kind.meaning);
        write_section(page, *kind.section, "", 2);
        if (&kind != &format.kinds.back()) page += "\n";
    }
    return page +
           "\nThis page is made of the parser's own table (`tests/tools/config-reference`); `halfday.yaml(5)` and its "
           "like say the "
           "same at a terminal.\n";
}

Json schema_of(const YamlSection& section);

Json type_of(const YamlKey& key) {
    const Json scalar{"string", "number"};
    switch (key.form) {
        case YamlForm::text:
            return key.choices.empty() ? Json{{"type", "string"}} : Json{{"enum", key.choices}};
        case YamlForm::number:
            return {{"type", "integer"}};
        case YamlForm::duration:
            return {{"type", "string"}, {"pattern", "^[1-9][0-9]*[smhd]$"}};
        case YamlForm::texts:
            return {{"type", "array"}, {"items", {{"type", scalar}}}};
        case YamlForm::numbers:
            return {{"type", "array"}, {"items", {{"type", "integer"}}}};
        case YamlForm::map:
            return schema_of(*key.section);
        case YamlForm::named:
            break;
    }
    return {{"type", "object"}, {"minProperties", 1}, {"additionalProperties", schema_of(*key.section)}};
}

Json schema_of(const YamlSection& section) {
    Json properties = Json::object();
    Json needed = Json::array();
    for (const YamlKey& key : section.keys) {
        Json property = type_of(key);
        property["description"] = key.meaning;
        if (!key.fallback.empty()) {
            property["description"] = fmt::format("{}. Default: {}", key.meaning, key.fallback);
        }
        properties[std::string(key.name)] = property;
        if (key.presence == YamlPresence::needed) needed.push_back(key.name);
    }
    Json schema{{"type", "object"}, {"additionalProperties", false}, {"properties", properties}};
    if (!needed.empty()) schema["required"] = needed;
    return schema;
}

Json schema_of(const Format& format) {
    Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", format.title}};
    if (format.kinds.size() == 1) {
        schema.update(schema_of(*format.kinds.front().section));
        return schema;
    }
    schema["oneOf"] = Json::array();
    for (const Described& kind : format.kinds) schema["oneOf"].push_back(schema_of(*kind.section));
    return schema;
}

std::vector<Described> ceremonies() {
    std::vector<Described> kinds;
    for (const CeremonySection& each : ceremony_sections()) {
        kinds.push_back({each.ceremony, each.meaning, each.section});
    }
    return kinds;
}

std::vector<Format> formats() {
    return {
        {"halfday.yaml",
         "/etc/halfday/halfday.yaml",
         "Settings of an issuer box. The file may be missing, and so may each key in it; `halfday check` reads it.",
         {{"", "", &settings_section()}}},
        {"host.yaml",
         "/etc/halfday/hosts.d/HOST.yaml",
         "A web server in the inventory of an issuer box. `halfday host add` writes it; it may be edited, and the next "
         "cycle "
         "does the rest.",
         {{"", "", &host_section()}}},
        {"receiver.yaml",
         "/etc/halfday/receiver.yaml",
         "What a web server may be given, in its own words: nothing is installed but what this file grants. "
         "`halfday-receiver "
         "init` writes it.",
         {{"", "", &grants_section()}}},
        {"ceremony.yaml", "A ceremony as a file",
         "What `halfday-root do` is to do, as a file that people review beforehand.", ceremonies()},
    };
}

void write_file(const std::string& path, const std::string& content) {
    std::ofstream file(path, std::ios::trunc);
    if (!(file << content)) throw std::runtime_error("cannot write '" + path + "'");
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "usage: config-reference DIR\n");
        return 2;
    }
    const std::string folder = argv[1];
    for (const halfday::Format& format : halfday::formats()) {
        halfday::write_file(folder + "/" + format.name + ".md", halfday::page_of(format));
        halfday::write_file(folder + "/" + format.name + ".schema.json", halfday::schema_of(format).dump(2) + "\n");
    }
    return 0;
}
