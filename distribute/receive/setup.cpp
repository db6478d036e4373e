#include "distribute/receive/setup.hpp"

#include <algorithm>
#include <set>

#include "ca/base/error.hpp"
#include "ca/base/escape.hpp"

namespace halfday {
namespace {

constexpr mode_t kPublicFile = 0644;
constexpr mode_t kEntered = 0755;
constexpr mode_t kPrivate = 0700;
constexpr std::string_view kKeyComment = " halfday-distributor";
constexpr std::string_view kRestrict = "restrict,";
constexpr std::string_view kFrom = "restrict,from=\"";
constexpr std::size_t kMostConfigurationBytes = 1024 * 1024;

void write_once(const Path& file, const std::string& content) {
    const auto there = read_file_if_there(file, kMostConfigurationBytes);
    if (!there) {
        write_new(file, content, {kPublicFile});
    } else if (*there != content) {
        throw Error(ErrorKind::usage, "'" + file.string() + "' is there already and says something else",
                    "change it by hand, or move it away and run init again");
    }
}

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_plain_for_a_shell(char c) {
    return is_alphanumeric(c) || std::string_view("/._-+").find(c) != std::string_view::npos;
}

std::string plain(const Path& path) {
    std::string text = std::filesystem::absolute(path).lexically_normal().string();
    if (!std::all_of(text.begin(), text.end(), is_plain_for_a_shell)) {
        throw Error(ErrorKind::usage, "'" + printable(text) + "' can't stand in authorized_keys",
                    "use paths of letters, digits and /._-+");
    }
    return text;
}

/// What from= says in a line of authorized_keys_line in the text, "" for nothing.
std::string from_before(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.ends_with(kKeyComment) && line.starts_with(kFrom)) {
            const std::string_view from = line.substr(kFrom.size());
            return std::string(from.substr(0, from.find('"')));
        }
    }
    return {};
}

std::string_view take_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    const std::string_view word = text.substr(0, text.find_first_of(" \t\r\n"));
    text.remove_prefix(word.size());
    return word;
}

/// An argument as sudoers(5) wants it: these characters would end or change it. Throws Error{usage} for what it has no
/// way to say: nothing, a control character, and what begins as a regular expression does.
std::string escaped_for_sudoers(std::string_view argument) {
    const bool is_plain = std::none_of(argument.begin(), argument.end(),
                                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
    if (argument.empty() || argument.front() == '^' || !is_plain) {
        throw Error(ErrorKind::usage, "'" + printable(argument, 80) + "' can't stand in sudoers",
                    "put it into a script of root's, and that into receiver.yaml");
    }
    std::string escaped;
    for (const char c : argument) {
        if (std::string_view(",:=\\ *?[]!\"#").find(c) != std::string_view::npos) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

/// "(root) NOPASSWD: /usr/bin/timeout 10 /usr/sbin/nginx -t" of […, sudo, -n, /usr/bin/timeout, …], where `sudo -u`
/// may name another user; "" of a command without sudo.
std::string rule_for(const Argv& argv) {
    const auto sudo =
        std::find_if(argv.begin(), argv.end(), [](const Path& word) { return word.filename() == "sudo"; });
    std::string user = "root";
    std::size_t at = static_cast<std::size_t>(sudo - argv.begin()) + 1;
    for (; at < argv.size() && argv[at].starts_with("-"); ++at) {
        if (argv[at] == "-u" && at + 1 < argv.size()) user = argv[++at];
    }
    if (at >= argv.size()) return {};
    std::string rule = "(" + escaped_for_sudoers(user) + ") NOPASSWD:";
    const bool is_alone = at + 1 == argv.size();
    for (; at < argv.size(); ++at) rule += " " + escaped_for_sudoers(argv[at]);
    if (is_alone) rule += " \"\"";  // a command alone would be one with any arguments
    return rule;
}

}  // namespace

void write_configuration(const ReceiverPlaces& places, const Grants& grants, const Certificate& root) {
    std::filesystem::create_directories(places.etc.parent_path());
    make_folder(places.etc, kEntered);
    write_once(places.root_certificate(), root.pem());
    write_once(places.grants(), to_yaml(grants));
}

PublicKey make_state(const ReceiverPlaces& places) {
    for (const Path& folder : {places.pending(), places.journal(), places.records()}) make_folder(folder, kPrivate);
    for (const Path& folder : {places.versions(), places.live()}) make_folder(folder, kEntered);
    const Path file = places.identity();
    if (!std::filesystem::exists(file)) {
        write_new(file, PrivateKey::generate(KeyAlgorithm::parse("Ed25519")).to_pem().reveal());
    }
    return PrivateKey::load(file).public_key();
}

std::string parse_ssh_key(std::string_view text) {
    std::string_view rest = text;
    const std::string_view type = take_word(rest);
    const std::string_view key = take_word(rest);
    const bool is_type = type.starts_with("ssh-") || type.starts_with("ecdsa-") || type.starts_with("sk-");
    const auto is_of_a_key = [](char c) { return is_alphanumeric(c) || c == '+' || c == '/' || c == '='; };
    const auto is_of_a_type = [](char c) { return is_alphanumeric(c) || c == '-' || c == '@' || c == '.'; };
    if (!is_type || key.size() < 40 || !std::all_of(type.begin(), type.end(), is_of_a_type) ||
        !std::all_of(key.begin(), key.end(), is_of_a_key)) {
        throw Error(ErrorKind::usage, "'" + printable(text, 60) + "' is not a public SSH key",
                    "take the distributor's: /var/lib/halfday/distributor/id_ed25519.pub on the issuer box");
    }
    return std::string(type) + " " + std::string(key);
}

std::string parse_from(std::string_view text) {
    const auto is_of_a_pattern = [](char c) {
        return is_alphanumeric(c) || std::string_view(".:/-_*?!,").find(c) != std::string_view::npos;
    };
    if (text.empty() || !std::all_of(text.begin(), text.end(), is_of_a_pattern)) {
        throw Error(ErrorKind::usage, "'" + printable(text, 80) + "' is no list of addresses for from=",
                    "give addresses or ranges with commas between them: 192.0.2.7,2001:db8::/64");
    }
    return std::string(text);
}

std::string authorized_keys_line(const Path& program, const ReceiverPlaces& places, const std::string& ssh_key,
                                 const std::string& from) {
    std::string command = plain(program) + " serve";
    const ReceiverPlaces standard;
    if (places.etc != standard.etc) command += " --etc " + plain(places.etc);
    if (places.state != standard.state) command += " --state " + plain(places.state);
    const std::string place = from.empty() ? "" : "from=\"" + from + "\",";
    return std::string(kRestrict) + place + "command=\"" + command + "\" " + ssh_key + std::string(kKeyComment);
}

std::string authorized_keys_without(std::string_view text) {
    std::string kept;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.ends_with(kKeyComment)) kept.append(line).append("\n");
    }
    return kept;
}

std::string authorized_keys_with(std::string_view text, const std::string& line) {
    const std::string from = line.starts_with(kFrom) ? "" : from_before(text);
    const std::string rest = from.empty() ? line : std::string(kFrom) + from + "\"," + line.substr(kRestrict.size());
    return authorized_keys_without(text) + rest + "\n";
}

std::string sudoers_lines(const Grants& grants, std::string_view user) {
    std::set<std::string> rules;
    for (const Grant& grant : grants.certificates) {
        for (const Argv& argv : {grant.test, grant.install, grant.reload}) rules.insert(rule_for(argv));
    }
    rules.erase("");
    std::string lines;
    for (const std::string& rule : rules) lines.append(user).append(" ALL=").append(rule).append("\n");
    return lines;
}

}  // namespace halfday
