#include "ca/issuer/rollout_state.hpp"

#include <utility>

#include "ca/base/error.hpp"
#include "ca/exchange/json.hpp"

namespace halfday {
namespace {

constexpr std::size_t kMostStateBytes = 64 * 1024;
constexpr JsonLimits kStateLimits{kMostStateBytes, 16};

std::string to_json(const RolloutState& state) {
    return JsonWriter()
        .text("newer", state.newer)
        .number("wave", static_cast<std::int64_t>(state.wave))
        .number("complete", state.complete ? 1 : 0)
        .text("stopped", state.stopped)
        .numeric_date("resumed_at", state.resumed_at)
        .finish();
}

RolloutState parse_state(std::string_view json) {
    JsonObject object = parse_json(json, kStateLimits);
    RolloutState state{object.text("newer"), static_cast<std::size_t>(object.number("wave")),
                       object.number("complete") == 1, object.text("stopped"), object.find_numeric_date("resumed_at")};
    object.finish();
    return state;
}

bool is_saved(const Path& file, const std::string& json) {
    try {
        return read_file_if_there(file, kMostStateBytes) == json;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

std::optional<RolloutState> load_rollout(const Path& file, const std::string& newer) {
    try {
        RolloutState found = parse_state(read_file(file, kMostStateBytes));
        return found.newer == newer ? std::optional(std::move(found)) : std::nullopt;
    } catch (const Error&) {
        return std::nullopt;
    }
}

void save_rollout(const Path& file, const RolloutState& state) {
    const std::string json = to_json(state);
    if (!is_saved(file, json)) {
        replace_file(file, json, {.mode = 0600, .group = std::nullopt});
    }
}

}  // namespace halfday
