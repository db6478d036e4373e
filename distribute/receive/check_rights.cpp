#include "distribute/receive/check_rights.hpp"

#include <unistd.h>

#include <algorithm>
#include <set>

#include "ca/base/escape.hpp"
#include "distribute/process/process.hpp"

namespace halfday {
namespace {

constexpr const char* kSudoers =
    "put the lines that 'halfday-receiver init' prints into /etc/sudoers.d/halfday-receiver";
constexpr std::size_t kMostCommandBytes = 200;

Argv::const_iterator sudo_in(const Argv& argv) {
    return std::find_if(argv.begin(), argv.end(), [](const Path& word) { return word.filename() == "sudo"; });
}

std::string joined_words(const Argv& argv) {
    std::string text;
    for (const std::string& word : argv) text += (text.empty() ? "" : " ") + word;
    return printable(text, kMostCommandBytes);
}

bool is_permitted(const Argv& question) {
    Command command;
    command.argv = question;
    const Finished finished = run_process(command);
    return finished.status == 0 && !finished.timed_out;
}

}  // namespace

std::vector<Finding> judge_shell(std::string_view shell, std::string_view user) {
    const std::string name = Path(shell).filename().string();
    if (name != "nologin" && name != "false") return {};
    return {{"the login shell of '" + std::string(user) + "' is '" + printable(shell) +
                 "', with which sshd can't run the receiver",
             Finding::Level::wrong, "usermod -s /bin/sh " + std::string(user)}};
}

Argv question_for_sudo(const Argv& argv) {
    const auto sudo = sudo_in(argv);
    if (sudo == argv.end()) return {};
    Argv question(sudo, argv.end());
    question.insert(question.begin() + 1, {"-n", "-l"});
    return question;
}

std::vector<Finding> check_rights(const Grants& grants) {
    const User user = find_user(::geteuid());
    std::vector<Finding> findings = judge_shell(user.shell, user.name);
    if (user.uid == 0) return findings;
    std::set<Argv> questions;
    for (const Grant& grant : grants.certificates) {
        for (const Argv& argv : {grant.test, grant.install, grant.reload}) questions.insert(question_for_sudo(argv));
    }
    questions.erase(Argv{});
    if (questions.empty()) return findings;
    for (const Argv& question : questions) {
        if (is_permitted(question)) continue;
        findings.push_back(
            {"sudo does not permit what '" + joined_words(question) + "' asks for", Finding::Level::wrong, kSudoers});
    }
    if (is_permitted({"sudo", "-n", "-l", "/bin/sh"})) {
        findings.push_back({"sudo lets '" + user.name + "' run a shell: it is to permit tests and reloads alone",
                            Finding::Level::wrong,
                            "remove what /etc/sudoers and /etc/sudoers.d say of it besides those"});
    }
    return findings;
}

}  // namespace halfday
