#include "distribute/process/spawn.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <vector>

#include "ca/base/error.hpp"

// Between fork and exec the child calls nothing but system calls: other threads of the parent may have held any lock.
// What needs memory (the argument list, the environment, the user's groups, the program's path) is made ready before.

namespace halfday {
namespace {

constexpr int kReportFd = 3;  // where the child tells why it could not become the program

struct Pipe {
    FileDescriptor reader;
    FileDescriptor writer;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_errno("cannot make a pipe");
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

FileDescriptor open_nothing() {
    FileDescriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!nothing) throw_errno("/dev/null");
    return nothing;
}

void make_nonblocking(const FileDescriptor& fd) {
    if (::fcntl(fd.get(), F_SETFL, O_NONBLOCK) != 0) throw_errno("cannot make a pipe non-blocking");
}

std::string find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        if (::access(name.c_str(), F_OK) != 0) throw_errno("cannot run '" + name + "'", errno);
        return name;
    }
    for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"}) {
        std::string path = folder + name;
        if (::access(path.c_str(), X_OK) == 0) return path;
    }
    throw Error(ErrorKind::not_found, "cannot run '" + name + "': no such program",
                "install it, or give its absolute path");
}

std::vector<gid_t> groups_of(const User& user) {
    int count = 64;
    std::vector<gid_t> groups(static_cast<std::size_t>(count));
    while (::getgrouplist(user.name.c_str(), user.gid, groups.data(), &count) < 0) {
        groups.resize(static_cast<std::size_t>(count));
    }
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

std::vector<std::string> environment_of(const Command& command) {
    std::vector<std::string> environment{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"};
    if (command.user) {
        environment.push_back("HOME=" + command.user->home);
        environment.push_back("USER=" + command.user->name);
        environment.push_back("LOGNAME=" + command.user->name);
    }
    environment.insert(environment.end(), command.environment.begin(), command.environment.end());
    return environment;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Everything that the child needs, ready before the fork.
struct Plan {
    std::string program;
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::vector<char*> argv;
    std::vector<char*> envp;
    std::vector<gid_t> groups;
    const User* user = nullptr;
    Command::Orphan orphan;
    pid_t parent;
};

Plan make_plan(const Command& command) {
    if (command.argv.empty()) throw Error(ErrorKind::usage, "a command is empty", "give the program to run");
    Plan plan{find_program(command.argv[0]),
              command.argv,
              environment_of(command),
              {},
              {},
              {},
              nullptr,
              command.orphan,
              ::getpid()};
    if (command.user) {
        plan.user = &*command.user;
        plan.groups = groups_of(*command.user);
    }
    plan.argv = pointers_to(plan.arguments);
    plan.envp = pointers_to(plan.environment);
    return plan;
}

/// Why the child did not become the program.
struct Report {
    int error;
    bool at_exec;
};

[[noreturn]] void give_up(bool at_exec) {
    const Report report{errno, at_exec};
    static_cast<void>(::write(kReportFd, &report, sizeof report) == 0);
    ::_exit(127);
}

/// glibc's own setuid would want to tell threads that a forked child does not have.
bool become_in_child(const Plan& plan) {
    const User& user = *plan.user;
    return ::syscall(SYS_setgroups, plan.groups.size(), plan.groups.data()) == 0 &&
           ::syscall(SYS_setresgid, user.gid, user.gid, user.gid) == 0 &&
           ::syscall(SYS_setresuid, user.uid, user.uid, user.uid) == 0;
}

void reset_signals() {
    struct sigaction standard {};
    standard.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) ::sigaction(signal, &standard, nullptr);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Puts the four descriptors on 0 to 3 and closes all others. They are moved out of the way first, since one of
/// them may be on another's place already.
bool arrange_descriptors(const std::array<int, 4>& wanted) {
    constexpr int kAbove = 64;
    std::array<int, 4> moved{};
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        moved[i] = ::fcntl(wanted[i], F_DUPFD, kAbove);
        if (moved[i] < 0) return false;
    }
    for (std::size_t i = 0; i < moved.size(); ++i) {
        if (::dup2(moved[i], static_cast<int>(i)) < 0) return false;
    }
    return ::fcntl(kReportFd, F_SETFD, FD_CLOEXEC) == 0 && ::syscall(SYS_close_range, kReportFd + 1, ~0U, 0) == 0;
}

/// Who ended before this was asked for sends no signal.
bool die_with_parent(const Plan& plan) {
    return ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && ::getppid() == plan.parent;
}

[[noreturn]] void be_the_child(const Plan& plan, const std::array<int, 4>& descriptors) {
    if (!arrange_descriptors(descriptors)) ::_exit(127);
    ::setsid();
    reset_signals();
    if (plan.user != nullptr && !become_in_child(plan)) give_up(false);
    if (plan.orphan == Command::Orphan::dies && !die_with_parent(plan)) ::_exit(127);
    ::execve(plan.program.c_str(), plan.argv.data(), plan.envp.data());
    give_up(true);
}

/// Waits until the child runs the program; throws what kept it from that.
void await_exec(const FileDescriptor& reader, pid_t pid, const Plan& plan) {
    Report report{};
    ssize_t count = 0;
    do {
        count = ::read(reader.get(), &report, sizeof report);
    } while (count < 0 && errno == EINTR);
    if (count != static_cast<ssize_t>(sizeof report)) return;
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    if (report.at_exec) throw_errno("cannot run '" + plan.program + "'", report.error);
    throw_errno("cannot become user '" + plan.user->name + "'", report.error);
}

}  // namespace

Child spawn(const Command& command) {
    const Plan plan = make_plan(command);
    Pipe input;
    if (command.input.empty()) {
        input.reader = open_nothing();
    } else {
        input = make_pipe();
        make_nonblocking(input.writer);
    }
    Pipe out = make_pipe();
    Pipe error = make_pipe();
    Pipe report = make_pipe();
    make_nonblocking(out.reader);
    make_nonblocking(error.reader);

    const pid_t pid = ::fork();
    if (pid < 0) throw_errno("cannot start '" + plan.program + "'");
    if (pid == 0) {
        be_the_child(plan, {input.reader.get(), out.writer.get(), error.writer.get(), report.writer.get()});
    }
    report.writer = FileDescriptor();
    await_exec(report.reader, pid, plan);
    FileDescriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!ended) throw_errno("cannot watch '" + plan.program + "'");
    return {pid, std::move(ended), std::move(input.writer), std::move(out.reader), std::move(error.reader)};
}

}  // namespace halfday
