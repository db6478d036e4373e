#include "tests/bench/mint_world.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <variant>

#include "ca/base/escape.hpp"
#include "ca/base/processors.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/message.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/mint.hpp"
#include "ca/sign/signer.hpp"
#include "ca/x509/digest.hpp"

namespace halfday {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kNotRacy = std::chrono::milliseconds{2500};  // a file that was changed a moment ago is not cached

Certificate issue(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer, const PrivateKey& key) {
    return sign_certificate(std::get<LintedCertificate>(lint(tbs, kind, issuer)), key);
}

PrivateKey new_key(const char* algorithm) { return PrivateKey::generate(KeyAlgorithm::parse(algorithm)); }

void write(const Path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
}

Path make_folder_of_own() {
    std::string name = (std::filesystem::temp_directory_path() / "halfday-bench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no temporary folder");
    }
    return name;
}

}  // namespace

MintWorld::MintWorld(Time now, int hosts)
    : now_(now), folder_(make_folder_of_own()), places_{folder_ / "etc", folder_ / "state"} {
    for (const Path& made : {places_.etc, places_.hosts(), places_.issuer(), places_.exchange() / "requests",
                             places_.exchange() / "chains", places_.status() / "issuer"}) {
        std::filesystem::create_directories(made);
    }
    make_authority();
    static_cast<void>(Ledger::start(IssuerFiles(places_).ledger(), now));
    for (int at = 0; at < hosts; ++at) {
        add_host("web" + std::to_string(at) + ".example.org");
    }
    let_the_issuer_read();
}

MintWorld::~MintWorld() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void MintWorld::let_the_issuer_read() const {
    std::this_thread::sleep_for(kNotRacy);
    static_cast<void>(mint_due(places_, {}, now_));
}

void MintWorld::ask(Time now) const {
    in_parallel(identities_.size(), 1, [&](std::size_t at) {
        const auto& [name, identity] = identities_[at];
        const std::string id = to_hex(random_bytes(16));
        const Request request{HostName::parse(name),
                              root_fingerprint_,
                              now,
                              now + std::chrono::hours{24},
                              id,
                              EntryName::parse("www"),
                              make_csr(new_key("P-256"), id)};
        write(places_.exchange() / "requests" / name / "www.jws", sign_message(request, identity));
    });
}

void MintWorld::make_authority() {
    const PrivateKey root_key = new_key("P-384");
    const PrivateKey key = new_key("P-256");
    const NameConstraints permitted{{DnsName::parse("example.org")}};
    const Certificate root = issue(
        root_to_be_signed({"Root", permitted, Validity::from(now_, std::chrono::days{3650})}, root_key.public_key(),
                          root_key.signature_algorithm(), Serial::make(1, random_bytes(15))),
        ProfileKind::root, nullptr, root_key);
    const Certificate intermediate = issue(
        intermediate_to_be_signed({"Issuer", permitted, Validity::from(now_, std::chrono::days{35})}, key.public_key(),
                                  root, root_key.signature_algorithm(), Serial::make(1, random_bytes(15))),
        ProfileKind::intermediate, &root, root_key);
    root_fingerprint_ = root.fingerprint();
    write(places_.root_certificate(), root.pem());
    write(places_.issuer() / "key.pem", std::string(key.to_pem().reveal()));
    write(IssuerFiles(places_).chain(), intermediate.pem());
}

void MintWorld::add_host(const std::string& name) {
    std::filesystem::create_directories(places_.exchange() / "chains" / name);  // a host that was served before
    const PrivateKey& identity = identities_.emplace_back(name, new_key("Ed25519")).second;
    write(places_.hosts() / (name + ".yaml"), "host: " + name + "\nreach: ssh://halfday-receiver@" + name +
                                                  "\nidentity: " + identity_text(identity.public_key()) +
                                                  "\ncertificates:\n  www: {names: [" + name + ", www." + name +
                                                  "]}\n");
}

std::chrono::steady_clock::duration mint_once(const MintWorld& world, Time now) {
    const auto start = Clock::now();
    const MintReport report = mint_due(world.places(), {}, now);
    const auto taken = Clock::now() - start;
    if (report.minted.size() != world.size() || !report.refused.empty()) {
        throw std::runtime_error("not every host got its certificate");
    }
    return taken;
}

double mint_all(const MintWorld& world, Time now) {
    world.ask(now);
    ::sync();  // what making the world left to be written is not the issuer's
    return per_second(world.size(), mint_once(world, now));
}

double per_second(std::size_t count, Clock::duration taken) {
    return static_cast<double>(count) / std::chrono::duration<double>(taken).count();
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace halfday
