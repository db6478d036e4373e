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

TEST_CASE("the sealed one that is to be unsealed next is the one that would sign first") {
    const std::vector<Term> first{term(0h, 100h)};
    const std::vector<Term> sealed{term(80h, 200h), term(180h, 300h), term(280h, 400h)};
    struct Row {
        std::string promise;
        std::vector<Term> unsealed;
        Seconds clock;
        std::optional<std::size_t> next;
    };
    const std::vector<Row> rows{
        {"long before it opens", first, 1h, 0},
        {"when it is open", first, 81h, 0},
        {"when the present one has ended", first, 150h, 0},
        {"two are open, the newer not of age", first, 190h, 0},
        {"two are open and of age: the older is never going to sign", first, 205h, 1},
        {"the first has passed without being unsealed", first, 201h, 1},
        {"a gap: the one that comes next", first, 79h, 0},
        {"one was unsealed", {term(0h, 100h), term(80h, 200h)}, 81h, 1},
        {"an unsealed one that is newer takes its place", {term(0h, 100h), term(90h, 290h)}, 115h, 1},
        {"all have passed", first, 401h, kNobody},
        {"nothing was ever unsealed", {}, 0h, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.promise);
        CHECK(next_sealed(row.unsealed, sealed, kStart + row.clock) == row.next);
    }
    CHECK(next_sealed(first, {}, kStart) == kNobody);
}
