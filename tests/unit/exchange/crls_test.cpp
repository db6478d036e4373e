#include "ca/exchange/crls.hpp"

#include <catch2/catch.hpp>
#include <variant>

#include "tests/unit/error_of.hpp"
#include "tests/unit/exchange/refused.hpp"
#include "tests/unit/x509/crls.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

struct Box {
    World world;
    World next;  // another root of the same name
    std::vector<Certificate> roots{signed_by(world.root_key, world.root()), signed_by(next.root_key, next.root())};
    Crls kept{crl_of(world, 7)};
};

}  // namespace

TEST_CASE("the highest number of each root is kept") {
    const Box box;
    const Crl newer = crl_of(box.world, 8);
    const Crl of_next = crl_of(box.next, 3);
    CHECK(std::get<Crls>(take_crl({}, newer, box.roots)) == Crls{newer});
    CHECK(std::get<Crls>(take_crl(box.kept, newer, box.roots)) == Crls{newer});
    CHECK(std::get<Crls>(take_crl(box.kept, box.kept[0], box.roots)) == box.kept);
    CHECK(std::get<Crls>(take_crl(box.kept, of_next, box.roots)) == Crls{box.kept[0], of_next});
}

TEST_CASE("a lower number, another one with the same, and one of a stranger are refused") {
    const Box box;
    const auto reason = [&](const Crl& arrived, const std::vector<Certificate>& roots) {
        return std::get<Refusal>(take_crl(box.kept, arrived, roots)).text();
    };
    CHECK(reason(crl_of(box.world, 6), box.roots) == "CRL 6: a newer one is kept, 7");
    CHECK(reason(crl_of(box.world, 7, {{"7f", kNow}}), box.roots) == "CRL 7: another one with this number is kept");
    CHECK(reason(crl_of(box.next, 9), {box.roots[0]}) == "CRL 9: another key than the root's signed it");
    CHECK(reason(crl_of(box.next, 9), {}) == "CRL 9: no root is pinned");
}

TEST_CASE("what was revoked stays so, whatever number a CRL has that forgot it") {
    const Box box;
    const Crls kept{crl_of(box.world, 7, {{"7e", kNow}, {"7f", kNow}})};
    const auto forgot = take_crl(kept, crl_of(box.world, 8, {{"7e", kNow}}), box.roots);
    CHECK(std::get<Refusal>(forgot).text() ==
          "CRL 8: it leaves out 7f, which CRL 7 revoked; sign another one with halfday-root crl --after that CRL");
    const Crl more = crl_of(box.world, 8, {{"7f", kNow}, {"80", kNow}, {"7e", kNow}});
    CHECK(std::get<Crls>(take_crl(kept, more, box.roots)) == Crls{more});
    const Crl of_next = crl_of(box.next, 9);
    CHECK(std::get<Crls>(take_crl(kept, of_next, box.roots)) == Crls{kept[0], of_next});
}

TEST_CASE("a chain is told of what its root has revoked, by whichever CRL") {
    const Box box;
    const Certificate intermediate = signed_by(box.world.root_key, box.world.intermediate());
    const Chain chain{signed_by(box.world.intermediate_key, box.world.leaf()), intermediate};
    const Crl revokes = crl_of(box.world, 8, {stolen(intermediate)});
    CHECK(revoked_in(chain, box.kept).empty());
    CHECK(revoked_in(chain, {crl_of(box.next, 9, {stolen(intermediate)})}).empty());
    CHECK(revoked_in(chain, {crl_of(box.next, 9), revokes}) ==
          std::vector<std::string>{"'CN=Intermediate', serial " + intermediate.serial_hex() +
                                   ", was revoked at 2026-11-24T12:00:00Z (keyCompromise)"});
}

TEST_CASE("past its nextUpdate a CRL is warned of") {
    const Box box;
    const Time next = box.kept[0].next_update();
    CHECK(overdue(box.kept, next).empty());
    CHECK(overdue(box.kept, next + 1h) ==
          std::vector<std::string>{"CRL 7 of 'CN=Root' was to be followed by another one 1 h ago, at "
                                   "2027-03-04T12:00:00Z"});
}

TEST_CASE("what is read from a file are the CRLs of pinned roots") {
    const Box box;
    const Path file = std::filesystem::temp_directory_path() / ("halfday-crls." + std::to_string(::getpid()));
    const Crls both{box.kept[0], crl_of(box.next, 3)};
    CHECK(read_crls(file, box.roots).empty());
    replace_file(file, to_pem(both));
    CHECK(read_crls(file, box.roots) == both);
    CHECK(read_crls(file, {box.roots[1]}) == Crls{both[1]});
    replace_file(file, "no PEM");
    CHECK(error_of([&] { return read_crls(file, box.roots); }).kind() == ErrorKind::corrupt);
    std::string damaged = box.kept[0].der();
    damaged.back() ^= 1;
    replace_file(file, to_pem({Crl::parse_der(damaged)}));
    CHECK(error_of([&] { return read_crls(file, box.roots); }).kind() == ErrorKind::corrupt);
    CHECK(read_crls(file, {box.roots[1]}).empty());
    std::filesystem::remove(file);
}
