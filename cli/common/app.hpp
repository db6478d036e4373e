#pragma once

// Includes CLI11, which is slow to compile: for each program's main.cpp alone.

#include <CLI/CLI.hpp>
#include <cctype>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "ca/base/escape.hpp"
#include "ca/base/spelling.hpp"
#include "ca/exchange/places.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"

/// What --help calls the value of an option that is a file or a folder.
template <>
constexpr const char* CLI::detail::type_name<std::filesystem::path>() {
    return "PATH";
}

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

/// CLI11's words in our form: lower case, no full stop.
inline std::string describe(const CLI::ParseError& error) {
    std::string what = error.what();
    if (what.size() > 1 && std::isupper(static_cast<unsigned char>(what[1])) == 0) {
        what[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(what[0])));
    }
    return what;
}

/// The subcommand that the arguments name, as far as they were understood, and how it is written: "halfday host add".
inline std::pair<const CLI::App*, std::string> chosen_command(const CLI::App& app) {
    const CLI::App* command = &app;
    std::string written = app.get_name();
    while (true) {
        const auto chosen = const_cast<CLI::App*>(command)->get_subcommands();  // it lacks its const
        if (chosen.empty()) return {command, written};
        command = chosen.front();
        written += " " + command->get_name();
    }
}

/// What may stand where `unknown` stands: options, those of the commands around included, or subcommands.
inline std::vector<std::string> known_words(const CLI::App& command, const std::string& unknown) {
    std::vector<std::string> words;
    if (!unknown.starts_with("-")) {
        for (const CLI::App* subcommand : command.get_subcommands([](const CLI::App*) { return true; })) {
            words.push_back(subcommand->get_name());
        }
        return words;
    }
    for (const CLI::App* level = &command; level != nullptr; level = level->get_parent()) {
        for (const CLI::Option* option : level->get_options()) {
            for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
        }
    }
    return words;
}

inline void print_unknown(const CLI::App& app, const CLI::App& command, const std::string& written,
                          const std::string& word) {
    const auto nearest = nearest_spelling(word, known_words(command, word));
    print_error(app.get_name(), "'" + printable(word) + "' is not a command or option here",
                (nearest ? "did you mean '" + *nearest + "'? " : "") + "see '" + written + " --help'");
}

/// One line that says which argument is wrong, and what may have been meant.
inline void print_parse_error(const CLI::App& app, const CLI::ParseError& error) {
    const auto [command, written] = chosen_command(app);
    const std::string see_help = "see '" + written + " --help'";
    const std::vector<std::string> unknown = app.remaining(true);
    if (unknown.empty()) {
        print_error(app.get_name(), describe(error), see_help);
        return;
    }
    const std::string word = unknown.front().substr(0, unknown.front().find('='));
    if (known_words(*command, word).empty()) {
        print_error(app.get_name(), "'" + printable(word) + "' is one argument too many for '" + written + "'",
                    "a value that has spaces wants quotes; " + see_help);
        return;
    }
    print_unknown(app, *command, written, word);
}

/// Prints what COMMAND --help does.
inline int print_help(CLI::App& app, const std::vector<std::string>& command) {
    const CLI::App* level = &app;
    std::string written = app.get_name();
    std::vector<std::string> arguments{"--help"};  // the last word first, as CLI11 wants it
    for (const std::string& word : command) {
        arguments.insert(arguments.begin() + 1, word);
        if (level->get_prefix_command()) continue;  // what follows is another program's to know
        const auto below = level->get_subcommands([&](const CLI::App* each) { return each->get_name() == word; });
        if (below.empty()) {
            print_unknown(app, *level, written, word);
            return kUsage;
        }
        level = below.front();
        written += " " + word;
    }
    app.clear();
    app.parse(arguments);
    return kDone;
}

/// Parses the arguments and runs the chosen subcommand's callback, which sets `status`. Wrong arguments end with kUsage
/// and one line that says which.
inline int parse_and_run(CLI::App& app, int argc, char** argv, const int& status) {
    const std::string program = app.get_name();
    std::vector<std::string> explained;
    const std::string first = app.get_subcommands([](const CLI::App*) { return true; }).front()->get_name();
    CLI::App* const help = add_command(app, "help", "this text, or a command's", program + " help " + first);
    help->add_option("COMMAND", explained, "the words of one: without them, all are listed");
    return run_program(program, [&] {
        try {
            app.parse(argc, argv);
            if (help->parsed()) return print_help(app, std::vector<std::string>(explained));
        } catch (const CLI::Success& asked_for_text) {
            return app.exit(asked_for_text);
        } catch (const CLI::ParseError& error) {
            print_parse_error(app, error);
            return static_cast<int>(kUsage);
        }
        return status;
    });
}

}  // namespace halfday
