#include "ca/exchange/succession.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace halfday;
using namespace std::chrono_literals;

namespace {

constexpr Time kStart{Seconds{1'795'000'000}};
constexpr auto kNobody = std::nullopt;

Term term(Seconds begin, Seconds end) { return {kStart + begin, kStart + end}; }

}  // namespace

TEST_CASE("which intermediate signs follows the clock, forwards and backwards") {
    const std::vector<Term> one{term(0h, 100h)};
    const std::vector<Term> two{term(0h, 100h), term(60h, 200h)};
    const std::vector<Term> swapped{term(60h, 200h), term(0h, 100h)};
    const std::vector<Term> late{term(0h, 100h), term(90h, 200h)};
    const std::vector<Term> young{term(0h, 100h), term(5h, 200h)};
    const std::vector<Term> three{term(0h, 100h), term(50h, 150h), term(60h, 200h)};
    const std::vector<Term> shorter{term(0h, 100h), term(10h, 40h)};
    const std::vector<Term> gap{term(0h, 10h), term(20h, 90h)};
    struct Row {
        std::string promise;
        std::vector<Term> accepted;
        Seconds clock;
        std::optional<std::size_t> signs;
    };
    const std::vector<Row> rows{
        {"none accepted", {}, 0h, kNobody},
        {"not valid yet", one, -1s, kNobody},
        {"the first signs at once", one, 0h, 0},
        {"its last second", one, 100h, 0},
        {"expired", one, 100h + 1s, kNobody},
        {"a newer one waits", two, 60h, 0},
        {"to the last second of the day", two, 84h - 1s, 0},
        {"and signs then", two, 84h, 1},
        {"the clock goes back: the older again", two, 84h - 1s, 0},
        {"the order of the files says nothing", swapped, 84h - 1s, 1},
        {"nor then", swapped, 84h, 0},
        {"after the older one's end", two, 150h, 1},
        {"the older one ends within the day: the newer signs at once", late, 100h + 1s, 1},
        {"not before that", late, 100h, 0},
        {"both young: the older", young, 6h, 0},
        {"the older is of age: the older", young, 28h, 0},
        {"both of age: the newer", young, 29h, 1},
        {"three: the newest that is of age", three, 80h, 1},
        {"three: the newest", three, 84h, 2},
        {"a newer one that ended leaves the older", shorter, 41h, 0},
        {"between two that don't meet", gap, 15h, kNobody},
    };
    for (const Row& row : rows) {
        CAPTURE(row.promise);
        CHECK(signing_at(row.accepted, kStart + row.clock) == row.signs);
    }
}

TEST_CASE("from when on an intermediate signs is known before") {
    const std::vector<Term> two{term(0h, 100h), term(60h, 200h)};
    const std::vector<Term> late{term(0h, 100h), term(90h, 200h)};
    CHECK(signs_from(two, 0, kStart + 61h) == kStart + 61h);
    CHECK(signs_from(two, 1, kStart + 61h) == kStart + 84h);
    CHECK(signs_from(late, 1, kStart + 91h) == kStart + 100h + 1s);
    CHECK(signs_from(two, 0, kStart + 84h) == std::nullopt);
    CHECK(signs_from(two, 1, kStart + 201h) == std::nullopt);
}

TEST_CASE("issuing goes on as long as one intermediate follows another without a gap") {
    CHECK(issuing_ends({term(0h, 100h)}, kStart) == kStart + 100h);
    CHECK(issuing_ends({term(60h, 200h), term(0h, 100h)}, kStart) == kStart + 200h);
    CHECK(issuing_ends({term(0h, 100h), term(60h, 80h)}, kStart) == kStart + 100h);
    CHECK(issuing_ends({term(0h, 10h), term(20h, 90h)}, kStart) == kStart + 10h);
    CHECK(issuing_ends({term(0h, 10h), term(10h + 1s, 90h)}, kStart) == kStart + 90h);
    CHECK(issuing_ends({term(0h, 10h)}, kStart + 20h) < kStart + 20h);
    CHECK(issuing_ends({}, kStart) < kStart);
}
