#include "tests/bench/idle_world.hpp"

#include <fmt/core.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "ca/base/escape.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/sign/profile.hpp"
#include "ca/sign/signer.hpp"
#include "ca/x509/digest.hpp"
#include "distribute/push/deliveries.hpp"

namespace halfday {
namespace {

constexpr std::size_t kGroup = 5000;        // rows of a transaction
constexpr std::size_t kRequestBytes = 900;  // as requests and receipts are
constexpr std::size_t kReceiptBytes = 600;
constexpr int kMostDeliveries = 10'000;  // hosts whose deliveries are stored: each is a transaction
constexpr const char* kEntry = "www";

void write(const Path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
}

std::string host_name(int number) { return fmt::format("web{:06}.example.org", number); }

void replace_all(std::string& bytes, const std::string& from, const std::string& to) {
    for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + to.size())) {
        bytes.replace(at, from.size(), to);
    }
}

Certificate issue(const ToBeSigned& tbs, ProfileKind kind, const Certificate* issuer, const PrivateKey& key) {
    return sign_certificate(std::get<LintedCertificate>(lint(tbs, kind, issuer)), key);
}

/// An Ed25519 key that nobody has the private half of.
PublicKey some_identity() {
    static const std::string prefix{"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12};
    return PublicKey::from_spki(prefix + random_bytes(32));
}

class Maker {
   public:
    Maker(const Path& folder, int hosts) : places{folder / "etc", folder / "state"}, count_(hosts) {
        for (const Path& made :
             {places.etc, places.hosts(), places.issuer(), places.distributor(), places.exchange() / "requests",
              places.exchange() / "receipts", places.exchange() / "chains", places.status() / "issuer",
              places.status() / "distributor"}) {
            std::filesystem::create_directories(made);
        }
    }

    void make() {
        const Certificate intermediate = make_authority();
        make_hosts();
        fill_ledger(intermediate);
        fill_distributor();
    }

    Places places;

   private:
    Certificate make_authority() {
        const PrivateKey root_key = PrivateKey::generate(KeyAlgorithm::parse("P-384"));
        const PrivateKey key = PrivateKey::generate(KeyAlgorithm::parse("P-256"));
        const NameConstraints permitted{{DnsName::parse("example.org")}};
        const Certificate root = issue(
            root_to_be_signed({"Root", permitted, Validity::from(now_, std::chrono::days{3650})}, root_key.public_key(),
                              root_key.signature_algorithm(), Serial::make(1, random_bytes(15))),
            ProfileKind::root, nullptr, root_key);
        Certificate intermediate =
            issue(intermediate_to_be_signed({"Issuer", permitted, Validity::from(now_, std::chrono::days{35})},
                                            key.public_key(), root, root_key.signature_algorithm(),
                                            Serial::make(1, random_bytes(15))),
                  ProfileKind::intermediate, &root, root_key);
        const std::vector<GeneralName> names{DnsName::parse(host_name(0)), DnsName::parse("www." + host_name(0))};
        leaf_ = issue(leaf_to_be_signed({names, Validity::from(now_, std::chrono::hours{12})},
                                        PrivateKey::generate(KeyAlgorithm::parse("P-256")).public_key(), intermediate,
                                        key.signature_algorithm(), serial_),
                      ProfileKind::leaf, &intermediate, key)
                    .der();
        write(places.root_certificate(), root.pem());
        write(places.issuer() / "key.pem", std::string(key.to_pem().reveal()));
        write(IssuerFiles(places).chain(), intermediate.pem());
        return intermediate;
    }

    void make_hosts() {
        for (int number = 0; number < count_; ++number) {
            const std::string name = host_name(number);
            inventory_.hosts.push_back(
                {HostName::parse(name),
                 SshReach{"halfday-receiver", name, 22},
                 some_identity(),
                 {{EntryName::parse(kEntry), {DnsName::parse(name), DnsName::parse("www." + name)}}}});
            write(places.hosts() / (name + ".yaml"), to_yaml(inventory_.hosts.back()));
            write(places.exchange() / "requests" / name / "www.jws", random_text(kRequestBytes));
            write(places.exchange() / "receipts" / name / "www.jws", random_text(kReceiptBytes));
        }
    }

    static std::string random_text(std::size_t size) { return to_hex(random_bytes(size / 2)); }

    [[nodiscard]] Certificate certificate_of(int number) const {
        const std::string count = fmt::format("{:08}", number);
        std::string der = leaf_;
        std::string serial = serial_.bytes();
        serial.replace(serial.size() - count.size(), count.size(), count);
        replace_all(der, serial_.bytes(), serial);
        replace_all(der, host_name(0), host_name(number));
        return Certificate::parse_der(der);
    }

    /// And publishes the chains.
    void fill_ledger(const Certificate& intermediate) {
        Ledger ledger = Ledger::start(IssuerFiles(places).ledger(), now_);
        std::vector<Issuance> group;
        for (int number = 0; number < count_; ++number) {
            const Host& host = inventory_.hosts[static_cast<std::size_t>(number)];
            const std::string id = to_hex(random_bytes(16));
            group.push_back(
                {now_, host.name, host.certificates.front().name, id, sha256_hex(id), certificate_of(number)});
            const std::string chain = chain_file(sha256_hex(id), group.back().certificate.pem() + intermediate.pem());
            write(places.exchange() / "chains" / host.name.text() / "www.pem", chain);
            remember(host, group.back().certificate, chain);
            if (group.size() == kGroup || number + 1 == count_) {
                ledger.record(group, intermediate);
                group.clear();
            }
        }
    }

    void remember(const Host& host, const Certificate& certificate, const std::string& chain) {
        HostRecord record{identity_text(host.identity), now_, "", Seconds{0}, {}};
        record.entries[host.certificates.front().name] = {.delivered = sha256_hex(chain),
                                                          .counter = 1,
                                                          .outcome = Outcome::proved,
                                                          .reason = "",
                                                          .attempted = certificate.serial_hex(),
                                                          .serving = certificate.serial_hex(),
                                                          .not_after = certificate.not_after(),
                                                          .proved_at = now_};
        records_.emplace(host.name, std::move(record));
    }

    void fill_distributor() {
        write(places.distributor_snapshot(), to_json(make_snapshot(inventory_, records_, now_)));
        if (count_ <= kMostDeliveries) {
            Deliveries deliveries = Deliveries::open(places.distributor() / "deliveries.db");
            for (const auto& [host, record] : records_) {
                deliveries.store(host, record);
            }
        }
    }

    int count_;
    Time now_ = std::chrono::floor<Seconds>(std::chrono::system_clock::now()) - std::chrono::minutes{10};
    Serial serial_ = Serial::make(1, random_bytes(15));
    std::string leaf_;  // DER
    Inventory inventory_;
    HostRecords records_;
};

}  // namespace

Places make_idle_world(const Path& folder, int hosts) {
    Maker maker(folder, hosts);
    maker.make();
    return maker.places;
}

}  // namespace halfday
