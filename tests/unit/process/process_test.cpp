#include "distribute/process/process.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "../in_child.hpp"
#include "../temporary_folder.hpp"
#include "ca/base/error.hpp"

namespace halfday {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

Command shell(const std::string& script) {
    Command command;
    command.argv = {"sh", "-c", script};
    return command;
}

milliseconds time_of(const Command& command, Finished& finished) {
    const auto begin = Clock::now();
    finished = run_process(command);
    return std::chrono::duration_cast<milliseconds>(Clock::now() - begin);
}

/// Not gone, nor a zombie that nobody reaps (a container may have no init).
bool is_running(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string word;
    std::string state;
    return stat >> word >> word >> state && state != "Z";
}

ErrorKind kind_of_failure(const Command& command) {
    try {
        static_cast<void>(run_process(command));
    } catch (const Error& error) {
        return error.kind();
    }
    FAIL("it ran");
    return ErrorKind::io;
}

}  // namespace

TEST_CASE("a process gives back its two outputs and its status") {
    const Finished finished = run_process(shell("echo to out; echo to error >&2; exit 7"));
    CHECK(finished.out == "to out\n");
    CHECK(finished.error == "to error\n");
    CHECK(finished.status == 7);
    CHECK_FALSE(finished.timed_out);
    CHECK_FALSE(finished.truncated);
}

TEST_CASE("a process that a signal ended has status 128 and its number") {
    CHECK(run_process(shell("kill -TERM $$")).status == 128 + SIGTERM);
}

TEST_CASE("arguments reach a process as they are") {
    Command command;
    command.argv = {"/usr/bin/printf", "%s|", "a b", "$HOME", "*", ""};
    CHECK(run_process(command).out == "a b|$HOME|*||");
}

TEST_CASE("a process reads its whole input, however large, while it writes") {
    Command command;
    command.argv = {"cat"};
    command.input = std::string(3'000'000, 'x') + "end";
    command.most_output = 4'000'000;
    CHECK(run_process(command).out == command.input);
}

TEST_CASE("a process without input finds its end at once") {
    Command command;
    command.argv = {"cat"};
    CHECK(run_process(command).out.empty());
}

TEST_CASE("a process that does not read its input is no failure") {
    Command command = shell("exec <&-; echo done");
    command.input = std::string(1'000'000, 'x');
    CHECK(run_process(command).out == "done\n");
}

TEST_CASE("an output past its limit is read and dropped") {
    Command command = shell("head -c 500000 /dev/zero; echo end >&2");
    command.most_output = 1000;
    const Finished finished = run_process(command);
    CHECK(finished.out.size() == 1000);
    CHECK(finished.error == "end\n");
    CHECK(finished.truncated);
    CHECK(finished.status == 0);
}

TEST_CASE("a process that writes without end is ended at the limit, or at its deadline") {
    Command command = shell("cat /dev/zero");
    command.most_output = 1000;
    command.deadline = milliseconds{300};
    const Finished dropped = run_process(command);
    CHECK(dropped.timed_out);
    CHECK(dropped.truncated);

    command.deadline = milliseconds{20'000};
    command.excess = Command::Excess::ends_it;
    Finished finished;
    CHECK(time_of(command, finished) < milliseconds{3000});
    CHECK_FALSE(finished.timed_out);
    CHECK(finished.truncated);
    CHECK(finished.status == 128 + SIGKILL);
    CHECK(finished.out.size() == 1000);
}

TEST_CASE("a process has a session of its own, so that no terminal is its own") {
    std::istringstream stat(run_process(shell("cat /proc/$$/stat")).out);
    std::string pid, skipped, session, terminal;
    stat >> pid >> skipped >> skipped >> skipped >> skipped >> session >> terminal;
    CHECK(session == pid);
    CHECK(terminal == "0");
}

TEST_CASE("a process lives on or dies when its parent is killed, as it was asked to") {
    const auto [orphan, survives] =
        GENERATE(table<Command::Orphan, bool>({{Command::Orphan::lives, true}, {Command::Orphan::dies, false}}));
    const test::TemporaryFolder folder;
    const Path told = folder / "pid";
    Command command = shell("echo $$ >" + told.string() + "; kill -9 $PPID; exec sleep 20");
    command.orphan = orphan;
    CHECK(test::in_child([&] { return run_process(command).status; }) == -1);
    const pid_t child = std::stoi(read_file(told, 32));
    for (int i = 0; i < 50 && is_running(child); ++i) std::this_thread::sleep_for(milliseconds{10});
    CHECK(is_running(child) == survives);
    ::kill(child, SIGKILL);
}

TEST_CASE("a process is killed at its deadline with all of its group") {
    Command command = shell("echo begun; sleep 30 & echo $!; sleep 30");
    command.deadline = milliseconds{150};
    Finished finished;
    CHECK(time_of(command, finished) < milliseconds{2000});
    CHECK(finished.timed_out);
    CHECK(finished.status == 128 + SIGKILL);
    REQUIRE(finished.out.starts_with("begun\n"));
    const pid_t grandchild = std::stoi(finished.out.substr(6));
    for (int i = 0; i < 100 && is_running(grandchild); ++i) std::this_thread::sleep_for(milliseconds{10});
    CHECK_FALSE(is_running(grandchild));
}

TEST_CASE("a grandchild that keeps the outputs open is not waited for") {
    Finished finished;
    CHECK(time_of(shell("sleep 2 & echo done"), finished) < milliseconds{1500});
    CHECK(finished.out == "done\n");
    CHECK_FALSE(finished.timed_out);
}

TEST_CASE("a process has a clean environment, and what the command adds") {
    ::setenv("HALFDAY_UNIT_SECRET", "leaks", 1);
    Command command;
    command.argv = {"env"};
    command.environment = {"ADDED=yes"};
    CHECK(run_process(command).out == "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLANG=C.UTF-8\nADDED=yes\n");
    ::unsetenv("HALFDAY_UNIT_SECRET");
}

TEST_CASE("a process has three descriptors and no more") {
    const int leaked = ::dup(1);
    const Finished finished = run_process(shell("ls /proc/$$/fd; :"));
    CHECK(finished.out == "0\n1\n2\n");
    ::close(leaked);
}

TEST_CASE("a process has the default signal dispositions and nothing blocked") {
    ::signal(SIGINT, SIG_IGN);
    const Finished finished = run_process(shell("grep -E '^Sig(Ign|Blk)' /proc/self/status"));
    ::signal(SIGINT, SIG_DFL);
    CHECK(finished.out == "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST_CASE("a program that is not there is named") {
    Command command;
    command.argv = GENERATE(std::vector<std::string>{"halfday-no-such-program"},
                            std::vector<std::string>{"/usr/bin/halfday-no-such-program"});
    CHECK(kind_of_failure(command) == ErrorKind::not_found);
    CHECK_THROWS_WITH(run_process(command), Catch::Contains("halfday-no-such-program"));
}

TEST_CASE("what cannot be run is a failure and not a status") {
    Command command;
    command.argv = {"/etc/passwd"};
    CHECK(kind_of_failure(command) == ErrorKind::io);
}

TEST_CASE("processes of many threads do not hold each other's pipes open") {
    std::vector<std::thread> threads;
    std::vector<Finished> finished(8);
    const auto begin = Clock::now();
    for (Finished& one : finished) {
        threads.emplace_back([&one] {
            Command command = shell("cat; sleep 0.1");
            command.input = "input";
            one = run_process(command);
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(Clock::now() - begin < std::chrono::seconds{5});
    for (const Finished& one : finished) CHECK(one.out == "input");
}

TEST_CASE("a user that is there is found, and one that is not is named") {
    CHECK(find_user("root").uid == 0);
    CHECK_THROWS_WITH(find_user("halfday-nobody-of-that-name"), Catch::Contains("halfday-nobody-of-that-name"));
}

TEST_CASE("a process runs as the user that it is given, without root's groups") {
    if (::getuid() != 0) return;
    Command command = shell("id -un; id -G; echo $HOME $USER; grep NoNewPrivs /proc/self/status");
    command.user = find_user("nobody");
    const Finished finished = run_process(command);
    CHECK_THAT(finished.out, Catch::StartsWith("nobody\n" + std::to_string(command.user->gid) + "\n/"));
    CHECK_THAT(finished.out, Catch::Contains(" nobody\n"));
}

TEST_CASE("who gave up root cannot have it back") {
    if (::getuid() != 0) return;
    const pid_t child = ::fork();
    if (child == 0) {
        become(find_user("nobody"));
        ::_exit(::setuid(0) == 0 || ::getuid() == 0 || std::string(::getenv("USER")) != "nobody" ? 1 : 0);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    CHECK(status == 0);
}

}  // namespace halfday
