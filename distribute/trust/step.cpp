#include "distribute/trust/step.hpp"

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/shell_word.hpp"

namespace halfday {
namespace {

struct Describe {
    const Path& root_file;

    std::string operator()(const PlaceFile& file) const {
        return shell_line({"install", "-m", "644", root_file.string(), file.path.string()});
    }
    std::string operator()(const DropFile& file) const { return shell_line({"rm", file.path.string()}); }
    std::string operator()(const Command& command) const {
        return shell_line(command.argv) + (command.input.empty() ? "" : " <" + shell_line({root_file.string()}));
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
    if (finished.timed_out) throw Error(ErrorKind::io, "'" + shell_line(command.argv) + "' did not end in time");
    if (finished.status != 0 || finished.truncated) {
        const std::string& said = finished.error.empty() ? finished.out : finished.error;
        throw Error(ErrorKind::io, "'" + shell_line(command.argv) + "' " +
                                       (finished.status == 0 ? "printed more than can be read"
                                                             : "ended with " + std::to_string(finished.status)) +
                                       ": '" + printable(said.substr(0, said.find_last_not_of(" \n") + 1), 500) + "'");
    }
    return std::move(finished.out);
}

}  // namespace halfday
