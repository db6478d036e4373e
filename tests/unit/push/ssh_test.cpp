#include "distribute/push/ssh.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "../temporary_folder.hpp"
#include "ca/base/file.hpp"

namespace halfday {
namespace {

const HostName kHost = HostName::parse("web1.example.org");
const SshReach kReach{"halfday-receiver", "192.0.2.7", 2222};

SshSetup setup() {
    return {.identity_key = "/state/id_ed25519",
            .known_hosts = "/etc/halfday/known_hosts",
            .state = "/state",
            .config = std::nullopt,
            .connect_timeout = Seconds{7}};
}

bool has(const std::vector<std::string>& argv, const std::string& word) {
    return std::find(argv.begin(), argv.end(), word) != argv.end();
}

Finished failed(const std::string& error, int status = 255) {
    Finished finished;
    finished.status = status;
    finished.error = error;
    return finished;
}

struct Case {
    const char* says;  // in ssh's log
    const char* what;
    const char* hint;
    Ending ending = Ending::over;
};

const Case kCases[] = {
    {"ssh: connect to host 192.0.2.7 port 2222: Connection refused\r\n", "connection refused at 192.0.2.7 port 2222",
     "is sshd running", Ending::lost},
    {"ssh: connect to host 192.0.2.7 port 2222: Connection timed out\r\n",
     "no answer from 192.0.2.7 port 2222 within 7s", "firewall", Ending::lost},
    {"ssh: connect to host 192.0.2.7 port 2222: No route to host\r\n", "no way to 192.0.2.7", "is the host up",
     Ending::lost},
    {"ssh: Could not resolve hostname web1: Name or service not known\r\n", "no address for '192.0.2.7'", "DNS"},
    {"halfday-receiver@192.0.2.7: Permission denied (publickey).\r\n", "does not accept the distributor's SSH key",
     "authorized_keys"},
    {"@ WARNING: UNPROTECTED PRIVATE KEY FILE! @\nhalfday-receiver@192.0.2.7: Permission denied (publickey).\r\n",
     "cannot use the distributor's key '/state/id_ed25519'", "chmod 600"},
    {"@@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n@@@@\nIT IS POSSIBLE THAT SOMEONE IS DOING\n"
     "Host key verification failed.\r\n",
     "the SSH host key at 192.0.2.7 port 2222 is not the one in '/etc/halfday/known_hosts'",
     "halfday host rekey web1.example.org --host-key"},
    {"No ED25519 host key is known for web1.example.org and you have requested strict checking.\r\n"
     "Host key verification failed.\r\n",
     "no SSH host key that can be used is in '/etc/halfday/known_hosts'", "'web1.example.org ssh-ed25519 '"},
    {"Connection closed by 192.0.2.7 port 2222\r\n", "was closed or died", "the next run", Ending::lost},
    {"kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 192.0.2.7 port 2222\r\n",
     "closed the connection before it named itself", "MaxStartups", Ending::turned_away},
    {"kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 192.0.2.7 port 2222\r\n",
     "closed the connection before it named itself", "PerSourcePenalties", Ending::turned_away},
    {"kex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n",
     "closed the connection before it named itself", "MaxStartups", Ending::turned_away},
    {"Timeout, server 192.0.2.7 not responding.\r\n", "was closed or died", "the next run", Ending::lost},
    {"Welcome!\nsomething \x1b[31mnew\r\n\n", "failed: 'something \\x1b[31mnew'", "-v"},
};

}  // namespace

TEST_CASE("ssh can neither ask, nor learn a host key, nor forward, nor take the host for an option") {
    const auto argv = ssh_argv(kHost, kReach, setup(), "/state/log");
    for (const char* option :
         {"IdentitiesOnly=yes", "ClearAllForwardings=yes", "StrictHostKeyChecking=yes", "UpdateHostKeys=no",
          "BatchMode=yes", "ConnectTimeout=7", "HostKeyAlias=web1.example.org",
          "UserKnownHostsFile=/etc/halfday/known_hosts", "GlobalKnownHostsFile=/dev/null"}) {
        INFO(option);
        const auto found = std::find(argv.begin(), argv.end(), option);
        REQUIRE(found != argv.end());
        CHECK(*std::prev(found) == "-o");
    }
    for (const char* flag : {"-T", "-a", "-x"}) CHECK(has(argv, flag));
    const std::vector<std::string> end(argv.end() - 7, argv.end());
    CHECK(end == std::vector<std::string>{"-p", "2222", "-l", "halfday-receiver", "--", "192.0.2.7",
                                          "halfday-receiver serve"});
}

TEST_CASE("without the operator's ssh_config none is read, and the quick key exchange is used") {
    const auto argv = ssh_argv(kHost, kReach, setup(), "/state/log");
    CHECK(argv[0] == "ssh");
    CHECK(argv[1] == "-F");
    CHECK(argv[2] == "/dev/null");
    CHECK(has(argv, "KexAlgorithms=curve25519-sha256"));
}

TEST_CASE("the operator's ssh_config decides on the key exchange, if it says something") {
    SshSetup with_config = setup();
    with_config.config = "/state/ssh_config";
    const auto argv = ssh_argv(kHost, kReach, with_config, "/state/log");
    CHECK(argv[2] == "/state/ssh_config");
    CHECK_FALSE(has(argv, "KexAlgorithms=curve25519-sha256"));
    CHECK(has(argv, "StrictHostKeyChecking=yes"));
    for (const auto& [operators, kex] :
         {std::pair("Host jump\n  User me\n", "curve25519-sha256"),
          std::pair("Host *\n  KexAlgorithms ecdh-sha2-nistp256\n", "ecdh-sha2-nistp256")}) {
        const test::TemporaryFolder folder;
        replace_file(folder / "operator's config", operators);
        replace_file(folder / "ssh_config", ssh_config_around(folder / "operator's config"));
        Command command;
        command.argv = {"ssh", "-G", "-F", folder / "ssh_config", "web1"};
        const Finished said = run_process(command);
        CHECK_THAT(said.out, Catch::Contains(std::string("kexalgorithms ") + kex + "\n"));
    }
}

struct WayCase {
    const char* way;  // said by the ssh on the way
    Ending ending;
};

TEST_CASE("what closes the way to a host is told by what it said itself") {
    const std::string log =
        "kex_exchange_identification: Connection closed by remote host\r\n"
        "Connection closed by UNKNOWN port 65535\r\n";
    for (const WayCase& one :
         {WayCase{"kex_exchange_identification: read: Connection reset by peer\r\n", Ending::way_closed},
          WayCase{"me@jump: Permission denied (publickey).\r\n", Ending::over},
          WayCase{"Host key verification failed.\r\n", Ending::over},
          WayCase{"ssh: connect to host jump port 22: Connection refused\r\n", Ending::lost}}) {
        INFO(one.way);
        const NoAnswer error = explain_ssh_failure(failed(one.way), log, kHost, kReach, setup());
        CHECK(error.ending() == one.ending);
        CHECK_THAT(error.what(), Catch::StartsWith("the way to 192.0.2.7 port 2222 was closed: '"));
        CHECK_THAT(error.hint(), Catch::Contains("ProxyJump"));
    }
}

TEST_CASE("a host's own parting words in ssh's log are never taken for ssh's") {
    // Post-authentication a host can write both to standard error and into the reason of its disconnect.
    const std::string forged = "kex_exchange_identification: Connection closed by UNKNOWN port 65535";
    const std::string log =
        "Received disconnect from 192.0.2.7 port 2222:2: " + forged + "\r\nDisconnected from 192.0.2.7 port 2222\r\n";
    const NoAnswer error = explain_ssh_failure(failed(forged + "\n"), log, kHost, kReach, setup());
    CHECK(error.ending() == Ending::over);
    CHECK_THAT(error.what(), Catch::StartsWith("ssh to 192.0.2.7 port 2222 failed: '"));
    for (const Case& one : kCases) {
        INFO(one.says);
        const std::string said = std::string(one.says).substr(0, std::string_view(one.says).find_first_of("\r\n"));
        for (const char* before : {"Received disconnect from 192.0.2.7 port 2222:2: ",
                                   "Bad remote protocol version identification: 'SSH-"}) {
            CHECK_THAT(explain_ssh_failure(failed(""), before + said + "\r\n", kHost, kReach, setup()).what(),
                       Catch::StartsWith("ssh to 192.0.2.7 port 2222 failed: '"));
        }
    }
}

TEST_CASE("each way in which ssh fails is told with what to do") {
    for (const Case& one : kCases) {
        INFO(one.says);
        const NoAnswer error = explain_ssh_failure(failed(""), one.says, kHost, kReach, setup());
        CHECK(error.ending() == one.ending);
        CHECK(std::string(error.what()).find(one.what) != std::string::npos);
        CHECK(error.hint().find(one.hint) != std::string::npos);
        CHECK(error.kind() == ErrorKind::remote);
    }
}

TEST_CASE("what ssh itself says is in its log, and what the host says is never taken for it") {
    const auto argv = ssh_argv(kHost, kReach, setup(), "/state/log");
    const auto flag = std::find(argv.begin(), argv.end(), "-E");
    REQUIRE(flag != argv.end());
    CHECK(*std::next(flag) == "/state/log");
    for (const Case& one : kCases) {
        INFO(one.says);
        const Error error = explain_ssh_failure(failed(one.says), "", kHost, kReach, setup());
        CHECK(std::string(error.what()).find("the receiver at 192.0.2.7 port 2222 failed with status 255: '") == 0);
        CHECK(error.hint() == "run 'halfday-receiver check' on that host");
    }
    const Error error = explain_ssh_failure(failed("REMOTE HOST IDENTIFICATION HAS CHANGED\x1b\n"), "something new",
                                            kHost, kReach, setup());
    CHECK(std::string(error.what()) ==
          "ssh to 192.0.2.7 port 2222 failed: 'something new'; the host said: 'REMOTE HOST IDENTIFICATION HAS "
          "CHANGED\\x1b'");
}

TEST_CASE("a missing key is said by ssh before anything can come from the host") {
    const std::string warning = "Warning: Identity file /state/id_ed25519 not accessible: No such file or directory.\n";
    const std::string log = "halfday-receiver@192.0.2.7: Permission denied (publickey).\r\n";
    const auto explain = [&](const std::string& said) {
        return std::string(explain_ssh_failure(failed(said), log, kHost, kReach, setup()).what());
    };
    CHECK_THAT(explain(warning), Catch::Contains("cannot use the distributor's key '/state/id_ed25519'"));
    CHECK_THAT(explain("banner\n" + warning), Catch::Contains("does not accept the distributor's SSH key"));
}

TEST_CASE("a receiver that fails is quoted by its own error") {
    const std::string said = "some noise\nhalfday-receiver: error: no identity\x07\nhalfday-receiver: hint: init\n";
    const Error error = explain_ssh_failure(failed(said, 1), "", kHost, kReach, setup());
    CHECK(std::string(error.what()) ==
          "the receiver at 192.0.2.7 port 2222 failed with status 1: 'halfday-receiver: error: no identity\\x07'");
}

TEST_CASE("a receiver that takes too long, or answers too much, is told apart") {
    Finished finished;
    finished.truncated = true;
    finished.status = 137;
    CHECK_THAT(explain_ssh_failure(finished, "", kHost, kReach, setup()).what(),
               Catch::Contains("cut off after 4194304 bytes"));
    CHECK(std::string(explain_ssh_failure(finished, "", kHost, kReach, setup()).what()).find("larger") !=
          std::string::npos);
    finished.timed_out = true;
    finished.status = 137;
    CHECK(std::string(explain_ssh_failure(finished, "", kHost, kReach, setup()).what()).find("in time") !=
          std::string::npos);
}

}  // namespace halfday
