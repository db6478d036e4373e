#include "ca/exchange/run_counts.hpp"

#include <catch2/catch.hpp>

#include "ca/exchange/snapshot.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using namespace std::chrono_literals;

namespace {

std::string text(const RunCounts& runs) {
    std::string all;
    for (const RunCounts::Total& total : runs.totals) all += total.of + " " + std::to_string(total.count) + ", ";
    return all + (runs.newest_run ? std::to_string(runs.newest_run->count()) : "-");
}

IssuerSnapshot snapshot(const RunCounts& runs) {
    IssuerSnapshot issuer{};
    issuer.problem = R"(,"totals":[{"of":"minted","count":99}],"run_ms":1})";
    issuer.runs = runs;
    return issuer;
}

}  // namespace

TEST_CASE("the totals of a run go on from those in the snapshot before it") {
    const test::TemporaryFolder folder;
    const Path file = folder / "status.json";
    const RunCounts run{{{"minted", 3}, {"refused", 1}}, 70ms};
    RunCounts counts = counts_after(file, run);
    CHECK(text(counts) == "minted 3, refused 1, 70");
    replace_file(file, to_json(snapshot(counts)));
    counts = counts_after(file, run);
    CHECK(text(counts) == "minted 6, refused 2, 70");
    replace_file(file, to_json(snapshot(counts)));
    CHECK(text(counts_after(file, {{{"new", 1}, {"minted", 0}}, {}})) == "new 1, minted 6, -");
}

TEST_CASE("a large snapshot's end is enough") {
    const test::TemporaryFolder folder;
    IssuerSnapshot large = snapshot({{{"minted", 3}}, {}});
    large.entries.resize(500, {HostName::parse("web1"), EntryName::parse("www"), "0a", {}, {}, {}, "", ""});
    replace_file(folder / "status.json", to_json(large));
    CHECK(text(counts_after(folder / "status.json", {{{"minted", 1}}, 1ms})) == "minted 4, 1");
}

TEST_CASE("totals that can't be read are lost, and nothing else is") {
    const test::TemporaryFolder folder;
    const Path file = folder / "status.json";
    const std::string whole = to_json(snapshot({{{"minted", 3}}, 70ms}));
    const RunCounts run{{{"minted", 1}}, 5ms};
    for (const std::string& damaged :
         {std::string(), whole + " ", whole.substr(0, whole.size() - 1), to_json(snapshot({})),
          std::string(R"({"at":1,"totals":[{"of":"minted","count":-}]})"),
          std::string(R"({"at":1,"totals":[{"of":"min\u0074ed","count":2}]})")}) {
        CAPTURE(damaged);
        replace_file(file, damaged);
        CHECK(text(counts_after(file, run)) == "minted 1, 5");
    }
    remove_file(file);
    make_folder(file, 0700);
    CHECK(text(counts_after(file, run)) == "minted 1, 5");
}
