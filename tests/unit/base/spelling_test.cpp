#include "ca/base/spelling.hpp"

#include <catch2/catch.hpp>

namespace halfday {

TEST_CASE("a distance counts letters added, left out, changed and swapped") {
    struct Case {
        const char* left;
        const char* right;
        std::size_t distance;
    };
    for (const Case& each : {Case{"", "", 0}, Case{"", "push", 4}, Case{"push", "push", 0}, Case{"psh", "push", 1},
                             Case{"pushh", "push", 1}, Case{"posh", "push", 1}, Case{"puhs", "push", 1},
                             Case{"upsh", "push", 1}, Case{"uphs", "push", 2}}) {
        INFO(each.left << " " << each.right);
        CHECK(spelling_distance(each.left, each.right) == each.distance);
        CHECK(spelling_distance(each.right, each.left) == each.distance);
    }
}

TEST_CASE("a word that is nearly a known one finds it, and any other finds nothing") {
    const std::vector<std::string> hosts{"db1.example.org", "web1.example.org", "web2.example.org"};
    CHECK(nearest_spelling("web2", hosts) == "web2.example.org");
    CHECK(nearest_spelling("web2.exmaple.org", hosts) == "web2.example.org");
    CHECK(nearest_spelling("web1.example.com", hosts) == "web1.example.org");
    CHECK(nearest_spelling("mail.example.net", {"shop.test"}) == std::nullopt);
    CHECK(nearest_spelling("sgin", {"init", "sign"}) == "sign");
    CHECK(nearest_spelling("list", {"init", "issue"}) == std::nullopt);
    CHECK(nearest_spelling("x", {}) == std::nullopt);
}

}  // namespace halfday
