// The trust store that curl, OpenSSL, GnuTLS, Python and Go read: a folder for the administrator's own roots, a program
// that makes one bundle of all roots, and that bundle, which is what counts.

#include <unistd.h>

#include <algorithm>
#include <array>

#include "ca/base/error.hpp"
#include "ca/x509/certificate_text.hpp"
#include "distribute/trust/trust_store.hpp"

namespace halfday {
namespace {

using Argv = std::vector<std::string>;

struct Layout {
    std::string_view name;
    const char* anchors;         // the folder
    std::string_view extension;  // of a new file; where only_that is set, no other counts
    bool only_that;
    const char* bundle;
    Argv after_install;
    Argv after_remove;
};

const std::array<Layout, 3>& layouts() {
    static const std::array<Layout, 3> all{{
        {.name = "Fedora",
         .anchors = "/etc/pki/ca-trust/source/anchors",
         .extension = ".pem",
         .only_that = false,
         .bundle = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
         .after_install = {"update-ca-trust"},
         .after_remove = {"update-ca-trust"}},
        {.name = "Arch",
         .anchors = "/etc/ca-certificates/trust-source/anchors",
         .extension = ".pem",
         .only_that = false,
         .bundle = "/etc/ca-certificates/extracted/tls-ca-bundle.pem",
         .after_install = {"trust", "extract-compat"},
         .after_remove = {"trust", "extract-compat"}},
        // Debian's needs --fresh to see that a file has gone; Alpine's takes no arguments and sees it anyway.
        {.name = "Debian, Alpine",
         .anchors = "/usr/local/share/ca-certificates",
         .extension = ".crt",
         .only_that = true,
         .bundle = "/etc/ssl/certs/ca-certificates.crt",
         .after_install = {"update-ca-certificates"},
         .after_remove = {"update-ca-certificates", "--fresh"}},
    }};
    return all;
}

constexpr std::size_t kMostAnchorBytes = 1024 * 1024;
constexpr std::size_t kMostBundleBytes = 16 * 1024 * 1024;

class SystemStore : public TrustStore {
   public:
    SystemStore(const Machine& machine, const Layout& layout)
        : machine_(machine), layout_(layout), anchors_(on(machine, layout.anchors)) {}

    [[nodiscard]] std::string_view kind() const override { return "system"; }
    [[nodiscard]] std::string name() const override { return "system (" + std::string(layout_.name) + ")"; }
    [[nodiscard]] const Path& place() const override { return anchors_; }

    [[nodiscard]] std::optional<Obstacle> obstacle(const std::string& again) const override {
        const Path there = std::filesystem::canonical(anchors_);
        const Path root = std::filesystem::canonical(machine_.root);
        if (std::mismatch(root.begin(), root.end(), there.begin(), there.end()).first != root.end()) {
            return Obstacle{"'" + anchors_.string() + "' leads out of '" + machine_.root.string() + "'", ""};
        }
        if (::geteuid() == 0) return std::nullopt;
        return Obstacle{"only root may change '" + anchors_.string() + "'", "sudo " + again};
    }

    [[nodiscard]] TrustStanding look_for(const Certificate& root) const override {
        TrustStanding standing;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(anchors_)) {
            if (layout_.only_that && entry.path().extension() != layout_.extension) continue;
            if (entry.is_regular_file() && holds(read_file(entry.path(), kMostAnchorBytes), root)) {
                standing.as.push_back(entry.path().string());
            }
        }
        std::sort(standing.as.begin(), standing.as.end());
        const auto bundle = read_file_if_there(on(machine_, layout_.bundle), kMostBundleBytes);
        if (bundle && holds(*bundle, root)) {
            standing.how = TrustStanding::How::trusted;
        } else if (!standing.as.empty()) {
            standing.how = TrustStanding::How::dormant;
        }
        return standing;
    }

    [[nodiscard]] std::vector<Step> to_install(const Certificate& root, const TrustStanding& standing) const override {
        std::vector<Step> steps;
        if (standing.as.empty()) {
            steps.emplace_back(PlaceFile{anchors_ / (store_name(root) + std::string(layout_.extension)), root.pem()});
        }
        steps.emplace_back(update(layout_.after_install));
        return steps;
    }

    [[nodiscard]] std::vector<Step> to_remove(const Certificate& /*root*/,
                                              const TrustStanding& standing) const override {
        std::vector<Step> steps;
        for (const std::string& file : standing.as) {
            if (certificates_in(read_file(file, kMostAnchorBytes)).size() != 1) {
                throw Error(ErrorKind::io, "'" + file + "' has other certificates beside this root",
                            "take this one out of the file, then " + layout_.after_remove.front());
            }
            steps.emplace_back(DropFile{file});
        }
        if (steps.empty()) {
            throw Error(ErrorKind::io, "'" + std::string(layout_.bundle) + "' has it, and no file in '" +
                                           anchors_.string() + "': it came with a package");
        }
        steps.emplace_back(update(layout_.after_remove));
        return steps;
    }

   private:
    [[nodiscard]] Command update(const Argv& argv) const {
        constexpr std::chrono::seconds kPatience{120};  // its hooks make Java's keystore anew
        Command command;
        command.argv = run_on(machine_, argv);
        command.deadline = kPatience;
        return command;
    }

    const Machine& machine_;
    const Layout& layout_;
    Path anchors_;
};

}  // namespace

TrustStores find_system_store(const Machine& machine) {
    TrustStores found;
    for (const Layout& layout : layouts()) {
        if (found.empty() && std::filesystem::is_directory(on(machine, layout.anchors))) {
            found.push_back(std::make_unique<SystemStore>(machine, layout));
        }
    }
    return found;
}

}  // namespace halfday
