// idle_10k, idle_100k: `halfday-issuer issue` with nothing due, and push_idle_10k: `halfday-distributor push` with
// nothing to deliver; seconds and peak memory of the real programs, from start to end, the median of three after one
// that is not counted (the first run reads the whole inventory, later ones what has changed).
//
// idle_bench --keep FOLDER HOSTS makes such a world and leaves it there.

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/idle_world.hpp"

namespace halfday {
namespace {

constexpr int kRounds = 3;
using Clock = std::chrono::steady_clock;

struct Figures {
    double seconds = 0;
    double mebibytes = 0;
};

struct Limits {
    const char* figure;
    double seconds;
    double mebibytes;
};

void require(bool holds, const std::string& what) {
    if (!holds) {
        throw std::runtime_error(what);
    }
}

/// Runs the program; it must succeed and have nothing to say.
Figures run(std::vector<std::string> arguments) {
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::array<int, 2> said{};
    require(::pipe(said.data()) == 0, "no pipe");
    const auto start = Clock::now();
    const pid_t child = ::fork();
    require(child >= 0, "no process");
    if (child == 0) {
        ::dup2(said[1], STDOUT_FILENO);
        ::dup2(said[1], STDERR_FILENO);
        ::close(said[0]);
        ::close(said[1]);
        ::execv(argv.front(), argv.data());
        ::_exit(127);
    }
    ::close(said[1]);
    std::string words;
    std::array<char, 4096> buffer{};
    for (ssize_t size = 0; (size = ::read(said[0], buffer.data(), buffer.size())) > 0;) {
        words.append(buffer.data(), static_cast<std::size_t>(size));
    }
    ::close(said[0]);
    int status = 0;
    rusage usage{};
    require(::wait4(child, &status, 0, &usage) == child, "no child");
    const std::chrono::duration<double> taken = Clock::now() - start;
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0 && words.empty(),
            arguments.front() + " was not idle: " + words);
    return {taken.count(), static_cast<double>(usage.ru_maxrss) / 1024};
}

Figures median(std::vector<Figures> all) {
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
    std::nth_element(all.begin(), middle, all.end(), [](auto& a, auto& b) { return a.seconds < b.seconds; });
    const double most =
        std::max_element(all.begin(), all.end(), [](auto& a, auto& b) { return a.mebibytes < b.mebibytes; })->mebibytes;
    return {middle->seconds, most};
}

/// In a process of its own: a child's peak memory begins with its parent's.
void make_world(const Path& folder, int hosts) {
    const pid_t child = ::fork();
    require(child >= 0, "no process");
    if (child == 0) {
        try {
            static_cast<void>(make_idle_world(folder, hosts));
            ::_exit(0);
        } catch (const std::exception& error) {
            std::cerr << "idle_bench: " << error.what() << "\n";
            ::_exit(1);
        }
    }
    int status = 0;
    require(::waitpid(child, &status, 0) == child && status == 0, "no world to measure in");
}

class TemporaryFolder {
   public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "halfday-bench-XXXXXX").string();
        require(::mkdtemp(name.data()) != nullptr, "no temporary folder");
        path = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Path path;
};

std::vector<std::string> command(const char* program, const char* verb, const Path& world) {
    const char* const folder = std::getenv("HALFDAY_BIN");
    const Path bin = folder != nullptr ? Path(folder) : std::filesystem::read_symlink("/proc/self/exe").parent_path();
    return {(bin / program).string(), "--etc", (world / "etc").string(), "--state", (world / "state").string(), verb};
}

std::string figure(const std::string& name, double value, double limit, const char* unit) {
    return fmt::format(R"("{}": {{"value": {:.3f}, "unit": "{}", "baseline": "at most {}", "ratio": {:.3f}}})", name,
                       value, unit, limit, value / limit);
}

std::string told(const Limits& limits, const Figures& figures) {
    return figure(limits.figure, figures.seconds, limits.seconds, "s") + ",\n " +
           figure(std::string(limits.figure) + "_mib", figures.mebibytes, limits.mebibytes, "MiB");
}

/// Runs both sides in turn, as the timer does.
std::string measure(int hosts, const Limits& issue_limits, const Limits* push_limits) {
    const TemporaryFolder folder;
    make_world(folder.path, hosts);
    const auto issue = command("halfday-issuer", "issue", folder.path);
    const auto push = command("halfday-distributor", "push", folder.path);
    std::vector<Figures> issued;
    std::vector<Figures> pushed;
    for (int round = 0; round <= kRounds; ++round) {
        issued.push_back(run(issue));
        if (push_limits != nullptr) pushed.push_back(run(push));
    }
    issued.erase(issued.begin());
    std::string json = told(issue_limits, median(issued));
    if (push_limits != nullptr) {
        pushed.erase(pushed.begin());
        json += ",\n " + told(*push_limits, median(pushed));
    }
    return json;
}

int run_all() {
    const Limits push{"push_idle_10k", 0.1, 128};
    const std::string small = measure(10'000, {"idle_10k", 0.1, 64}, &push);
    std::cout << "{" << small << ",\n " << measure(100'000, {"idle_100k", 1, 256}, nullptr) << "}\n";
    return 0;
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    ::umask(022);
    try {
        if (argc == 4 && std::string(argv[1]) == "--keep") {
            static_cast<void>(halfday::make_idle_world(argv[2], std::stoi(argv[3])));
            return 0;
        }
        return halfday::run_all();
    } catch (const std::exception& error) {
        std::cerr << "idle_bench: " << error.what() << "\n";
        return 1;
    }
}
