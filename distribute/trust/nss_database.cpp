// Firefox and Chromium keep the roots that a person adds in NSS databases in that person's home, one for each profile
// of Firefox. certutil reads and writes them, as that person. It finds certificates by nickname, and under each shows
// all that have the same subject: so a nickname counts as this root's where it shows nothing else, or is the one that
// we gave.

#include <algorithm>
#include <array>

#include "ca/base/error.hpp"
#include "ca/x509/certificate_text.hpp"
#include "distribute/trust/nss_list.hpp"
#include "distribute/trust/trust_store.hpp"

namespace halfday {
namespace {

/// Where a browser has databases: in the folder itself, or in each folder in it.
struct Place {
    const char* browser;
    const char* folder;  // below the home
    enum class Holds { database, profiles } holds;
};

constexpr std::array<Place, 10> kPlaces{{
    {"Chromium", ".pki/nssdb", Place::Holds::database},  // and Chrome, Edge, Brave, …
    {"Chromium", ".local/share/pki/nssdb", Place::Holds::database},
    {"Chromium (snap)", "snap/chromium/current/.pki/nssdb", Place::Holds::database},
    {"Chromium (flatpak)", ".var/app/org.chromium.Chromium/.pki/nssdb", Place::Holds::database},
    {"Chrome (flatpak)", ".var/app/com.google.Chrome/.pki/nssdb", Place::Holds::database},
    {"Firefox", ".mozilla/firefox", Place::Holds::profiles},
    {"Firefox", ".config/mozilla/firefox", Place::Holds::profiles},
    {"Firefox (snap)", "snap/firefox/common/.mozilla/firefox", Place::Holds::profiles},
    {"Firefox (flatpak)", ".var/app/org.mozilla.firefox/.mozilla/firefox", Place::Holds::profiles},
    {"Firefox (flatpak)", ".var/app/org.mozilla.firefox/config/mozilla/firefox", Place::Holds::profiles},
}};

std::string read(const Command& certutil) {
    try {
        return run_or_throw(certutil);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) throw;
        throw Error(ErrorKind::not_found, error.what(),
                    "apt-get install libnss3-tools (Debian), dnf install nss-tools (Fedora), pacman -S nss (Arch), "
                    "apk add nss-tools (Alpine)");
    }
}

class NssDatabase : public TrustStore {
   public:
    NssDatabase(const Machine& machine, const char* browser, Path folder)
        : machine_(machine), browser_(browser), folder_(std::move(folder)) {}

    [[nodiscard]] std::string_view kind() const override { return "nss"; }
    [[nodiscard]] std::string name() const override { return browser_; }
    [[nodiscard]] const Path& place() const override { return folder_; }

    [[nodiscard]] std::optional<Obstacle> obstacle(const std::string& /*again*/) const override { return std::nullopt; }

    [[nodiscard]] TrustStanding look_for(const Certificate& root) const override {
        TrustStanding standing;
        for (const NssEntry& entry : parse_nss_list(read(certutil({"-L"})))) {
            if (!is_entry_of(entry.nickname, root)) continue;
            standing.as.push_back(entry.nickname);
            standing.how = entry.is_server_root() ? TrustStanding::How::trusted : TrustStanding::How::dormant;
        }
        return standing;
    }

    [[nodiscard]] std::vector<Step> to_install(const Certificate& root, const TrustStanding& standing) const override {
        if (!standing.as.empty()) return {certutil({"-M", "-t", "C,,", "-n", standing.as.front()})};
        Command add = certutil({"-A", "-t", "C,,", "-n", store_name(root)});
        add.input = root.pem();
        return {add};
    }

    [[nodiscard]] std::vector<Step> to_remove(const Certificate& /*root*/,
                                              const TrustStanding& standing) const override {
        std::vector<Step> steps;
        for (const std::string& nickname : standing.as) steps.emplace_back(certutil({"-D", "-n", nickname}));
        return steps;
    }

   private:
    [[nodiscard]] Command certutil(std::vector<std::string> arguments) const {
        Command command;
        command.argv = {"certutil", "-d", "sql:" + folder_.string()};
        command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
        command.most_output = std::size_t{4} * 1024 * 1024;
        command.user = machine_.user;
        return command;
    }

    [[nodiscard]] bool is_entry_of(const std::string& nickname, const Certificate& root) const {
        const std::string shown = read(certutil({"-L", "-a", "-n", nickname}));
        return holds(shown, root) && (nickname == store_name(root) || certificates_in(shown).size() == 1);
    }

    const Machine& machine_;
    std::string browser_;
    Path folder_;
};

bool is_database(const Path& folder) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(folder / "cert9.db", ignored);
}

std::vector<Path> databases_in(const Place& place, const Path& home) {
    const Path folder = home / place.folder;
    if (place.holds == Place::Holds::database) return is_database(folder) ? std::vector{folder} : std::vector<Path>{};
    std::vector<Path> found;
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (is_database(at->path())) found.push_back(at->path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

TrustStores find_nss_databases(const Machine& machine) {
    TrustStores found;
    if (machine.home.empty()) return found;
    for (const Place& place : kPlaces) {
        for (const Path& folder : databases_in(place, machine.home)) {
            found.push_back(std::make_unique<NssDatabase>(machine, place.browser, folder));
        }
    }
    return found;
}

}  // namespace halfday
