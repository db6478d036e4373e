#include "ca/exchange/spool.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "ca/exchange/message.hpp"
#include "refused.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using halfday::test::refused;

namespace {

const HostName& web1() {
    static const HostName kHost = HostName::parse("web1.example.org");
    return kHost;
}
const EntryName& www() {
    static const EntryName kEntry = EntryName::parse("www");
    return kEntry;
}

/// An exchange as systemd-tmpfiles makes it.
class Exchange {
   public:
    Exchange() {
        for (const char* tree : {"requests", "receipts", "chains"}) {
            make_folder(folder_ / tree, 0755);
        }
    }
    [[nodiscard]] Spool spool() const { return Spool(folder_.path()); }
    [[nodiscard]] Path path() const { return folder_.path(); }
    [[nodiscard]] Path request() const { return folder_ / "requests/web1.example.org/www.jws"; }

   private:
    test::TemporaryFolder folder_;
};

std::string fault_of_request(const Exchange& exchange) {
    return refused(ErrorKind::corrupt, [&] { static_cast<void>(exchange.spool().request(web1(), www())); });
}

ino_t inode_of(const Path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_ino;
}

mode_t mode_of(const Path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("each of the three trees gives back what was put into it, and nothing before") {
    const Exchange exchange;
    const Spool spool = exchange.spool();
    CHECK_FALSE(spool.request(web1(), www()));
    CHECK_FALSE(spool.receipt(web1(), www()));
    CHECK_FALSE(spool.chain(web1(), www()));
    spool.put_request(web1(), www(), "a request");
    spool.put_receipt(web1(), www(), "a receipt");
    spool.publish_chain(web1(), www(), "a chain");
    CHECK(spool.request(web1(), www()) == "a request");
    CHECK(spool.receipt(web1(), www()) == "a receipt");
    CHECK(spool.chain(web1(), www()) == "a chain");
    CHECK_FALSE(spool.request(web1(), EntryName::parse("api")));
    CHECK_FALSE(spool.request(HostName::parse("web2.example.org"), www()));
    spool.put_request(web1(), www(), "a newer request");
    CHECK(spool.request(web1(), www()) == "a newer request");
    CHECK(std::filesystem::exists(exchange.path() / "chains/web1.example.org/www.pem"));
    CHECK(std::filesystem::exists(exchange.path() / "receipts/web1.example.org/www.jws"));
}

TEST_CASE("the other user may read what was put there, whatever the umask is") {
    const Exchange exchange;
    const mode_t before = ::umask(077);
    exchange.spool().put_request(web1(), www(), "a request");
    ::umask(before);
    CHECK(mode_of(exchange.request()) == 0644);
    CHECK(mode_of(exchange.request().parent_path()) == 0755);
}

TEST_CASE("writing what is there already does nothing") {
    const Exchange exchange;
    exchange.spool().publish_chain(web1(), www(), "a chain");
    const Path file = exchange.path() / "chains/web1.example.org/www.pem";
    const ino_t first = inode_of(file);
    exchange.spool().publish_chain(web1(), www(), "a chain");
    CHECK(inode_of(file) == first);
    exchange.spool().publish_chain(web1(), www(), "another");
    CHECK(inode_of(file) != first);
}

TEST_CASE("many chains are published at once, whatever is in the place of one of them") {
    const Exchange exchange;
    const HostName web2 = HostName::parse("web2.example.org");
    const HostName web3 = HostName::parse("web3.example.org");
    const Path chains = exchange.path() / "chains";
    exchange.spool().publish_chain(web1(), www(), "an old chain");
    std::filesystem::create_directories(chains / "web2.example.org/www.pem");
    write_new(chains / "web2.example.org/www.pem/in the way", "");
    const HostName web4 = HostName::parse("web4.example.org");
    std::filesystem::create_directories(chains / "web4.example.org/www.pem");
    const std::vector<bool> published = exchange.spool().publish_chains(
        {{web1(), www(), "chain 1"}, {web2, www(), "chain 2"}, {web3, www(), "chain 3"}, {web4, www(), "chain 4"}});
    CHECK(published == std::vector<bool>{true, false, true, true});
    CHECK(exchange.spool().chain(web1(), www()) == "chain 1");
    CHECK(exchange.spool().chain(web4, www()) == "chain 4");
    CHECK(exchange.spool().chain(web3, www()) == "chain 3");
    CHECK(std::filesystem::is_empty(chains / "_staging"));
}

TEST_CASE("what a killed run left goes, and the head is published where there was none of it") {
    const Exchange exchange;
    const Path chains = exchange.path() / "chains";
    exchange.spool().clear_staging();
    exchange.spool().publish_head("head 1");
    write_new(chains / "_staging/.halfday-1-left", "left by a killed run");
    exchange.spool().clear_staging();
    CHECK(std::filesystem::is_empty(chains / "_staging"));
    exchange.spool().publish_head("head 2");
    CHECK(exchange.spool().head() == "head 2");
    CHECK(std::filesystem::is_empty(chains / "_staging"));
}

TEST_CASE("an exchange that was lost is no more than empty") {
    const Exchange exchange;
    exchange.spool().put_request(web1(), www(), "a request");
    std::filesystem::remove_all(exchange.path() / "requests");
    CHECK_FALSE(exchange.spool().request(web1(), www()));
}

TEST_CASE("what an enemy puts in a file's place is refused, and its content never told") {
    const Exchange exchange;
    const Path file = exchange.request();
    const std::string place = "'" + file.string() + "' ";
    make_folder(file.parent_path(), 0755);
    write_new(exchange.path() / "secret", "the secret");
    SECTION("a symlink to a secret") {
        REQUIRE(::symlink("../../secret", file.c_str()) == 0);
        CHECK(fault_of_request(exchange) == place + "is not a file that may be read there");
    }
    SECTION("a symlink instead of the host's folder") {
        std::filesystem::remove(file.parent_path());
        make_folder(exchange.path() / "elsewhere", 0755);
        write_new(exchange.path() / "elsewhere/www.jws", "a request");
        REQUIRE(::symlink("../elsewhere", file.parent_path().c_str()) == 0);
        CHECK(fault_of_request(exchange) == place + "is not a file that may be read there");
    }
    SECTION("a hard link to a secret") {
        REQUIRE(::link((exchange.path() / "secret").c_str(), file.c_str()) == 0);
        CHECK(fault_of_request(exchange) == place + "has more than one link");
    }
    SECTION("a FIFO, which must not be waited for") {
        REQUIRE(::mkfifo(file.c_str(), 0644) == 0);
        CHECK(fault_of_request(exchange) == place + "is not a regular file");
    }
    SECTION("a folder") {
        make_folder(file, 0755);
        CHECK(fault_of_request(exchange) == place + "is not a regular file");
    }
    SECTION("a file in place of the host's folder") {
        std::filesystem::remove(file.parent_path());
        write_new(file.parent_path(), "x");
        CHECK(fault_of_request(exchange) == place + "is not a file that may be read there");
    }
    SECTION("a file that is too large, even a sparse one") {
        write_new(file, "");
        REQUIRE(::truncate(file.c_str(), std::int64_t{1} << 40) == 0);
        CHECK(fault_of_request(exchange) == place + "is larger than 32768 bytes");
    }
    SECTION("a file of the size that is allowed is read") {
        write_new(file, std::string(kMostMessageBytes, '\xff'));
        CHECK(exchange.spool().request(web1(), www()) == std::string(kMostMessageBytes, '\xff'));
    }
}

TEST_CASE("whatever is in a file's place is replaced by its writer, and never followed") {
    const Exchange exchange;
    const Path file = exchange.request();
    make_folder(file.parent_path(), 0755);
    write_new(exchange.path() / "other", "of another");
    REQUIRE(::symlink("../../other", file.c_str()) == 0);
    exchange.spool().put_request(web1(), www(), "a request");
    CHECK(exchange.spool().request(web1(), www()) == "a request");
    CHECK(read_file(exchange.path() / "other", 100) == "of another");
}

TEST_CASE("whatever its writer finds in a file's place, or left when it was killed, is gone when it has written") {
    const Exchange exchange;
    const Path file = exchange.request();
    const Path folder = file.parent_path();
    write_new(exchange.path() / "other", "a request");
    make_folder(exchange.path() / "elsewhere", 0755);
    SECTION("a FIFO") {
        make_folder(folder, 0755);
        REQUIRE(::mkfifo(file.c_str(), 0644) == 0);
    }
    SECTION("a hard link to the very content") {
        make_folder(folder, 0755);
        REQUIRE(::link((exchange.path() / "other").c_str(), file.c_str()) == 0);
    }
    SECTION("a giant") {
        make_folder(folder, 0755);
        write_new(file, "");
        REQUIRE(::truncate(file.c_str(), std::int64_t{1} << 40) == 0);
    }
    SECTION("an empty folder") {
        make_folder(folder, 0755);
        make_folder(file, 0755);
    }
    SECTION("a symlink instead of the host's folder") { REQUIRE(::symlink("../elsewhere", folder.c_str()) == 0); }
    SECTION("a file instead of the host's folder") { write_new(folder, "x"); }
    SECTION("the temporary file of a killed writer") {
        make_folder(folder, 0755);
        write_new(folder / ".halfday-7-00", "half");
    }
    CHECK(exchange.spool().put_request(web1(), www(), "a request"));
    CHECK(exchange.spool().request(web1(), www()) == "a request");
    CHECK_FALSE(exchange.spool().put_request(web1(), www(), "a request"));
    CHECK(std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()) == 1);
    CHECK(std::filesystem::is_empty(exchange.path() / "elsewhere"));
}

TEST_CASE("what is too large for its place is not written") {
    const Exchange exchange;
    const auto fault = [&](auto put) { return refused(ErrorKind::corrupt, put); };
    CHECK(fault([&] { exchange.spool().put_request(web1(), www(), std::string(32769, 'x')); }) ==
          "'requests/web1.example.org/www.jws' would be larger than 32768 bytes");
    CHECK(fault([&] { exchange.spool().put_receipt(web1(), www(), std::string(32769, 'x')); }) ==
          "'receipts/web1.example.org/www.jws' would be larger than 32768 bytes");
    CHECK(fault([&] { exchange.spool().publish_chain(web1(), www(), std::string(65537, 'x')); }) ==
          "'chains/web1.example.org/www.pem' would be larger than 65536 bytes");
    CHECK_FALSE(exchange.spool().request(web1(), www()));
}

TEST_CASE("a chain's file says in its first line which request it answers") {
    const std::string hash(64, 'a');
    CHECK(chain_file(hash, "-----BEGIN") == "Request: " + hash + "\n-----BEGIN");
    CHECK(answered_request(chain_file(hash, "-----BEGIN")) == hash);
    CHECK(answered_request(chain_file(hash, "")) == hash);
    for (const std::string& text :
         {std::string(), std::string("\n"), "Request: " + hash, "request: " + hash + "\n", "Request:" + hash + "\n",
          "Request: " + hash + "a\n", "Request: " + hash.substr(1) + "\n", "Request: " + hash + "\r\n",
          " Request: " + hash + "\n", "\nRequest: " + hash + "\n", "Request: " + std::string(64, 'A') + "\n"}) {
        CAPTURE(text);
        CHECK_FALSE(answered_request(text));
    }
}
