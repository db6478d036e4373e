#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/file.hpp"
#include "ca/x509/certificate.hpp"
#include "distribute/process/process.hpp"
#include "distribute/trust/step.hpp"

namespace halfday {

/// Where trust stores are looked for.
struct Machine {
    Path root = "/";           // "/", or the folder of a container image that is being built
    Path home = {};            // of the person whose browsers are meant; none where it is empty
    std::optional<User> user;  // that person, where it is not this process's own user
    Path java_home = {};       // JAVA_HOME; empty for none
};

/// How a store takes a root.
struct TrustStanding {
    enum class How {
        absent,
        dormant,  // the certificate is there, and nothing trusts it yet
        trusted,
    } how = How::absent;
    std::vector<std::string> as = {};  // the files, nicknames or aliases that it is there as
    bool operator==(const TrustStanding&) const = default;
};

/// Why something can't be done here, and the command that would help.
struct Obstacle {
    std::string what;
    std::string hint;
};

/// One place that clients take their roots from: found by its contents, never by a name.
class TrustStore {
   public:
    TrustStore() = default;
    TrustStore(const TrustStore&) = delete;
    TrustStore& operator=(const TrustStore&) = delete;
    virtual ~TrustStore() = default;

    /// As --store says it: "system", "nss", "java".
    [[nodiscard]] virtual std::string_view kind() const = 0;
    /// "system (Debian)", "Firefox".
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual const Path& place() const = 0;
    /// Why this process can't change it; `again` is the command line that was given, for the hint.
    [[nodiscard]] virtual std::optional<Obstacle> obstacle(const std::string& again) const = 0;
    /// How it takes the root now. Throws Error when it can't be read.
    [[nodiscard]] virtual TrustStanding look_for(const Certificate& root) const = 0;
    /// What makes it trusted, from a standing that is not.
    [[nodiscard]] virtual std::vector<Step> to_install(const Certificate& root,
                                                       const TrustStanding& standing) const = 0;
    /// What takes all of it away again. Throws Error{io} where that would take more than this root.
    [[nodiscard]] virtual std::vector<Step> to_remove(const Certificate& root, const TrustStanding& standing) const = 0;
};

using TrustStores = std::vector<std::unique_ptr<TrustStore>>;

/// The stores of each kind that are there.
[[nodiscard]] TrustStores find_system_store(const Machine& machine);
[[nodiscard]] TrustStores find_nss_databases(const Machine& machine);
[[nodiscard]] TrustStores find_java_keystores(const Machine& machine);

/// What a new file, nickname or alias is called: "halfday-" and 16 digits of the certificate's SHA-256.
[[nodiscard]] std::string store_name(const Certificate& root);

/// `path` of the machine, as this process sees it.
[[nodiscard]] Path on(const Machine& machine, const Path& path);
/// The command as run in the machine's root folder.
[[nodiscard]] std::vector<std::string> run_on(const Machine& machine, std::vector<std::string> argv);

}  // namespace halfday
