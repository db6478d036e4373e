#pragma once

#include <fmt/core.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "ca/exchange/spool.hpp"
#include "distribute/receive/journal.hpp"
#include "distribute/receive/pending.hpp"
#include "distribute/receive/setup.hpp"
#include "distribute/receive/versions.hpp"
#include "distribute/receive/visit.hpp"
#include "tests/unit/temporary_folder.hpp"
#include "tests/unit/x509/certificates.hpp"

namespace halfday::test {

inline EntryName entry(const char* name) { return EntryName::parse(name); }

/// A web server's box in a folder. Its web server is two programs: they obey the files test_fails, reload_fails and the
/// others named below, and note each reload with its serial in the file reloads.
class WebHost {
   public:
    explicit WebHost(const std::string& more_grants = {})
        : receiver{ReceiverPlaces{folder / "etc", folder / "state"},
                   grants(more_grants),
                   {signed_by(world.root_key, world.root())},
                   new_key("Ed25519"),
                   "1"} {
        write_program(
            "test",
            "[ ! -e $D/test_crashes ] || kill -9 $PPID\n"
            "[ ! -e $D/test_fails ] || { echo '[warn] aside' >&2; echo 'broken here' >&2; exit 1; }\n"
            "live=$(basename \"$(readlink \"$D/state/live/$HALFDAY_ENTRY\")\")\n"
            "[ -z \"$live\" ] || [ \"$live\" = \"$HALFDAY_SERIAL\" ] || { echo 'told of another'; exit 1; }\n"
            "[ ! -e $D/test_crashes_after ] || kill -9 $PPID\n"
            "[ \"$live\" != \"$(cat $D/bad_pair 2>/dev/null || echo none)\" ] || { echo 'bad pair' >&2; exit 1; }\n");
        write_program("reload",
                      "echo \"$HALFDAY_SERIAL\" >>$D/reloads\n"
                      "[ ! -e $D/reload_crashes ] || kill -9 $PPID\n"
                      "[ ! -e $D/reload_fails ] || { echo 'no reload' >&2; exit 1; }\n");
        make_folder(receiver.places.state, 0755);
        static_cast<void>(make_state(receiver.places));
    }

    void set(const std::string& file) const { std::ofstream(folder / file) << "1"; }
    void unset(const std::string& file) const { std::filesystem::remove(folder / file); }
    /// The configuration test fails with this version from now on.
    void spoil(char last) const { std::ofstream(folder / "bad_pair") << serial(last).hex(); }
    [[nodiscard]] std::vector<std::string> reloads() const {
        std::ifstream lines(folder / "reloads");
        return {std::istream_iterator<std::string>(lines), {}};
    }

    [[nodiscard]] const Grant& grant() const { return receiver.grants.certificates.front(); }
    [[nodiscard]] std::optional<PrivateKey> pending_key() const {
        return load_pending_key(receiver.places, entry("www"));
    }
    [[nodiscard]] std::string live() const {
        const auto version = read_live(receiver.places, entry("www"));
        return version ? version->serial.hex() : "none";
    }

    /// A chain for the pending key, to be spoiled by `change`.
    template <class Change>
    [[nodiscard]] Chain chain(char last, Time now, Change change) const {
        ToBeSigned leaf = world.leaf();
        const auto key = pending_key();
        if (key) leaf.spki = key->public_key().spki();
        leaf.serial = serial(last);
        leaf.not_before = now - std::chrono::minutes{30};
        leaf.not_after = leaf.not_before + std::chrono::hours{12} - Seconds{1};
        change(leaf);
        return {signed_by(world.intermediate_key, leaf), signed_by(world.root_key, world.intermediate())};
    }
    [[nodiscard]] Chain chain(char last, Time now = kNow) const {
        return chain(last, now, [](ToBeSigned&) {});
    }

    Answer visit(Time now = kNow) const { return receive_visit(receiver, {}, now); }
    Answer deliver(const Chain& chain, Time now = kNow) const { return deliver(to_pem(chain), now); }
    Answer deliver(const std::string& pem, Time now = kNow) const {
        return receive_visit(receiver, {{{entry("www"), chain_file(std::string(64, '0'), pem)}}}, now);
    }
    /// The entry's receipt in an answer.
    [[nodiscard]] Receipt receipt(const Answer& answer, const char* name = "www") const {
        for (const Answer::Message& message : answer.receipts) {
            if (message.entry != entry(name)) continue;
            return std::get<Receipt>(
                open_receipt(message.jws, receiver.identity.public_key(),
                             {receiver.grants.host, message.entry, {world.root_key.public_key().fingerprint()}}));
        }
        throw std::runtime_error("no receipt");
    }

    TemporaryFolder folder;
    World world;
    Receiver receiver;

   private:
    [[nodiscard]] Grants grants(const std::string& more) const {
        const std::string yaml = fmt::format(
            "host: web1.example.org\ncertificates:\n  www: {{names: [www.example.org, example.org], server: command, "
            "test: [{0}/test], reload: [{0}/reload]}}\n{1}",
            folder.path().string(), more);
        return parse_grants(yaml, "receiver.yaml", folder / "etc");
    }
    void write_program(const std::string& name, const std::string& script) const {
        std::ofstream(folder / name) << "#!/bin/sh\nD=" << folder.path().string() << "\n" << script;
        std::filesystem::permissions(folder / name, std::filesystem::perms::owner_all);
    }
};

}  // namespace halfday::test
