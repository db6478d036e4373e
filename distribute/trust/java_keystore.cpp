// Java's own list of roots, a keystore in each installation or one that several link to. Its password is public: it is
// "changeit" unless somebody changed it, and then keytool is theirs to run.

#include <unistd.h>

#include <algorithm>
#include <array>

#include "ca/base/error.hpp"
#include "ca/x509/certificate_text.hpp"
#include "distribute/trust/java_list.hpp"
#include "distribute/trust/trust_store.hpp"

namespace halfday {
namespace {

constexpr const char* kPublicPassword = "changeit";
constexpr const char* kInstallations = "/usr/lib/jvm";
constexpr std::array<const char*, 2> kKeystores{"lib/security/cacerts", "jre/lib/security/cacerts"};
/// Keystores in these are made anew from the system store with each of its updates.
constexpr std::array<const char*, 2> kMadeBySystem{"/etc/pki/ca-trust/extracted", "/etc/ca-certificates/extracted"};

/// The same file without links at its end, which are those of the machine, not of this process.
Path without_links(const Machine& machine, Path path) {
    constexpr int kMostLinks = 16;
    std::error_code error;
    if (machine.root == "/") return std::filesystem::weakly_canonical(path, error);
    for (int links = 0; links < kMostLinks && std::filesystem::is_symlink(path, error); ++links) {
        const Path target = std::filesystem::read_symlink(path, error);
        path = target.is_absolute() ? on(machine, target) : path.parent_path() / target;
    }
    return path.lexically_normal();
}

class JavaKeystore : public TrustStore {
   public:
    JavaKeystore(const Machine& machine, Path keytool, Path keystore)
        : machine_(machine), keytool_(std::move(keytool)), keystore_(std::move(keystore)) {}

    [[nodiscard]] std::string_view kind() const override { return "java"; }
    [[nodiscard]] std::string name() const override { return "Java"; }
    [[nodiscard]] const Path& place() const override { return keystore_; }

    [[nodiscard]] std::optional<Obstacle> obstacle(const std::string& again) const override {
        const bool made_by_system = std::any_of(kMadeBySystem.begin(), kMadeBySystem.end(), [&](const char* folder) {
            return keystore_.string().starts_with(on(machine_, folder).string());
        });
        if (made_by_system) {
            return Obstacle{"'" + keystore_.string() + "' is made from the system store", "use --store system"};
        }
        if (::access(keystore_.c_str(), W_OK) == 0) return std::nullopt;
        return Obstacle{"only root may change '" + keystore_.string() + "'", "sudo " + again};
    }

    [[nodiscard]] TrustStanding look_for(const Certificate& root) const override {
        TrustStanding standing;
        standing.as = java_aliases(run_or_throw(keytool({"-list", "-rfc"})), root);
        if (!standing.as.empty()) standing.how = TrustStanding::How::trusted;
        return standing;
    }

    [[nodiscard]] std::vector<Step> to_install(const Certificate& root,
                                               const TrustStanding& /*standing*/) const override {
        Command add = keytool({"-importcert", "-noprompt", "-alias", store_name(root)});
        add.input = root.pem();
        return {add};
    }

    [[nodiscard]] std::vector<Step> to_remove(const Certificate& /*root*/,
                                              const TrustStanding& standing) const override {
        std::vector<Step> steps;
        for (const std::string& alias : standing.as) steps.emplace_back(keytool({"-delete", "-alias", alias}));
        return steps;
    }

   private:
    [[nodiscard]] Command keytool(const std::vector<std::string>& arguments) const {
        constexpr std::chrono::seconds kPatience{60};
        Command command;
        command.argv = {as_seen_there(keytool_), "-J-Duser.language=en"};
        command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
        command.argv.insert(command.argv.end(), {"-keystore", as_seen_there(keystore_), "-storepass", kPublicPassword});
        command.argv = run_on(machine_, command.argv);
        command.deadline = kPatience;
        command.most_output = std::size_t{16} * 1024 * 1024;
        return command;
    }

    [[nodiscard]] std::string as_seen_there(const Path& path) const {
        return machine_.root == "/" ? path.string() : "/" + path.lexically_relative(machine_.root).string();
    }

    const Machine& machine_;
    Path keytool_;
    Path keystore_;
};

std::vector<Path> installations(const Machine& machine) {
    std::vector<Path> found;
    if (!machine.java_home.empty()) found.push_back(machine.java_home);
    std::error_code error;
    const Path all = on(machine, kInstallations);
    for (std::filesystem::directory_iterator at(all, error), end; !error && at != end; at.increment(error)) {
        found.push_back(at->path());
    }
    std::sort(found.begin() + (machine.java_home.empty() ? 0 : 1), found.end());
    return found;
}

}  // namespace

TrustStores find_java_keystores(const Machine& machine) {
    TrustStores found;
    std::error_code error;
    for (const Path& home : installations(machine)) {
        const Path keytool = home / "bin/keytool";
        if (!std::filesystem::exists(without_links(machine, keytool), error)) continue;
        for (const char* each : kKeystores) {
            const Path keystore = without_links(machine, home / each);
            const bool is_known =
                std::any_of(found.begin(), found.end(), [&](const auto& store) { return store->place() == keystore; });
            if (!is_known && std::filesystem::is_regular_file(keystore, error)) {
                found.push_back(std::make_unique<JavaKeystore>(machine, keytool, keystore));
            }
        }
    }
    return found;
}

}  // namespace halfday
