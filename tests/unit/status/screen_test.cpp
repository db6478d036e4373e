#include "ca/status/screen.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "ca/status/screen_table.hpp"
#include "rows.hpp"

using namespace halfday;
using namespace std::chrono_literals;
using test::kNow;

namespace {

std::string screen(const Fleet& fleet, const ScreenStyle& style = {}, std::size_t rows = kUsualRows) {
    return fleet_screen(fleet, select_rows(matching_rows(fleet, {}, kNow), rows), style, kNow);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Fleet troubled() {
    Fleet fleet = test::fleet_of({test::dark_row("web1.example.org"),
                                  test::warned_row("web2.example.org", "rolled_back: the reload failed"),
                                  test::served_row("web3.example.org")});
    fleet.runway = test::runway();
    fleet.issuer_ran = kNow - 3min;
    return fleet;
}

}  // namespace

TEST_CASE("the first lines answer what an operator asks") {
    const std::string text = screen(troubled());
    CHECK(
        text.starts_with("CRITICAL: 2 of 3 certificates on 3 hosts are served, 1 dark; 1 critical, 1 with a warning\n"
                         "goes dark first: web2.example.org/www in 11 h, if nothing changes\n"
                         "next ceremony: for an intermediate, due by " +
                         format_time(kNow + std::chrono::days{20}) + ", in 20 d\nat " + format_time(kNow) +
                         "; halfday-issuer ran 3 min ago, halfday-distributor has not run yet\n"));
    CHECK(has(text, "why: halfday status --why web1.example.org\n"));
    CHECK(screen(test::fleet_of({test::served_row("web1")}))
              .starts_with("OK: 1 of 1 certificates on 1 host are served\ngoes dark first: web1/www in 11 h"));
    CHECK(screen({}).starts_with("OK: no host is in the inventory yet: 'halfday host add' fills it\n"));
}

TEST_CASE("thousands of hosts are summarised") {
    Fleet fleet = troubled();
    fleet.rows.resize(3000, test::served_row("web4.example.org"));
    const std::string text = screen(fleet);
    CHECK(std::count(text.begin(), text.end(), '\n') < 30);
    CHECK(has(text, "\nand 2993 more that are fine: halfday status --all\n"));
    fleet.rows.assign(40, test::warned_row("web5.example.org", "late"));
    CHECK(has(screen(fleet), "\nand 15 more that fail, 0 more that are fine: halfday status --all\n"));
}

TEST_CASE("a screen is as wide as its terminal, whatever has room there") {
    struct Case {
        std::size_t columns;
        bool has_bars, has_renewals, has_proofs;
    };
    for (const Case& each : std::vector<Case>{
             {40, false, false, false}, {80, true, false, false}, {120, true, true, false}, {160, true, true, true}}) {
        CAPTURE(each.columns);
        const Fleet fleet = troubled();
        const std::string table = rows_table(matching_rows(fleet, {}, kNow), {.columns = each.columns}, kNow);
        CHECK(has(table, "|=") == each.has_bars);
        CHECK(has(table, "RENEWAL") == each.has_renewals);
        CHECK(has(table, "PROVED BY") == each.has_proofs);
        std::istringstream lines(table);
        for (std::string line; each.columns >= 80 && std::getline(lines, line);) {
            CAPTURE(line);
            CHECK(line.size() <= each.columns);
        }
    }
}

TEST_CASE("colours and block characters are there where the terminal allows, and nowhere else") {
    const Fleet fleet = troubled();
    const std::string plain = screen(fleet, {.columns = 100});
    CHECK(std::all_of(plain.begin(), plain.end(), [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
    const std::string blocks = screen(fleet, {.columns = 100, .glyphs = ScreenStyle::Glyphs::blocks});
    CHECK(has(blocks, "░│█"));
    CHECK_FALSE(has(blocks, "\x1b"));
    const std::string coloured = screen(fleet, {.columns = 100, .colour = Colour::some});
    CHECK(has(coloured, "\x1b[31mCRITICAL\x1b[0m"));
    CHECK(has(coloured, "\x1b[33mWARNING\x1b[0m"));
}

TEST_CASE("text is broken at spaces, and a word that is too long where it must be") {
    CHECK(wrapped("one two three", 2, 0) == "one two three\n");
    CHECK(wrapped("one two three", 2, 13) == "one two three\n");
    CHECK(wrapped("one two three", 2, 8) == "one two\n  three\n");
    CHECK(wrapped("abcdefghij", 2, 4) == "abcd\n  ef\n  gh\n  ij\n");
    CHECK(wrapped("", 2, 8) == "\n");
    CHECK(wrapped("    one two", 4, 8) == "    one\n    two\n");
    CHECK(wrapped("one two", 9, 4) == "one two\n");
}
