#include "distribute/trust/step.hpp"

#include <algorithm>
#include <cctype>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

std::string shell_word(const std::string& word) {
    const auto is_plain = [](unsigned char each) {
        return std::isalnum(each) != 0 ||
               std::string_view("/._-+=:,@%").find(static_cast<char>(each)) != std::string::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
    std::string quoted = "'";
    for (const char each : word) quoted += each == '\'' ? std::string("'\"'\"'") : std::string(1, each);
    return quoted + "'";
}

std::string typed(const std::vector<std::string>& argv) {
    std::string line;
    for (const std::string& word : argv) line += (line.empty() ? "" : " ") + shell_word(word);
    return printable(line, 4096);
}

struct Describe {
    const Path& root_file;

    std::string operator()(const PlaceFile& file) const {
        return typed({"install", "-m", "644", root_file.string(), file.path.string()});
    }
    std::string operator()(const DropFile& file) const { return typed({"rm", file.path.string()}); }
    std::string operator()(const Command& command) const {
        return typed(command.argv) + (command.input.empty() ? "" : " <" + typed({root_file.string()}));
    }
};

struct Take {
    void operator()(const PlaceFile& file) const { write_new(file.path, file.content, {.mode = 0644}); }
    void operator()(const DropFile& file) const { remove_file(file.path); }
    void operator()(const Command& command) const { run_or_throw(command); }
};

}  // namespace

std::string describe(const Step& step, const Path& root_file) { return std::visit(Describe{root_file}, step); }

void take(const Step& step) { std::visit(Take{}, step); }

std::string run_or_throw(const Command& command) {
    Finished finished = run_process(command);
    if (finished.timed_out) throw Error(ErrorKind::io, "'" + typed(command.argv) + "' did not end in time");
    if (finished.status != 0 || finished.truncated) {
        const std::string& said = finished.error.empty() ? finished.out : finished.error;
        throw Error(ErrorKind::io, "'" + typed(command.argv) + "' " +
                                       (finished.status == 0 ? "printed more than can be read"
                                                             : "ended with " + std::to_string(finished.status)) +
                                       ": '" + printable(said.substr(0, said.find_last_not_of(" \n") + 1), 500) + "'");
    }
    return std::move(finished.out);
}

}  // namespace halfday
