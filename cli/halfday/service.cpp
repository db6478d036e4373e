#include "cli/halfday/service.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <optional>

#include "ca/base/error.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "cli/halfday/relay.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

/// What the child is given in place of root's terminal.
struct Streams {
    const Handed& handed;
    RelayedOutput out{STDOUT_FILENO};
    RelayedOutput error{STDERR_FILENO};
};

void leave_terminal(const Streams& streams) {
    if (::setsid() < 0) {
        throw_errno("leave the terminal");
    }
    const FileDescriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (::dup2(streams.handed.input ? streams.handed.input.get() : nothing.get(), STDIN_FILENO) < 0) {
        throw_errno("hand over standard input");
    }
    streams.out.become_output();
    streams.error.become_output();
    if (streams.handed.output && ::dup2(streams.handed.output.get(), STDOUT_FILENO) < 0) {
        throw_errno("hand over standard output");
    }
    if (streams.handed.secret && ::fcntl(streams.handed.secret.get(), F_SETFD, 0) < 0) {
        throw_errno("hand over a passphrase");
    }
    if (streams.handed.progress != nullptr) {
        streams.handed.progress->keep_write_end();
    }
}

[[noreturn]] void exec_as(const User& user, const std::vector<std::string>& argv, const Streams& streams) {
    try {
        leave_terminal(streams);
        if (::geteuid() == 0 && user.uid != 0) {
            become(user);
        }
        std::vector<char*> pointers;
        for (const std::string& argument : argv) {
            pointers.push_back(const_cast<char*>(argument.c_str()));  // execv's signature is older than const
        }
        pointers.push_back(nullptr);
        ::execv(pointers[0], pointers.data());
        throw_errno("start '" + argv[0] + "'");
    } catch (const std::exception& error) {
        print_error("halfday", error.what());
    }
    ::_exit(kFailed);
}

void require_permitted(const Service& service, const User& user) {
    if (::geteuid() != 0 && ::geteuid() != user.uid) {
        throw Error(ErrorKind::usage,
                    fmt::format("{} runs as user '{}' and nobody else", service.program, service.user),
                    fmt::format("start it by root, who becomes that user: sudo halfday …"));
    }
}

}  // namespace

std::vector<std::string> service_argv(const Service& service, const Places& places,
                                      const std::vector<std::string>& arguments) {
    const Path folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    std::vector<std::string> argv{folder / service.program, "--etc", places.etc, "--state", places.state};
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    return argv;
}

int run_service(const Service& service, const Places& places, const std::vector<std::string>& arguments,
                const Handed& handed) {
    const User user = find_user(service.user);
    require_permitted(service, user);
    const std::vector<std::string> argv = service_argv(service, places, arguments);
    Streams streams{handed};
    const pid_t child = ::fork();
    if (child < 0) {
        throw_errno("fork");
    }
    if (child == 0) {
        exec_as(user, argv, streams);
    }
    streams.out.close_write_end();
    streams.error.close_write_end();
    if (handed.progress != nullptr) {
        handed.progress->close_write_end();
    }
    const int status = relay_until_end(child, streams.out, streams.error, handed.progress);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int run_push_service(const Places& places, const std::vector<std::string>& options) {
    std::vector<std::string> arguments{"push"};
    std::optional<ProgressDisplay> display;
    if (ProgressDisplay::is_possible()) {
        display.emplace();
        arguments.emplace_back("--progress-to");
        arguments.push_back(std::to_string(display->write_end()));
    }
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_service(kDistributorService, places, arguments, {.progress = display ? &*display : nullptr});
}

void require_root(const std::string& what) {
    if (::geteuid() != 0) {
        throw Error(ErrorKind::usage, fmt::format("'halfday {}' changes root's configuration", what),
                    fmt::format("sudo halfday {}", what));
    }
}

}  // namespace halfday
