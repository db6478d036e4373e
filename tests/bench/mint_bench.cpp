// mint_1000: a thousand hosts that are all due at once, through one whole run of the issuer: settings, inventory and
// requests read, checked, decided, linted, signed, verified, committed to a ledger on disk, published. Against the bare
// cryptography of it in the same process on as many threads: no parsing, no files, keys ready.

#include <openssl/evp.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
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
#include "ca/sign/signer.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

constexpr int kHosts = 1000;
constexpr int kRounds = 5;  // the median of them counts
constexpr std::size_t kRequestBytes = 900;
constexpr std::size_t kTbsBytes = 400;
using Clock = std::chrono::steady_clock;

double per_second(int count, Clock::duration taken) { return count / std::chrono::duration<double>(taken).count(); }

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
    explicit World(Time now) : now_(now) {
        for (const Path& made : {places.etc, places.hosts(), places.issuer(), places.exchange() / "requests",
                                 places.exchange() / "chains", places.status() / "issuer"}) {
            std::filesystem::create_directories(made);
        }
        make_authority();
        static_cast<void>(Ledger::start(IssuerFiles(places).ledger(), now));
        for (int at = 0; at < kHosts; ++at) {
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
        for (const auto& [name, identity] : identities_) {
            const std::string id = to_hex(random_bytes(16));
            const Request request{HostName::parse(name),
                                  root_fingerprint_,
                                  now,
                                  now + std::chrono::hours{24},
                                  id,
                                  EntryName::parse("www"),
                                  make_csr(new_key("P-256"), id)};
            write(places.exchange() / "requests" / name / "www.jws", sign_message(request, identity));
        }
    }

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
        const auto [identity, is_new] = identities_.emplace(name, new_key("Ed25519"));
        write(places.hosts() / (name + ".yaml"), "host: " + name + "\nreach: ssh://halfday-receiver@" + name +
                                                     "\nidentity: " + identity_text(identity->second.public_key()) +
                                                     "\ncertificates:\n  www: {names: [" + name + ", www." + name +
                                                     "]}\n");
    }

    Time now_;
    Path folder_ = make_folder_of_own();
    Fingerprint root_fingerprint_ = Fingerprint::of_spki("");
    std::map<std::string, PrivateKey> identities_;

   public:
    Places places{folder_ / "etc", folder_ / "state"};
};

double mint_all(const World& world, Time now) {
    world.ask(now);
    const auto start = Clock::now();
    const MintReport report = mint_due(world.places, {}, now);
    const auto taken = Clock::now() - start;
    if (report.minted.size() != kHosts || !report.refused.empty()) {
        throw std::runtime_error("not every host got its certificate");
    }
    return per_second(kHosts, taken);
}

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::string bare_sign(EVP_PKEY* key, const EVP_MD* digest, const std::string& message) {
    const ContextPtr context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    std::string signature(256, '\0');
    auto* bytes = reinterpret_cast<unsigned char*>(signature.data());
    std::size_t size = signature.size();
    if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key) != 1 ||
        EVP_DigestSign(context.get(), bytes, &size, reinterpret_cast<const unsigned char*>(message.data()),
                       message.size()) != 1) {
        throw std::runtime_error("OpenSSL can't sign");
    }
    signature.resize(size);
    return signature;
}

void bare_verify(EVP_PKEY* key, const EVP_MD* digest, const std::string& message, const std::string& signature) {
    const ContextPtr context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) != 1 ||
        EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                         reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1) {
        throw std::runtime_error("OpenSSL can't verify");
    }
}

/// What no issuer can do without: is the message the host's, is the CSR its key's, and the certificate's signature.
void bare_loop(int count) {
    const KeyPtr identity(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free);
    const KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
    const std::string request(kRequestBytes, 'r');
    const std::string tbs(kTbsBytes, 't');
    const std::string of_request = bare_sign(identity.get(), nullptr, request);
    const std::string of_csr = bare_sign(key.get(), EVP_sha256(), tbs);
    for (int at = 0; at < count; ++at) {
        bare_verify(identity.get(), nullptr, request, of_request);
        bare_verify(key.get(), EVP_sha256(), tbs, of_csr);
        static_cast<void>(bare_sign(key.get(), EVP_sha256(), tbs));
    }
}

double bare_all() {
    const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    const auto start = Clock::now();
    {
        std::vector<std::jthread> running;
        for (int at = 0; at < threads; ++at) {
            running.emplace_back(bare_loop, kHosts);
        }
    }
    return per_second(kHosts * threads, Clock::now() - start);
}

int run() {
    ::umask(022);
    const Time now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
    const World world(now);
    std::vector<double> minted;
    std::vector<double> bare;
    for (int round = 0; round < kRounds; ++round) {
        bare.push_back(bare_all());
        minted.push_back(mint_all(world, now + round * std::chrono::hours{4}));
    }
    std::cout << "{\"mint_1000\": {\"value\": " << std::lround(median(minted))
              << ", \"unit\": \"certificates/s\", \"baseline\": \"bare OpenSSL loop on as many threads: verify Ed25519 "
                 "and P-256, sign P-256\", \"ratio\": "
              << std::round(median(minted) / median(bare) * 1000) / 1000 << "}}\n";
    return 0;
}

}  // namespace
}  // namespace halfday

int main() {
    try {
        return halfday::run();
    } catch (const std::exception& error) {
        std::cerr << "mint_bench: " << error.what() << "\n";
        return 1;
    }
}
