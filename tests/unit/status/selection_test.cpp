#include "ca/status/selection.hpp"

#include <catch2/catch.hpp>

#include "rows.hpp"

using namespace halfday;
using test::kNow;

namespace {

std::string names(const Rows& rows) {
    std::string text;
    for (const FleetRow* row : rows) text += (text.empty() ? "" : " ") + row->host.text();
    return text;
}

Fleet fleet() {
    FleetRow ended = test::served_row("db2");
    ended.health = Health::critical;
    ended.not_after = kNow - Seconds{1};
    return test::fleet_of({test::dark_row("web1"), ended, test::warned_row("web2", "late"), test::served_row("web3"),
                           test::served_row("db1")});
}

}  // namespace

TEST_CASE("a filter leaves the rows of a state, a host or a pattern") {
    using State = RowFilter::State;
    struct Case {
        State state;
        std::vector<std::string> hosts;
        std::string left;
    };
    const Fleet all = fleet();
    for (const Case& each : std::vector<Case>{
             {State::any, {}, "web1 db2 web2 web3 db1"},
             {State::failing, {}, "web1 db2 web2"},
             {State::critical, {}, "web1 db2"},
             {State::warning, {}, "web2"},
             {State::fine, {}, "web3 db1"},
             {State::dark, {}, "web1 db2"},
             {State::any, {"db*"}, "db2 db1"},
             {State::any, {"web3", "db1"}, "web3 db1"},
             {State::failing, {"web?"}, "web1 web2"},
             {State::any, {"web3/www"}, "web3"},
             {State::any, {"*/mail"}, ""},
             {State::any, {"web"}, ""},
         }) {
        CAPTURE(each.left, each.hosts);
        CHECK(names(matching_rows(all, {each.state, each.hosts}, kNow)) == each.left);
    }
}

TEST_CASE("the words for states are those, and no others") {
    for (const char* const word : {"any", "ok", "failing", "warning", "critical", "dark"}) CHECK(parse_state(word));
    CHECK_FALSE(parse_state("OK"));
    CHECK_FALSE(parse_state(""));
}

TEST_CASE("where there is room for few rows the failing ones are shown, and a few that end next") {
    struct Case {
        std::size_t failing, fine, most, shown_failing, shown_fine;
    };
    for (const Case& each : std::vector<Case>{
             {0, 0, 25, 0, 0},
             {3, 22, 25, 3, 22},
             {3, 23, 25, 3, 5},
             {0, 1000, 25, 0, 5},
             {1000, 0, 25, 25, 0},
             {1000, 2, 25, 23, 2},
             {1000, 1000, 25, 20, 5},
             {10, 10, 3, 3, 0},
             {1, 10, 3, 1, 2},
             {10, 10, 0, 0, 0},
         }) {
        CAPTURE(each.failing, each.fine, each.most);
        std::vector<FleetRow> rows(each.failing, test::warned_row("web1", "late"));
        rows.resize(each.failing + each.fine, test::served_row("web2"));
        const Fleet all = test::fleet_of(rows);
        const Selection selection = select_rows(matching_rows(all, {}, kNow), each.most);
        CHECK(selection.shown.size() == each.shown_failing + each.shown_fine);
        CHECK(selection.more_failing == each.failing - each.shown_failing);
        CHECK(selection.more_fine == each.fine - each.shown_fine);
        CHECK(std::is_sorted(selection.shown.begin(), selection.shown.end()));
    }
}
