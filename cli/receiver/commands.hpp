#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ca/base/clock.hpp"
#include "distribute/receive/places.hpp"

namespace halfday {

inline constexpr const char* kReceiverProgram = "halfday-receiver";

enum class Form { text, json };

/// What `init` was given; what is empty was not.
struct InitOptions {
    ReceiverPlaces places;
    std::string host;
    std::vector<std::string> names;
    std::string entry = "www";
    std::string server = "nginx";
    std::string install;
    std::string probe;
    std::string runtime_socket;
    std::string master_socket;
    std::string mode;
    std::string group;
    Path root;
    std::string distributor_key;  // the key itself or its file
    std::string from;             // where that key is taken from
    std::string user = "halfday-receiver";
    std::string reach;
    Form form = Form::text;
    enum class Texts { printed, in_place } texts = Texts::printed;  // authorized_keys and sudoers
};

struct UninstallOptions {
    ReceiverPlaces places;
    std::string user = "halfday-receiver";
    Form form = Form::text;
};

struct RollbackOptions {
    std::string entry;
    bool is_dry = false;
    Form form = Form::text;
};

// One function a subcommand; each returns the exit status.
[[nodiscard]] int run_init(const InitOptions& options);
[[nodiscard]] int run_uninstall(const UninstallOptions& options);
[[nodiscard]] int run_serve(const ReceiverPlaces& places, Time now);
[[nodiscard]] int run_rollback(const ReceiverPlaces& places, const RollbackOptions& options, Time now);
[[nodiscard]] int run_new_key(const ReceiverPlaces& places, const std::string& entry, Form form, Time now);
[[nodiscard]] int run_status(const ReceiverPlaces& places, Form form, Time now);
[[nodiscard]] int run_check(const ReceiverPlaces& places, Form form, Time now);

}  // namespace halfday
