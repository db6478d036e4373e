#include "distribute/push/transport.hpp"

#include <catch2/catch.hpp>
#include <chrono>

#include "../error_of.hpp"
#include "../temporary_folder.hpp"
#include "distribute/process/unix_socket.hpp"
#include "host_under_test.hpp"
#include "socket_listener.hpp"

namespace halfday {
namespace {

using std::chrono::milliseconds;
using test::SocketListener;

const HostName kHost = HostName::parse("web1.example.org");

Error error_of_answer(const std::string& answer) {
    const test::TemporaryFolder folder;
    const SocketListener listener(folder / "socket", [&](const std::string&) { return answer; });
    return test::error_of([&] {
        return converse(kHost, UnixReach{folder / "socket"}, Delivery{}, Transport{{}, Seconds{5}});
    });
}

}  // namespace

TEST_CASE("a receiver behind a socket gets all of a delivery, and all of its answer comes back") {
    const test::TemporaryFolder folder;
    const test::HostUnderTest web("web1.example.org");
    const std::string chain = "Request: x\n" + std::string(60'000, 'c');
    Delivery delivery;
    for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
        delivery.chains.push_back({EntryName::parse(name), chain});
    }
    const SocketListener listener(folder / "socket", [&](const std::string& input) {
        const Delivery there = parse_delivery(input);
        const bool is_whole = there.chains.size() == 8 && there.chains[7].chain_file == chain;
        return to_json(web.answer({{web.www, is_whole ? std::string(30'000, 'r') : "cut"}}, {}));
    });
    const Answer answer = converse(kHost, UnixReach{folder / "socket"}, delivery, Transport{{}, Seconds{5}});
    CHECK(answer.host == "web1.example.org");
    REQUIRE(answer.requests.size() == 1);
    CHECK(answer.requests[0].jws.size() == 30'000);
}

TEST_CASE("an answer that is none is told with what to look at") {
    CHECK(error_of_answer("").what() == std::string("the receiver gave no answer"));
    const Error garbage = error_of_answer("This account is currently not available.\x1b\n");
    CHECK(std::string(garbage.what()).find("'This account is currently not available.\\x1b") != std::string::npos);
    CHECK(garbage.hint().find("forced command") != std::string::npos);
    CHECK(error_of_answer("{\"protocol\":2}").hint().find("same version") != std::string::npos);
    CHECK(std::string(error_of_answer(std::string(kMostWireBytes + 1, ' ')).what()).find("its answer is larger") !=
          std::string::npos);
}

TEST_CASE("a socket that isn't there, or that nobody answers at, is given up in time") {
    const test::TemporaryFolder folder;
    const auto ask = [&](const std::string& name) {
        return test::error_of([&] {
            return ask_unix_socket({folder / name, "it", "look at systemctl list-sockets"}, "x", 100,
                                   milliseconds(100));
        });
    };
    CHECK(ask("none").kind() == ErrorKind::remote);
    CHECK(ask("none").hint().find("systemctl list-sockets") != std::string::npos);
    CHECK(std::string(ask(std::string(200, 'x')).what()).find("too long") != std::string::npos);

    const SocketListener listener(folder / "slow", [](const std::string&) {
        std::this_thread::sleep_for(milliseconds(300));
        return std::string();
    });
    const auto begin = std::chrono::steady_clock::now();
    CHECK(std::string(ask("slow").what()).find("no answer in time") != std::string::npos);
    CHECK(std::chrono::steady_clock::now() - begin < milliseconds(250));
}

}  // namespace halfday
