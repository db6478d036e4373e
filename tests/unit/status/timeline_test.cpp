#include "ca/status/timeline.hpp"

#include <catch2/catch.hpp>

#include "rows.hpp"

using namespace halfday;
using namespace std::chrono_literals;
using test::kNow;

namespace {

std::string drawn(const std::vector<Cell>& cells) {
    std::string text;
    for (const Cell cell : cells) text += std::string_view(" .=R|")[static_cast<std::size_t>(cell)];
    return text;
}

}  // namespace

TEST_CASE("a life is drawn from its issuing to its end, with now and its renewal on it") {
    struct Case {
        std::string promise;
        std::optional<Time> issued_at, not_after, due_at;
        std::string line;
    };
    const TimeAxis axis{kNow - 4h, kNow + 12h};  // an hour a cell
    for (const Case& each : std::vector<Case>{
             {"an hour old", kNow - 1h, kNow + 11h, kNow + 3h, "   .|==R========"},
             {"its renewal is overdue", kNow - 4h, kNow + 8h, kNow - 1h, "...R|========   "},
             {"its renewal is due now", kNow - 4h, kNow + 8h, kNow, "....R========   "},
             {"nobody knows when it is due", kNow - 1h, kNow + 11h, {}, "   .|==========="},
             {"it has ended", kNow - 14h, kNow - 2h, {}, "... |           "},
             {"it ended before the axis begins", kNow - 17h, kNow - 5h, kNow - 13h, "    |           "},
             {"nothing is served", {}, {}, {}, "    |           "},
             {"the renewal is that of another certificate", kNow - 1h, kNow + 2h, kNow + 5h, "   .|==         "},
         }) {
        CAPTURE(each.promise);
        FleetRow row = test::served_row("web1");
        row.issued_at = each.issued_at;
        row.not_after = each.not_after;
        row.due_at = each.due_at;
        CHECK(drawn(timeline(row, axis, 16, kNow)) == each.line);
        CHECK(timeline(row, axis, 1, kNow).size() == 1);
        CHECK(timeline(row, axis, 0, kNow).empty());
    }
}

TEST_CASE("the axis holds all rows in whole hours, and no more than a certificate's longest life") {
    const auto span = [](std::optional<Time> issued_at, std::optional<Time> not_after) {
        FleetRow row = test::served_row("web1");
        row.issued_at = issued_at;
        row.not_after = not_after;
        const TimeAxis axis = axis_of({&row}, kNow);
        return std::pair<Seconds, Seconds>(kNow - axis.begin, axis.end - kNow);
    };
    CHECK(span(kNow - 90min, kNow + 629min) == std::pair<Seconds, Seconds>(2h, 11h));
    CHECK(span({}, {}) == std::pair<Seconds, Seconds>(1h, 1h));
    CHECK(span(kNow - 90h, kNow - 80h) == std::pair<Seconds, Seconds>(24h, 1h));
    CHECK(span(kNow + 1h, kNow + 90h) == std::pair<Seconds, Seconds>(1h, 24h));
}
