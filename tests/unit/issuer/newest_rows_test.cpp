#include "ca/issuer/newest_rows.hpp"

#include "tests/unit/issuer/issuer_world.hpp"

using namespace halfday;
using namespace halfday::test;
using namespace std::chrono_literals;

namespace {

/// A ledger of the certificates of some entries, and an agenda of some.
class Fleet {
   public:
    /// HOST/ENTRY gets the certificate whose serial ends with `last`.
    void issue(const std::string& host, const std::string& entry, char last) {
        ToBeSigned tbs = pki().leaf_tbs();
        tbs.serial = serial(last);
        const std::string id(1, last);
        ledger_.record(
            {{kNow, host_name(host), entry_name(entry), id, sha256_hex(id), signed_by(pki().intermediate_key, tbs)}},
            pki().intermediate);
    }
    void add(const std::string& host, std::vector<std::string> entries, const std::vector<GeneralName>& names) {
        inventory_.hosts.push_back({host_name(host), UnixReach{"/run/x"}, pki().leaf_key.public_key(), {}});
        for (const std::string& entry : entries) {
            inventory_.hosts.back().certificates.push_back({entry_name(entry), names});
        }
    }
    /// "SEQUENCE" of each entry's newest row, "-" for none, and "!" where it has other names.
    [[nodiscard]] std::string newest() const {
        std::vector<AgendaItem> agenda;
        for (const Host& host : inventory_.hosts) {
            for (const Entry& entry : host.certificates) {
                agenda.emplace_back().host = &host;
                agenda.back().entry = &entry;
            }
        }
        take_newest(agenda, ledger_);
        std::string told;
        for (const AgendaItem& item : agenda) {
            told += item.newest ? std::to_string(item.newest->sequence) + (item.newest->has_names ? " " : "! ") : "- ";
        }
        return told;
    }

   private:
    TemporaryFolder folder_;
    Ledger ledger_ = Ledger::start(folder_ / "ledger.db", kNow);
    Inventory inventory_;
};

}  // namespace

TEST_CASE("every entry's newest row is found, among the last ones or far from them") {
    Fleet fleet;
    const std::vector<GeneralName> names = signed_by(pki().intermediate_key, pki().leaf_tbs()).names();
    fleet.issue("web1", "www", '1');
    fleet.issue("web1", "mail", '2');
    fleet.issue("web2", "www", '3');
    fleet.issue("web1", "www", '4');
    fleet.add("web1", {"www", "mail", "new"}, names);
    CHECK(fleet.newest() == "4 2 - ");
    for (const char last : {'5', '6', '7', '8', '9', 'a', 'b', 'c', 'd'}) fleet.issue("web3", "www", last);
    CHECK(fleet.newest() == "4 2 - ");  // the last six are others'
    fleet.add("web2", {"www"}, {names.rbegin(), names.rend()});
    fleet.add("web3", {"www"}, {DnsName::parse("other.example.org")});
    CHECK(fleet.newest() == "4 2 - 3 13! ");
}
