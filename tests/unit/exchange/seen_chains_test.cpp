#include "ca/exchange/seen_chains.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <string>

#include "ca/x509/digest.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using halfday::test::TemporaryFolder;

namespace {

const std::string kFirst(64, '1');
const std::string kSecond(64, '2');

class Box {
   public:
    Box() { make_folder(folder / "chains", 0755); }

    void publish(const std::string& host, const std::string& request) const {
        spool.publish_chain(HostName::parse(host), www, chain_file(request, "PEM\n"));
        // As if it had been published a minute ago: only its ctime says otherwise, and that is waited for.
        const std::array times{timespec{1000, 0}, timespec{1000, 0}};
        REQUIRE(::utimensat(AT_FDCWD, file(host).c_str(), times.data(), 0) == 0);
    }
    [[nodiscard]] Path file(const std::string& host) const { return folder / "chains" / host / "www.pem"; }
    /// What the chains of both hosts answer, "-" for none, as a run finds it.
    [[nodiscard]] std::string look() const {
        SeenChains seen(folder.path(), cache);
        std::string text;
        for (const std::string host : {"a", "b"}) {
            const auto word = seen.look(HostName::parse(host), www);
            text += word ? word->answers.substr(0, 1) : "-";
            CHECK((!word || word->sha256 == sha256_hex(chain_file(word->answers, "PEM\n"))));
        }
        seen.save();
        return text;
    }

    TemporaryFolder folder;
    Path cache = folder / "chains.cache";
    Spool spool{folder.path()};
    EntryName www = EntryName::parse("www");
};

}  // namespace

TEST_CASE("a chain that was published, replaced or lost is seen, whatever is remembered") {
    const Box box;
    CHECK(box.look() == "--");
    box.publish("a", kFirst);
    box.publish("b", kFirst);
    CHECK(box.look() == "11");
    box.publish("b", kSecond);  // of the same size, in the same moment
    CHECK(box.look() == "12");
    ::usleep(2'200'000);  // from here on they are remembered
    CHECK(box.look() == "12");
    CHECK(box.look() == "12");
    SECTION("lost") {
        remove_file(box.file("a"));
        CHECK(box.look() == "-2");
    }
    SECTION("replaced") {
        box.publish("a", kSecond);
        CHECK(box.look() == "22");
    }
    SECTION("exchanged") {
        std::filesystem::rename(box.file("a").parent_path(), box.folder / "kept");
        std::filesystem::rename(box.file("b").parent_path(), box.file("a").parent_path());
        std::filesystem::rename(box.folder / "kept", box.file("b").parent_path());
        CHECK(box.look() == "21");
    }
    SECTION("what is remembered is damaged") {
        const std::string whole = read_file(box.cache, 1 << 20);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            replace_file(box.cache, whole.substr(0, size));
            if (size % 97 == 0) CHECK(box.look() == "12");
        }
    }
    CHECK(box.look().size() == 2);
}

TEST_CASE("a remembered chain is not read again") {
    const Box box;
    box.publish("a", kFirst);
    ::usleep(2'200'000);
    REQUIRE(box.look() == "1-");
    struct stat before {};
    REQUIRE(::stat(box.cache.c_str(), &before) == 0);
    REQUIRE(box.look() == "1-");
    struct stat after {};
    REQUIRE(::stat(box.cache.c_str(), &after) == 0);
    CHECK(before.st_ino == after.st_ino);
}
