#include <catch2/catch.hpp>

#include "distribute/trust/change.hpp"
#include "tests/unit/temporary_folder.hpp"
#include "tests/unit/x509/certificates.hpp"

namespace halfday::test {
namespace {

/// A machine that is a folder, with the files that are named.
struct Image {
    TemporaryFolder folder;
    Machine machine;

    explicit Image(const std::vector<std::string>& files) {
        machine.root = folder.path();
        for (const std::string& file : files) write(file, "");
    }
    void write(const Path& file, const std::string& content) const {
        std::filesystem::create_directories(on(machine, file).parent_path());
        replace_file(on(machine, file), content, {.mode = 0644});
    }
};

std::vector<std::string> told(const std::vector<Step>& steps) {
    std::vector<std::string> all;
    for (const Step& step : steps) all.push_back(describe(step, "root.pem"));
    return all;
}

}  // namespace

TEST_CASE("the system store is that of the distribution, with its own folder, bundle and programs") {
    struct Case {
        std::string anchors;
        std::string name;
        std::string file;
        std::string bundle;
        std::string install;
        std::string remove;
    };
    const Case cases[] = {
        {"/usr/local/share/ca-certificates", "system (Debian, Alpine)", ".crt", "/etc/ssl/certs/ca-certificates.crt",
         "update-ca-certificates", "update-ca-certificates --fresh"},
        {"/etc/pki/ca-trust/source/anchors", "system (Fedora)", ".pem",
         "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "update-ca-trust", "update-ca-trust"},
        {"/etc/ca-certificates/trust-source/anchors", "system (Arch)", ".pem",
         "/etc/ca-certificates/extracted/tls-ca-bundle.pem", "trust extract-compat", "trust extract-compat"},
    };
    const World world;
    const Certificate root = signed_by(world.root_key, world.root());
    for (const Case& each : cases) {
        CAPTURE(each.name);
        const Image image({each.anchors + "/README"});
        const std::string chroot = "chroot " + image.machine.root.string() + " ";
        const TrustStores stores = find_system_store(image.machine);
        REQUIRE(stores.size() == 1);
        const TrustStore& store = *stores.front();
        const std::string file = (store.place() / (store_name(root) + each.file)).string();
        CHECK(store.name() == each.name);
        CHECK(store.place() == on(image.machine, each.anchors));
        CHECK(store.look_for(root) == TrustStanding{});
        CHECK(told(store.to_install(root, {})) ==
              std::vector<std::string>{"install -m 644 root.pem " + file, chroot + each.install});

        image.write(Path(each.anchors) / (store_name(root) + each.file), root.pem());
        const TrustStanding placed{TrustStanding::How::dormant, {file}};
        CHECK(store.look_for(root) == placed);
        CHECK(told(store.to_install(root, placed)) == std::vector<std::string>{chroot + each.install});

        image.write(each.bundle, "# a comment\n" + root.pem());
        CHECK(store.look_for(root) == TrustStanding{TrustStanding::How::trusted, {file}});
        CHECK(told(store.to_remove(root, placed)) == std::vector<std::string>{"rm " + file, chroot + each.remove});
        CHECK_THROWS_WITH(store.to_remove(root, {}), Catch::Contains("it came with a package"));
    }
    CHECK(find_system_store(Image({"/etc/ssl/certs/ca-certificates.crt"}).machine).empty());
}

TEST_CASE("browsers' databases are found below the home, wherever the browser came from") {
    Image image({"/home/.pki/nssdb/cert9.db", "/home/.mozilla/firefox/b.default/cert9.db",
                 "/home/.mozilla/firefox/a.default-release/cert9.db", "/home/.mozilla/firefox/profiles.ini",
                 "/home/.mozilla/firefox/never-started/prefs.js",
                 "/home/snap/firefox/common/.mozilla/firefox/c/cert9.db",
                 "/home/.var/app/org.chromium.Chromium/.pki/nssdb/cert9.db"});
    CHECK(find_nss_databases(image.machine).empty());
    image.machine.home = on(image.machine, "/home");
    std::vector<std::string> found;
    for (const auto& store : find_nss_databases(image.machine)) {
        found.push_back(store->name() + " " + store->place().lexically_relative(image.machine.home).string());
    }
    CHECK(found == std::vector<std::string>{
                       "Chromium .pki/nssdb",
                       "Chromium (flatpak) .var/app/org.chromium.Chromium/.pki/nssdb",
                       "Firefox .mozilla/firefox/a.default-release",
                       "Firefox .mozilla/firefox/b.default",
                       "Firefox (snap) snap/firefox/common/.mozilla/firefox/c",
                   });
}

TEST_CASE("a Java keystore is found once, through the links of the image itself") {
    const Image image({"/etc/ssl/certs/java/cacerts", "/usr/lib/jvm/java-17/bin/keytool",
                       "/usr/lib/jvm/java-21/bin/keytool", "/usr/lib/jvm/java-8/bin/keytool",
                       "/usr/lib/jvm/java-8/jre/lib/security/cacerts", "/usr/lib/jvm/no-keytool/lib/security/cacerts"});
    for (const char* java : {"/usr/lib/jvm/java-17", "/usr/lib/jvm/java-21"}) {
        const Path folder = on(image.machine, java) / "lib/security";
        std::filesystem::create_directories(folder);
        std::filesystem::create_symlink("/etc/ssl/certs/java/cacerts", folder / "cacerts");
    }
    std::vector<std::string> found;
    for (const auto& store : find_java_keystores(image.machine)) {
        found.push_back(store->place().lexically_relative(image.machine.root).string());
    }
    CHECK(found ==
          std::vector<std::string>{"etc/ssl/certs/java/cacerts", "usr/lib/jvm/java-8/jre/lib/security/cacerts"});
}

TEST_CASE("what can't be read or changed in one store is an outcome, not the end") {
    const World world;
    const Certificate root = signed_by(world.root_key, world.root());
    const Image image({"/usr/local/share/ca-certificates/README"});
    const TrustStores stores = find_system_store(image.machine);
    const TrustOrder order{TrustChange::install, false, "root.pem", "halfday trust install root.pem"};
    const TrustOutcome outcome = carry_out(order, *stores.front(), root);
    CHECK(outcome.how == TrustOutcome::How::failed);
    CHECK(!outcome.why.empty());
    CHECK(outcome.steps.size() == 2);
    const TrustOrder backwards{TrustChange::remove, false, "root.pem", ""};
    std::filesystem::remove_all(on(image.machine, "/usr/local/share/ca-certificates"));
    CHECK(carry_out(backwards, *stores.front(), root).how == TrustOutcome::How::failed);
}

}  // namespace halfday::test
