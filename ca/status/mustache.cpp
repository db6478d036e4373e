#include "ca/status/mustache.hpp"

#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace halfday {
namespace {

using kainjow::mustache::data;
using nlohmann::json;

data data_of(const json& value) {
    if (value.is_object()) {
        data object(data::type::object);
        for (const auto& [name, each] : value.items()) object.set(name, data_of(each));
        return object;
    }
    if (value.is_array()) {
        data list(data::type::list);
        for (const json& each : value) list.push_back(data_of(each));
        return list;
    }
    if (value.is_string() && !value.get_ref<const std::string&>().empty()) return data(value.get<std::string>());
    if (value.is_number_integer()) return data(value.dump());
    return data(value == true);
}

}  // namespace

std::string render_mustache(const std::string& page, const nlohmann::json& values) {
    kainjow::mustache::mustache filled(page);
    std::string text = filled.is_valid() ? filled.render(data_of(values)) : "";
    if (!filled.error_message().empty()) throw std::logic_error("the template: " + filled.error_message());
    return text;
}

}  // namespace halfday
