#include "ca/exchange/backup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "ca/exchange/backup_manifest.hpp"
#include "ca/exchange/tar.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/temporary_folder.hpp"
#include "tests/unit/x509/certificates.hpp"

using namespace halfday;
using namespace halfday::test;

namespace {

const Certificate& root() {
    static const World kWorld;
    static const Certificate kRoot = signed_by(kWorld.root_key, kWorld.root());
    return kRoot;
}

BackupManifest manifest() {
    return {.made_at = kNow,
            .root = root().fingerprint().text(),
            .ledger = {std::string(32, 'a'), 3, std::string(64, 'b')},
            .ledger_key = "ed25519:AAAA",
            .key = BackedUpKey::left_out,
            .files = {}};
}

std::vector<BackupItem> items() {
    return {{"etc/root.pem", content_of(root().pem())},
            {"etc/hosts.d/web1.example.org.yaml", content_of("host: web1.example.org\n")},
            {"issuer/ledger.db", content_of(std::string(700, 'x'))}};
}

struct Archive {
    TemporaryFolder folder;
    Path path = folder / "backup.tar";

    explicit Archive(const std::vector<BackupItem>& content = items(), const BackupManifest& facts = manifest()) {
        const FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
        write_backup(fd.get(), facts, content);
    }
    [[nodiscard]] std::string bytes() const { return read_file(path, 1 << 20); }
    void put(const std::string& bytes) const { std::ofstream(path, std::ios::binary) << bytes; }
    [[nodiscard]] std::string fault() const {
        const FileDescriptor fd(::open(path.c_str(), O_RDONLY));
        return message_of([&] { return Backup::open(fd.get()); });
    }
};

}  // namespace

TEST_CASE("a backup is read as it was written, also by tar") {
    const Archive archive;
    const FileDescriptor fd(::open(archive.path.c_str(), O_RDONLY));
    const Backup backup = Backup::open(fd.get());
    CHECK(backup.manifest().made_at == kNow);
    CHECK(backup.manifest().ledger == manifest().ledger);
    CHECK(backup.manifest().key == BackedUpKey::left_out);
    CHECK(backup.has("etc/root.pem"));
    CHECK_FALSE(backup.has("etc/halfday.yaml"));
    CHECK(backup.read("issuer/ledger.db") == std::string(700, 'x'));
    CHECK(error_of([&] { return backup.read("etc/halfday.yaml"); }).kind() == ErrorKind::not_found);
    CHECK(std::system(("tar -tf '" + archive.path.string() + "' >/dev/null").c_str()) == 0);
}

TEST_CASE("a host's name of any length has its place") {
    const std::string label(63, 'a');
    const std::string host = label + "." + label + "." + label + ".org";
    auto content = items();
    content.push_back({"etc/hosts.d/" + host + ".yaml", content_of("long")});
    const Archive archive(content);
    const FileDescriptor fd(::open(archive.path.c_str(), O_RDONLY));
    CHECK(Backup::open(fd.get()).read("etc/hosts.d/" + host + ".yaml") == "long");
    CHECK(std::system(
              ("tar -xOf '" + archive.path.string() + "' 'etc/hosts.d/" + host + ".yaml' | grep -qx long").c_str()) ==
          0);
}

TEST_CASE("no byte of a backup can be changed, none can be missing or more") {
    const Archive archive;
    const std::string good = archive.bytes();
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string changed = good;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        archive.put(changed);
        INFO("byte " << at);
        CHECK_FALSE(archive.fault().empty());
    }
    for (std::size_t size = 0; size < good.size(); size += 256) {
        archive.put(good.substr(0, size));
        CHECK(archive.fault().find("cut off") != std::string::npos);
    }
    archive.put(good + std::string(512, '\0'));
    CHECK(archive.fault() == "the backup can't be used: there are 512 bytes after its end");
    archive.put("PK\x03\x04" + std::string(1000, 'z'));
    CHECK(archive.fault() == "this is not a backup of an issuer");
}

TEST_CASE("a backup has the files that backups have, each once, and no others") {
    for (const char* path : {"../etc/passwd", "/etc/passwd", "etc/../etc/root.pem", "etc/hosts.d/../root.yaml",
                             "etc/hosts.d/web1.yaml/x", "etc/hosts.d/WEB.example.org.yaml", "etc/hosts.d/.yaml",
                             "etc/shadow", "issuer/ledger.key", "distributor/id_ed25519", "manifest.json", ""}) {
        INFO(path);
        CHECK_FALSE(is_backup_path(path));
        auto content = items();
        content.push_back({path, content_of("x")});
        CHECK(Archive(content).fault().find("no backup has a file") != std::string::npos);
    }
    auto twice = items();
    twice.push_back({"etc/root.pem", content_of(root().pem())});
    CHECK(Archive(twice).fault().find("is there twice") != std::string::npos);
    auto without = items();
    without.pop_back();
    CHECK(Archive(without).fault() == "the backup can't be used: it has no 'issuer/ledger.db'");
    BackupManifest other_root = manifest();
    other_root.root = "0000 0000 0000 0000 0000 0000 0000 0000";
    CHECK(Archive(items(), other_root).fault().find("names another root") != std::string::npos);
}

TEST_CASE("a manifest of another format, or with a size that no file has, is refused") {
    const auto fault_with = [](const std::string& from, const std::string& to) {
        BackupManifest facts = manifest();
        facts.files = {{"etc/root.pem", 5, std::string(64, 'c')}};
        std::string json = to_json(facts);
        REQUIRE(json.find(from) != std::string::npos);
        return message_of([&] { return parse_backup_manifest(json.replace(json.find(from), from.size(), to)); });
    };
    CHECK(fault_with("\"format\":1", "\"format\":2") == "it has format 2, and this program knows 1");
    CHECK(fault_with("\"size\":5", "\"size\":-5").find("it is not within 0 and") != std::string::npos);
    CHECK(fault_with("\"size\":5", "\"size\":99999999999").find("it is not within 0 and") != std::string::npos);
    CHECK(fault_with("left out", "copied").find("none of sealed") != std::string::npos);
    CHECK(fault_with("\"root\"", "\"boot\"").find("'root': it is missing") != std::string::npos);
}

TEST_CASE("a file of more than 8 GiB has GNU's form of its size") {
    const std::string header = tar_header("issuer/ledger.db", std::int64_t{1} << 33, kNow);
    CHECK(header.substr(124, 12) == std::string("\x80\0\0\0\0\0\0\x02\0\0\0\0", 12));
    CHECK(tar_size(tar_header("x", (std::int64_t{1} << 33) - 1, kNow)) == (std::int64_t{1} << 33) - 1);
    CHECK_FALSE(tar_size(header));
}
