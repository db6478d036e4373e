#include "distribute/handshake/handshake.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "ca/base/error.hpp"

namespace halfday {
namespace {

using std::chrono::milliseconds;

/// A loopback port that listens and never answers; a free one once this is gone.
class SilentListener {
   public:
    SilentListener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(::bind(fd_.get(), any, size) == 0);
        REQUIRE(::listen(fd_.get(), 8) == 0);
        REQUIRE(::getsockname(fd_.get(), any, &size) == 0);
        port_ = ntohs(address.sin_port);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }

   private:
    FileDescriptor fd_;
    std::uint16_t port_ = 0;
};

std::uint16_t free_port() { return SilentListener().port(); }

/// `openssl s_server` with one certificate for a.example.test and another for every other name.
class TlsServer {
   public:
    enum class Talk { little, endless };  // endless: no tickets, and data that never ends
    explicit TlsServer(Talk talk = Talk::little)
        : talk_(talk), folder_("/tmp/halfday-handshake-" + std::to_string(::getpid())), port_(free_port()) {
        std::filesystem::create_directory(folder_);
        make_certificate("a");
        make_certificate("other");
        pid_ = ::fork();
        if (pid_ == 0) serve();
    }
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;
    ~TlsServer() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        std::filesystem::remove_all(folder_);
    }
    [[nodiscard]] Endpoint endpoint() const { return {"127.0.0.1", port_}; }

   private:
    void make_certificate(const std::string& name) const {
        const std::string files = " -keyout " + folder_ + "/" + name + ".key -out " + folder_ + "/" + name + ".pem";
        REQUIRE(std::system(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=" +
                             name + files + " 2>/dev/null")
                                .c_str()) == 0);
    }
    [[noreturn]] void serve() const {
        const std::string of_a = folder_ + "/a";
        const std::string of_other = folder_ + "/other";
        const char* const tickets = talk_ == Talk::endless ? "0" : "2";
        if (talk_ == Talk::endless) ::dup2(::open("/dev/zero", O_RDONLY), STDIN_FILENO);
        ::execlp("openssl", "openssl", "s_server", "-quiet", "-num_tickets", tickets, "-accept",
                 ("127.0.0.1:" + std::to_string(port_)).c_str(), "-cert", (of_other + ".pem").c_str(), "-key",
                 (of_other + ".key").c_str(), "-servername", "a.example.test", "-cert2", (of_a + ".pem").c_str(),
                 "-key2", (of_a + ".key").c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }

    Talk talk_;
    std::string folder_;
    std::uint16_t port_;
    pid_t pid_ = -1;
};

/// The subject of the leaf, once the server is up.
std::string subject_at(const Endpoint& endpoint, const std::string& name) {
    for (int i = 0; i < 200; ++i) {
        try {
            return presented_chain(endpoint, name, milliseconds{5000}).front().subject();
        } catch (const Error& error) {
            if (i == 199) throw;
            std::this_thread::sleep_for(milliseconds{10});
        }
    }
    return {};
}

std::string failure_at(const Endpoint& endpoint, milliseconds deadline) {
    try {
        static_cast<void>(presented_chain(endpoint, "a.example.test", deadline));
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::remote);
        return error.what();
    }
    return "it worked";
}

}  // namespace

TEST_CASE("a server presents the chain of the name that it is asked for") {
    const TlsServer server;
    CHECK(subject_at(server.endpoint(), "a.example.test") == "CN=a");
    CHECK(subject_at(server.endpoint(), "b.example.test") == "CN=other");
    // OpenSSL's default (SSL_CTX_set_timeout) for a server in TLS 1.3.
    CHECK(presented_with_session(server.endpoint(), "a.example.test", milliseconds{2000}, {milliseconds{2000}})
              .session_lifetime == std::chrono::hours{2});
    const Certificate other = presented_chain(server.endpoint(), "b.example.test", milliseconds{2000}).front();
    CHECK_FALSE(
        presented_with_session(server.endpoint(), "a.example.test", milliseconds{2000}, {milliseconds{2000}, other})
            .session_lifetime);
    CHECK(subject_at(server.endpoint(), "") == "CN=other");
}

TEST_CASE("a server that talks without end and gives no ticket is not listened to for longer than the deadline") {
    const TlsServer server(TlsServer::Talk::endless);
    CHECK(subject_at(server.endpoint(), "a.example.test") == "CN=a");
    const auto begin = std::chrono::steady_clock::now();
    CHECK_FALSE(presented_with_session(server.endpoint(), "a.example.test", milliseconds{2000}, {milliseconds{500}})
                    .session_lifetime);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds{5});
}

TEST_CASE("a port without a server is told from one without TLS and one that is silent") {
    const SilentListener silent;
    const std::string here = "127.0.0.1:";
    const std::uint16_t closed = free_port();
    CHECK(failure_at({"127.0.0.1", closed}, milliseconds{1000}) ==
          "cannot connect to " + here + std::to_string(closed) + ": Connection refused");
    CHECK(failure_at({"127.0.0.1", silent.port()}, milliseconds{100}) ==
          "no TLS handshake with " + here + std::to_string(silent.port()) + ": the deadline has passed");
}

TEST_CASE("a name that does not exist is said so") {
    CHECK_THAT(failure_at({"no-such-name.invalid", 443}, milliseconds{1000}),
               Catch::StartsWith("cannot find 'no-such-name.invalid': "));
}

TEST_CASE("an endpoint is an address or a name with a port") {
    struct Case {
        std::string text;
        Endpoint endpoint;
    };
    const Case good = GENERATE(values<Case>({{"127.0.0.1:443", {"127.0.0.1", 443}},
                                             {"[::1]:8443", {"::1", 8443}},
                                             {"www.example.org:65535", {"www.example.org", 65535}}}));
    CHECK(parse_endpoint(good.text) == good.endpoint);
    CHECK(to_text(good.endpoint) == good.text);
}

TEST_CASE("what is no endpoint is refused") {
    const auto* const text =
        GENERATE("", "443", ":443", "localhost", "localhost:", "localhost:0", "localhost:65536", "localhost:44x",
                 "localhost:-1", "::1:443", "[127.0.0.1]:443", "[]:443", "-oProxy:443", "a b:443", "a\n:443");
    CAPTURE(text);
    CHECK_THROWS_AS(parse_endpoint(text), Error);
}

}  // namespace halfday
