#include "distribute/push/notice.hpp"

#include <catch2/catch.hpp>

namespace halfday {

TEST_CASE("what came of a delivery is an event of its own kind, with the receipt's word where it failed") {
    using Kind = Notice::Kind;
    struct Case {
        Kind kind;
        std::optional<Outcome> outcome;
        EventKind event;
        std::string word;
    };
    for (const Case& one : {Case{Kind::news, Outcome::proved, EventKind::delivered, ""},
                            Case{Kind::news, std::nullopt, EventKind::requested, ""},
                            Case{Kind::news, Outcome::skew, EventKind::requested, ""},
                            Case{Kind::warning, std::nullopt, EventKind::warning, ""},
                            Case{Kind::problem, Outcome::rolled_back, EventKind::rolled_back, ""},
                            Case{Kind::problem, Outcome::unproved, EventKind::failed, "unproved"},
                            Case{Kind::problem, Outcome::skew, EventKind::failed, "skew"},
                            Case{Kind::problem, std::nullopt, EventKind::failed, ""}}) {
        const LogEvent event = event_of({one.kind, HostName::parse("web1.example.org"), EntryName::parse("www"),
                                         "it did", "do this", "01ab", one.outcome});
        CHECK(event.kind == one.event);
        CHECK(event.outcome == one.word);
        CHECK(event.text == "web1.example.org www: it did");
        CHECK(event.serial == "01ab");
        CHECK(event.hint == "do this");
    }
}

}  // namespace halfday
