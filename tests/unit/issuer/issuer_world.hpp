#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "ca/base/escape.hpp"
#include "ca/base/file.hpp"
#include "ca/exchange/inventory.hpp"
#include "ca/exchange/message.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/spool.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/mint.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/csr.hpp"
#include "ca/x509/digest.hpp"
#include "tests/unit/error_of.hpp"
#include "tests/unit/sign/signed_world.hpp"
#include "tests/unit/temporary_folder.hpp"

namespace halfday::test {

/// Keys and certificates are made once: the tests spoil what is signed with them.
inline const SignedWorld& pki() {
    static const SignedWorld kWorld;
    return kWorld;
}

inline HostName host_name(std::string_view text) { return HostName::parse(text); }
inline EntryName entry_name(std::string_view text) { return EntryName::parse(text); }

/// An issuer box in a temporary folder, with key, chain and an empty ledger, and the identities of its hosts.
class IssuerWorld {
   public:
    IssuerWorld() {
        for (const Path& made : {places.etc, places.hosts(), places.state, places.issuer(), places.exchange(),
                                 places.exchange() / "requests", places.exchange() / "chains", places.status(),
                                 places.status() / "issuer"}) {
            make_folder(made, 0755);
        }
        replace_file(places.root_certificate(), pki().root.pem());
        write_new(files.folder / "key.pem", pki().intermediate_key.to_pem().reveal());
        replace_file(files.chain(), pki().intermediate.pem());
        static_cast<void>(Ledger::start(files.ledger(), kNow));
    }

    /// Its file in the inventory, its one certificate "www", its identity if it is new.
    void add_host(const std::string& name, const std::vector<std::string>& names) {
        if (!identities.contains(name)) {
            identities.emplace(name, new_key("Ed25519"));
        }
        Host host{host_name(name),
                  parse_reach("ssh://halfday-receiver@" + name),
                  identities.at(name).public_key(),
                  {{entry_name("www"), {}}}};
        for (const std::string& each : names) {
            host.certificates.front().names.push_back(GeneralName::parse(each));
        }
        put(places.hosts() / (name + ".yaml"), to_yaml(host));
    }

    /// What that host asks for at `now`, with a new key and id; as values to spoil.
    [[nodiscard]] Request request(const std::string& name, Time now = kNow) const {
        const std::string id = to_hex(random_bytes(16));
        return {host_name(name),   pki().root.fingerprint(), now, now + std::chrono::hours{24}, id,
                entry_name("www"), make_csr(new_key(), id)};
    }
    /// Signs and delivers it; the bytes' SHA-256.
    std::string ask(const std::string& name, const Request& request) const {
        const std::string jws = sign_message(request, identities.at(name));
        const Path folder_of_host = places.exchange() / "requests" / name;
        std::filesystem::create_directory(folder_of_host);
        put(folder_of_host / "www.jws", jws);
        return sha256_hex(jws);
    }
    std::string ask(const std::string& name, Time now = kNow) const { return ask(name, request(name, now)); }

    [[nodiscard]] MintReport mint(Time now = kNow) const { return mint_due(places, {}, now); }
    [[nodiscard]] Ledger ledger() const { return Ledger::open(files.ledger()); }
    [[nodiscard]] std::optional<std::string> published(const std::string& name) const {
        return spool.chain(host_name(name), entry_name("www"));
    }

    /// Hundreds of files are fast when none is synced.
    static void put(const Path& path, const std::string& content) {
        std::ofstream(path) << content;
        std::filesystem::permissions(path, std::filesystem::perms(0644));
    }

    TemporaryFolder folder;
    Places places{folder / "etc", folder / "state"};
    IssuerFiles files{places};
    Spool spool{places.exchange()};
    std::map<std::string, PrivateKey> identities;
};

}  // namespace halfday::test
