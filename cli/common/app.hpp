#pragma once

// Includes CLI11, which is slow to compile: for each program's main.cpp alone.

#include <CLI/CLI.hpp>
#include <cctype>
#include <string>
#include <vector>

#include "ca/base/escape.hpp"
#include "ca/exchange/places.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"

namespace halfday {

/// Options that every program of the issuer box has.
inline void add_places(CLI::App& app, Places& places) {
    app.add_option("--etc", places.etc, "folder of the configuration")->capture_default_str();
    app.add_option("--state", places.state, "folder of the state")->capture_default_str();
}

/// A subcommand whose help ends with an example that works.
inline CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& what,
                             const std::string& example) {
    CLI::App* command = app.add_subcommand(name, what);
    command->footer("Example:\n  " + example);
    command->fallthrough();
    return command;
}

/// CLI11's words in our form: lower case, no full stop; a word that no subcommand knows is named.
inline std::string describe_parse_error(const CLI::App& app, const CLI::ParseError& error) {
    const std::vector<std::string> unknown = app.remaining(true);
    if (!unknown.empty()) {
        return "'" + printable(unknown.front()) + "' is not a command or option here";
    }
    std::string what = error.what();
    if (what.size() > 1 && std::isupper(static_cast<unsigned char>(what[1])) == 0) {
        what[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(what[0])));
    }
    return what;
}

/// "halfday host add": as far as the arguments were understood.
inline std::string chosen_command(const CLI::App& app) {
    const std::vector<CLI::App*> chosen = const_cast<CLI::App&>(app).get_subcommands();  // it lacks its const
    return chosen.empty() ? app.get_name() : app.get_name() + " " + chosen_command(*chosen.front());
}

/// Parses the arguments and runs the chosen subcommand's callback, which sets `status`. Wrong arguments end with kUsage
/// and one line that says which.
inline int parse_and_run(CLI::App& app, int argc, char** argv, const int& status) {
    const std::string program = app.get_name();
    return run_program(program, [&] {
        try {
            app.parse(argc, argv);
        } catch (const CLI::Success& asked_for_text) {
            return app.exit(asked_for_text);
        } catch (const CLI::ParseError& error) {
            print_error(program, describe_parse_error(app, error), "see '" + chosen_command(app) + " --help'");
            return static_cast<int>(kUsage);
        }
        return status;
    });
}

}  // namespace halfday
