#include "ca/exchange/event.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace halfday {
namespace {

std::string field(const LogEvent& event, std::string_view wanted) {
    for (const auto& [name, value] : journal_fields(event, "halfday-issuer")) {
        if (name == wanted) return value;
    }
    return "(none)";
}

}  // namespace

TEST_CASE("each kind of event has a MESSAGE_ID and a word of its own") {
    std::set<std::string_view> ids;
    std::set<std::string_view> words;
    for (const EventMeaning& meaning : all_event_meanings()) {
        CHECK(&meaning_of(meaning.kind) == &meaning);
        CHECK(meaning.message_id.size() == 32);
        CHECK(meaning.message_id.find_first_not_of("0123456789abcdef") == std::string_view::npos);
        ids.insert(meaning.message_id);
        words.insert(meaning.word);
    }
    CHECK(all_event_meanings().back().kind == EventKind::stopped);  // the last one
    CHECK(ids.size() == all_event_meanings().size());
    CHECK(words.size() == all_event_meanings().size());
}

TEST_CASE(
    "an event's entry in the journal says host, certificate, serial and outcome, and leaves out what is not known") {
    const LogEvent issued{.kind = EventKind::issued,
                          .text = "minted web1.example.org/www 01ab",
                          .host = HostName::parse("web1.example.org"),
                          .entry = EntryName::parse("www"),
                          .serial = "01ab"};
    CHECK(field(issued, "MESSAGE") == "minted web1.example.org/www 01ab");
    CHECK(field(issued, "HOST") == "web1.example.org");
    CHECK(field(issued, "CERTIFICATE") == "www");
    CHECK(field(issued, "SERIAL") == "01ab");
    CHECK(field(issued, "OUTCOME") == "issued");
    CHECK(field(issued, "PRIORITY") == "6");
    CHECK(field(issued, "SYSLOG_IDENTIFIER") == "halfday-issuer");
    CHECK(field(issued, "HINT") == "(none)");

    const LogEvent failed{.kind = EventKind::failed, .text = "no", .outcome = "skew", .hint = "set its clock"};
    CHECK(field(failed, "OUTCOME") == "skew");
    CHECK(field(failed, "PRIORITY") == "3");
    CHECK(field(failed, "HINT") == "set its clock");
    CHECK(field(failed, "HOST") == "(none)");
}

TEST_CASE("a datagram for the journal can't be made to hold a field that was not meant") {
    CHECK(journal_datagram({{"MESSAGE", "a=b"}, {"HOST", "web1"}}) == "MESSAGE=a=b\nHOST=web1\n");
    const std::string size{'\x0f', 0, 0, 0, 0, 0, 0, 0};
    CHECK(journal_datagram({{"MESSAGE", "one\nPRIORITY=0!"}}) == "MESSAGE\n" + size + "one\nPRIORITY=0!\n");
    CHECK(journal_datagram({{"MESSAGE", std::string(100'000, 'x')}}) ==
          "MESSAGE=" + std::string(16 * 1024, 'x') + "\n");
}

}  // namespace halfday
