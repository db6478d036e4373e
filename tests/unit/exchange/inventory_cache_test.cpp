#include "ca/exchange/inventory_cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "refused.hpp"
#include "tests/unit/temporary_folder.hpp"

using namespace halfday;
using halfday::test::refused;
using halfday::test::TemporaryFolder;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

/// hosts.d and a state folder, and what is done to a file without its change being seen in its times.
class Box {
   public:
    Box() {
        make_folder(hosts, 0755);
        make_folder(state, 0700);
    }

    void write(const std::string& host, const std::string& name) const {
        static const PublicKey key = PrivateKey::generate(KeyAlgorithm::parse("Ed25519")).public_key();
        std::string spki = key.spki();
        spki.replace(spki.size() - host.size(), host.size(), host);  // any 32 bytes are a key
        replace_file(hosts / (host + ".yaml"),
                     "host: " + host + "\nreach: ssh://halfday@" + host + ":2222\nidentity: " +
                         identity_text(PublicKey::from_spki(spki)) + "\ncertificates: {www: {names: [" + name +
                         "]}}\npolicy:\n  lifetime: 6h\n  renew_after: 1h\n  keys: [P-384]\n  wildcards: refused\n"
                         "  domains: [example.org]\n  addresses: [192.0.2.0/24, 2001:db8::/32]\n  purpose: "
                         "server+client\n  backdate: 5m\n  max_per_hour: 7\n",
                     {.mode = 0644, .group = std::nullopt});
    }
    [[nodiscard]] Inventory read() const { return read_inventory(hosts, cache); }
    /// "HOST=NAME" of all.
    static std::string told(const Inventory& inventory) {
        std::string text;
        for (const Host& host : inventory.hosts) {
            text += host.name.text() + "=" + host.certificates.front().names.front().text() + " ";
        }
        return text;
    }
    [[nodiscard]] std::string bytes() const { return read_file_if_there(cache, 1 << 20).value_or(""); }
    /// As a run two seconds after the last change would have left it.
    void settle(const std::function<void(Host& host)>& change = [](Host&) {}) const {
        InventoryCacheWriter out(hosts);
        for (Host& host : read_inventory(hosts).hosts) {
            const std::string file = host.name.text() + ".yaml";
            change(host);
            out.add(file, stamp(file), host);
        }
        replace_file(cache, out.seal());
    }
    [[nodiscard]] FileStamp stamp(const std::string& file) const {
        struct stat status {};
        REQUIRE(::stat((hosts / file).c_str(), &status) == 0);
        return {status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec * kSecond + status.st_mtim.tv_nsec,
                status.st_ctim.tv_sec * kSecond + status.st_ctim.tv_nsec};
    }

    TemporaryFolder folder;
    Path hosts = folder / "hosts.d";
    Path state = folder / "state";
    Path cache = state / "inventory.cache";
};

/// A cache that says of web1 what its file does not: who believes the cache says so too.
void plant(const Box& box) {
    box.settle([](Host& host) {
        if (host.name.text() == "web1") {
            host.certificates = {{EntryName::parse("www"), {DnsName::parse("cached.example.org")}}};
        }
    });
}

}  // namespace

TEST_CASE("a stamp tells a file from what it may become when its last change was more than 2 s before") {
    const std::int64_t began = 1000 * kSecond;
    FileStamp stamp{1, 2, 3, 0, 0};
    for (const auto& [mtime, ctime, settled] : {std::tuple(997 * kSecond, 997 * kSecond, true),
                                                {998 * kSecond - 1, 998 * kSecond - 1, true},
                                                {998 * kSecond, 990 * kSecond, false},
                                                {990 * kSecond, 998 * kSecond, false},
                                                {2000 * kSecond, 990 * kSecond, false}}) {
        stamp.mtime = mtime;
        stamp.ctime = ctime;
        CHECK(is_settled(stamp, began) == settled);
    }
}

TEST_CASE("a cache gives back all of what a file said, with the places") {
    const Box box;
    box.write("web1", "a.example.org, 192.0.2.7, 2001:db8::7");
    box.settle();
    const Host host = read_inventory(box.hosts).hosts.at(0);
    const Host again = box.read().hosts.at(0);
    CHECK(to_yaml(again) == to_yaml(host));
    REQUIRE(again.policy != nullptr);
    CHECK(*again.policy == *host.policy);
    CHECK(again.policy->purpose == Purpose::server_and_client);
    CHECK(again.policy->places.at("keys") == (box.hosts / "web1.yaml").string() + ":8");
}

TEST_CASE("a file that is as the cache has it is not read, any other is") {
    const Box box;
    box.write("web1", "a.example.org");
    box.write("web2", "b.example.org");
    plant(box);
    REQUIRE(Box::told(box.read()) == "web1=cached.example.org web2=b.example.org ");
    SECTION("touched") { REQUIRE(::utimensat(AT_FDCWD, (box.hosts / "web1.yaml").c_str(), nullptr, 0) == 0); }
    SECTION("written anew") { box.write("web1", "a.example.org"); }
    SECTION("its old time put back") {
        const Path file = box.hosts / "web1.yaml";
        struct stat before {};
        REQUIRE(::stat(file.c_str(), &before) == 0);
        ::usleep(20'000);  // two ticks of the clock that stamps files
        const std::array times{before.st_atim, before.st_mtim};
        REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times.data(), 0) == 0);
    }
    SECTION("a cache that others may write") { REQUIRE(::chmod(box.cache.c_str(), 0620) == 0); }
    SECTION("a cache of another user") { REQUIRE(::chown(box.cache.c_str(), 65534, 65534) == 0); }
    CHECK(Box::told(box.read()) == "web1=a.example.org web2=b.example.org ");
    CHECK(Box::told(box.read()) == "web1=a.example.org web2=b.example.org ");
}

TEST_CASE("files that come and go are seen") {
    const Box box;
    box.write("web1", "a.example.org");
    box.write("web3", "c.example.org");
    box.settle();
    box.write("web2", "b.example.org");
    CHECK(Box::told(box.read()) == "web1=a.example.org web2=b.example.org web3=c.example.org ");
    remove_file(box.hosts / "web1.yaml");
    CHECK(Box::told(box.read()) == "web2=b.example.org web3=c.example.org ");
    box.settle();
    CHECK(Box::told(box.read()) == "web2=b.example.org web3=c.example.org ");
}

TEST_CASE("a file that has just changed is not cached") {
    const Box box;
    box.write("web1", "a.example.org");
    CHECK(Box::told(box.read()) == "web1=a.example.org ");
    const CachedInventory cached(box.bytes(), box.hosts);
    CHECK(cached.is_known());
    CHECK(cached.is_used_up());
}

TEST_CASE("a file that turned bad is refused as it is without a cache") {
    const Box box;
    box.write("web1", "a.example.org");
    box.write("web2", "b.example.org");
    box.settle();
    const Path file = box.hosts / "web1.yaml";
    SECTION("its content") { replace_file(file, "host: [\n", {.mode = 0644, .group = std::nullopt}); }
    SECTION("its mode") { REQUIRE(::chmod(file.c_str(), 0664) == 0); }
    SECTION("its owner") { REQUIRE(::chown(file.c_str(), 65534, 65534) == 0); }
    SECTION("a symlink") {
        std::filesystem::rename(file, box.folder / "elsewhere");
        std::filesystem::create_symlink(box.folder / "elsewhere", file);
    }
    SECTION("the folder's mode") { REQUIRE(::chmod(box.hosts.c_str(), 0777) == 0); }
    SECTION("a name") { std::filesystem::rename(file, box.hosts / "web1.yml"); }
    const auto fault = [&](const std::function<void()>& read) { return refused(ErrorKind::usage, read); };
    CHECK(fault([&] { static_cast<void>(box.read()); }) ==
          fault([&] { static_cast<void>(read_inventory(box.hosts)); }));
}

TEST_CASE("a cache that can't be used is none, and is replaced") {
    const Box box;
    box.write("web1", "a.example.org");
    plant(box);
    const std::string whole = box.bytes();
    const auto is_none = [&](const std::string& bytes) { return !CachedInventory(bytes, box.hosts).is_known(); };
    REQUIRE_FALSE(is_none(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CHECK(is_none(whole.substr(0, size)));
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x01);
        CHECK(is_none(damaged));
    }
    CHECK(is_none(whole + "x"));
    CHECK_FALSE(CachedInventory(whole, box.folder / "other").is_known());
    replace_file(box.cache, whole.substr(1));
    CHECK(Box::told(box.read()) == "web1=a.example.org ");
    CHECK_FALSE(is_none(box.bytes()));
}

TEST_CASE("a cache that can't be written costs nothing but time") {
    const Box box;
    box.write("web1", "a.example.org");
    make_folder(box.cache, 0700);
    CHECK(Box::told(box.read()) == "web1=a.example.org ");
}
