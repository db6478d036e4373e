#include "distribute/receive/haproxy.hpp"

#include <algorithm>
#include <chrono>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"
#include "ca/base/joined_secret.hpp"
#include "distribute/process/unix_socket.hpp"
#include "distribute/receive/web_server.hpp"

namespace halfday {
namespace {

constexpr std::chrono::milliseconds kAnswerPatience{5'000};
constexpr std::size_t kMostAnswerBytes = 4 * 1024 * 1024;  // the names of tens of thousands of certificates
constexpr std::size_t kMostCombinedBytes = 512 * 1024;

std::string ask(const Path& socket, std::string_view command) {
    return ask_unix_socket({socket, "HAProxy", "start HAProxy, and let this user's group write to the socket"}, command,
                           kMostAnswerBytes, kAnswerPatience);
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

[[noreturn]] void fail(const std::string& what, std::string_view answer) {
    throw Error(ErrorKind::remote, "HAProxy did not " + what + ": " + telling_line(answer, {}));
}

void abort_transaction(const Path& socket, const std::string& name) {
    static_cast<void>(ask(socket, "abort ssl cert " + name + "\n"));
}

void replace_certificate(const Path& socket, const std::string& name, const Secret& pair) {
    // The payload ends at an empty line, and PEM has none.
    const Secret command = joined({"set ssl cert ", name, " <<\n", pair.reveal(), "\n"});
    const std::string set = ask(socket, command.reveal());
    if (!has(set, "Transaction ") || !has(set, " " + name + "!")) fail("take '" + name + "'", set);
    const std::string committed = ask(socket, "commit ssl cert " + name + "\n");
    if (has(committed, "Success!")) return;
    abort_transaction(socket, name);
    fail("commit '" + name + "'", committed);
}

/// HAProxy has one transaction at a time, and puts what is set meanwhile into it, whatever certificate it is for.
void abort_left_transaction(const Path& socket) {
    const std::string name = name_of_transaction(ask(socket, "show ssl cert\n"));
    if (!name.empty()) abort_transaction(socket, name);
}

bool is_the_file(const std::string& name, const Path& file) {
    std::error_code error;
    return name == file.native() || std::filesystem::equivalent(name, file, error);
}

/// The names by which the running HAProxy calls the file; at least one.
std::vector<std::string> names_of(const Path& runtime_socket, const Path& file) {
    const std::string listed = ask(runtime_socket, "show ssl cert\n");
    std::vector<std::string> names;
    for (std::string& name : names_of_certificates(listed)) {
        if (is_the_file(name, file)) names.push_back(std::move(name));
    }
    if (!names.empty()) return names;
    const bool is_a_list = listed.starts_with("# ") || telling_line(listed, {}).empty();
    if (!is_a_list) fail("list its certificates", listed);
    throw Error(ErrorKind::remote, "the running HAProxy has no certificate '" + file.string() + "'",
                "name that file in its configuration and restart it");
}

}  // namespace

std::vector<std::string> names_of_certificates(std::string_view answer) {
    std::vector<std::string> names;
    while (!answer.empty()) {
        const std::string_view line = answer.substr(0, answer.find('\n'));
        answer.remove_prefix(std::min(answer.size(), line.size() + 1));
        if (!line.empty() && line.front() != '#' && line.front() != '*') names.emplace_back(line);
    }
    return names;
}

std::string name_of_transaction(std::string_view answer) {
    const std::size_t begin = answer.find("\n*");
    if (begin == std::string_view::npos) return {};
    const std::string_view rest = answer.substr(begin + 2);
    return std::string(rest.substr(0, rest.find('\n')));
}

void give_haproxy(const Path& runtime_socket, const Path& file) {
    const Secret pair = read_secret_file(file, kMostCombinedBytes);
    abort_left_transaction(runtime_socket);
    for (const std::string& name : names_of(runtime_socket, file)) replace_certificate(runtime_socket, name, pair);
}

void check_runtime_socket(const Path& runtime_socket, const Path& file) {
    static_cast<void>(names_of(runtime_socket, file));
}

void check_master_socket(const Path& master_socket) {
    const std::string answer = ask(master_socket, "show proc\n");
    if (!has(answer, "master")) fail("answer as a master", answer);
}

void reload_haproxy(const Path& master_socket) {
    const std::string answer = ask(master_socket, "reload\n");
    if (has(answer, "Success=0")) fail("reload", answer);
}

}  // namespace halfday
