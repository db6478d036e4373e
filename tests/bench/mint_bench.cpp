// mint_1000, mint_bulk: hosts that are all due at once (`mint_bench HOSTS`: mint_bulk alone, with that many;
// `mint_bench with-keys HOSTS`: see peers_bench), through one whole run of the issuer: settings, inventory and requests
// read, checked, decided, linted, signed, verified, committed to a ledger on disk, published. Against loops of OpenSSL
// calls in the same process on as many threads (openssl_loops.hpp).

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "ca/base/escape.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/mint.hpp"
#include "ca/issuer/parallel.hpp"
#include "ca/sign/signer.hpp"
#include "ca/x509/digest.hpp"
#include "tests/bench/openssl_loops.hpp"

namespace halfday {
namespace {

constexpr int kRounds = 5;  // the median of them counts
using Clock = std::chrono::steady_clock;

double per_second(std::size_t count, Clock::duration taken) {
    return static_cast<double>(count) / std::chrono::duration<double>(taken).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

Certificate issue(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer, const PrivateKey& key) {
    return sign_certificate(std::get<LintedCertificate>(lint(tbs, kind, issuer)), key);
}

PrivateKey new_key(const char* algorithm) { return PrivateKey::generate(KeyAlgorithm::parse(algorithm)); }

/// An issuer box in a folder of its own, gone at the end.
class World {
   public:
    World(Time now, int hosts) : now_(now) {
        for (const Path& made : {places.etc, places.hosts(), places.issuer(), places.exchange() / "requests",
                                 places.exchange() / "chains", places.status() / "issuer"}) {
            std::filesystem::create_directories(made);
        }
        make_authority();
        static_cast<void>(Ledger::start(IssuerFiles(places).ledger(), now));
        for (int at = 0; at < hosts; ++at) {
            add_host("web" + std::to_string(at) + ".example.org");
        }
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    /// A new request of every host, as the distributor would have brought them.
    void ask(Time now) const {
        in_parallel(identities_.size(), [&](std::size_t at) {
            const auto& [name, identity] = identities_[at];
            const std::string id = to_hex(random_bytes(16));
            const Request request{HostName::parse(name),
                                  root_fingerprint_,
                                  now,
                                  now + std::chrono::hours{24},
                                  id,
                                  EntryName::parse("www"),
                                  make_csr(new_key("P-256"), id)};
            write(places.exchange() / "requests" / name / "www.jws", sign_message(request, identity));
        });
    }

    [[nodiscard]] std::size_t size() const { return identities_.size(); }

   private:
    static void write(const Path& path, const std::string& content) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << content;
    }

    static Path make_folder_of_own() {
        std::string name = (std::filesystem::temp_directory_path() / "halfday-bench-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder");
        }
        return name;
    }

    void make_authority() {
        const PrivateKey root_key = new_key("P-384");
        const PrivateKey key = new_key("P-256");
        const NameConstraints permitted{{DnsName::parse("example.org")}};
        const Certificate root = issue(
            root_to_be_signed({"Root", permitted, Validity::from(now_, std::chrono::days{3650})}, root_key.public_key(),
                              root_key.signature_algorithm(), Serial::make(1, random_bytes(15))),
            ProfileKind::root, nullptr, root_key);
        const Certificate intermediate =
            issue(intermediate_to_be_signed({"Issuer", permitted, Validity::from(now_, std::chrono::days{35})},
                                            key.public_key(), root, root_key.signature_algorithm(),
                                            Serial::make(1, random_bytes(15))),
                  ProfileKind::intermediate, &root, root_key);
        root_fingerprint_ = root.fingerprint();
        write(places.root_certificate(), root.pem());
        write(places.issuer() / "key.pem", std::string(key.to_pem().reveal()));
        write(IssuerFiles(places).chain(), intermediate.pem());
    }

    void add_host(const std::string& name) {
        std::filesystem::create_directories(places.exchange() / "chains" / name);  // a host that was served before
        const PrivateKey& identity = identities_.emplace_back(name, new_key("Ed25519")).second;
        write(places.hosts() / (name + ".yaml"), "host: " + name + "\nreach: ssh://halfday-receiver@" + name +
                                                     "\nidentity: " + identity_text(identity.public_key()) +
                                                     "\ncertificates:\n  www: {names: [" + name + ", www." + name +
                                                     "]}\n");
    }

    Time now_;
    Path folder_ = make_folder_of_own();
    Fingerprint root_fingerprint_ = Fingerprint::of_spki("");
    std::vector<std::pair<std::string, PrivateKey>> identities_;

   public:
    Places places{folder_ / "etc", folder_ / "state"};
};

Clock::duration mint_once(const World& world, Time now) {
    const auto start = Clock::now();
    const MintReport report = mint_due(world.places, {}, now);
    const auto taken = Clock::now() - start;
    if (report.minted.size() != world.size() || !report.refused.empty()) {
        throw std::runtime_error("not every host got its certificate");
    }
    return taken;
}

double mint_all(const World& world, Time now) {
    world.ask(now);
    ::sync();  // what making the world left to be written is not the issuer's
    return per_second(world.size(), mint_once(world, now));
}

struct Figure {
    std::string name;
    double value;
    std::string baseline;
    double ratio;
};

void print(const std::vector<Figure>& figures) {
    std::cout << "{";
    for (const Figure& figure : figures) {
        std::cout << (&figure == &figures.front() ? "" : ", ") << '"' << figure.name
                  << "\": {\"value\": " << std::lround(figure.value)
                  << ", \"unit\": \"certificates/s\", \"baseline\": \"" << figure.baseline
                  << "\", \"ratio\": " << std::round(figure.ratio * 1000) / 1000 << "}";
    }
    std::cout << "}\n";
}

constexpr const char* kBare = "bare OpenSSL loop on as many threads: verify Ed25519 and P-256, sign P-256";
constexpr const char* kStraightforward =
    "straightforward OpenSSL loop on as many threads: parse and verify CSR, X509_new to X509_sign, PEM";

/// The median of some rounds with a thousand hosts.
void measure_1000(Time now, std::vector<Figure>& figures) {
    const World world(now, 1000);
    std::vector<double> minted;
    std::vector<double> bare;
    for (int round = 0; round < kRounds; ++round) {
        bare.push_back(on_all_cores(bare_loop, 1000));
        minted.push_back(mint_all(world, now + round * std::chrono::hours{4}));
    }
    figures.push_back({"mint_1000", median(minted), kBare, median(minted) / median(bare)});
}

/// The day an intermediate is stolen: one run for the whole fleet, the baselines before and after it.
void measure_bulk(Time now, int hosts, std::vector<Figure>& figures) {
    const World world(now, hosts);
    const int share = std::min(hosts, 20'000);
    const double bare_before = on_all_cores(bare_loop, share);
    const double loop = on_all_cores(straightforward_loop, share);
    const double minted = mint_all(world, now);
    const double bare = (bare_before + on_all_cores(bare_loop, share)) / 2;
    figures.push_back({"mint_bulk", minted, kBare, minted / bare});
    figures.push_back({"mint_bulk_vs_loop", minted, kStraightforward, minted / loop});
}

/// What the peers of peers_bench do: the keys are made too, and here the requests are signed, and verified.
void print_rate_with_keys(Time now, int hosts) {
    const World world(now, hosts);
    ::sync();
    const auto start = Clock::now();
    world.ask(now);
    const auto asked = Clock::now() - start;
    std::cout << std::lround(per_second(world.size(), asked + mint_once(world, now))) << "\n";
}

int run(int argc, char** argv) {
    constexpr int kFleet = 100'000;
    ::umask(022);
    const Time now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    if (argc == 3) {
        print_rate_with_keys(now, std::atoi(argv[2]));
        return 0;
    }
    std::vector<Figure> figures;
    if (argc == 1) {
        measure_1000(now, figures);
    }
    measure_bulk(now, argc == 1 ? kFleet : std::atoi(argv[1]), figures);
    print(figures);
    return 0;
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    try {
        return halfday::run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "mint_bench: " << error.what() << "\n";
        return 1;
    }
}
