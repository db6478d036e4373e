#include "cli/halfday/service.hpp"

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <exception>

#include "ca/base/error.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/terminal.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

[[noreturn]] void exec_as(const User& user, const std::vector<std::string>& argv, const FileDescriptor& input) {
    try {
        if (input && ::dup2(input.get(), STDIN_FILENO) < 0) {
            throw_errno("hand over standard input");
        }
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

int wait_for(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            throw_errno("wait for a child");
        }
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
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
                const FileDescriptor& input) {
    const User user = find_user(service.user);
    require_permitted(service, user);
    const std::vector<std::string> argv = service_argv(service, places, arguments);
    const pid_t child = ::fork();
    if (child < 0) {
        throw_errno("fork");
    }
    if (child == 0) {
        exec_as(user, argv, input);
    }
    return wait_for(child);
}

void require_root(const std::string& what) {
    if (::geteuid() != 0) {
        throw Error(ErrorKind::usage, fmt::format("'halfday {}' changes root's configuration", what),
                    fmt::format("sudo halfday {}", what));
    }
}

}  // namespace halfday
