#include "ca/issuer/enrolment.hpp"

#include <fmt/core.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

#include "ca/base/error.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/ledger_key.hpp"
#include "ca/token/open_key.hpp"
#include "ca/x509/csr.hpp"

namespace halfday {
namespace {

constexpr const char* kUsualAlgorithm = "P-256";

std::string user_name(uid_t uid) {
    const passwd* entry = ::getpwuid(uid);
    return entry != nullptr ? entry->pw_name : std::to_string(uid);
}

void write_key(const Path& file, const PrivateKey& key, const PassphraseSource& passphrase) {
    if (passphrase) {
        write_new(file, key.to_encrypted_pem(passphrase()), {.mode = 0600, .group = std::nullopt});
    } else {
        write_new(file, key.to_pem().reveal(), {.mode = 0600, .group = std::nullopt});
    }
}

PrivateKey keep_key(const Places& places, const KeyPlace& place, const IssuerOrder& order,
                    const PassphraseSource& passphrase) {
    PrivateKey key = load_issuer_key(places, place.key.text(), passphrase);
    if (order.algorithm && order.algorithm->name() != key.public_key().algorithm()) {
        throw Error(ErrorKind::usage,
                    fmt::format("there is a key already, and it is {}, not {}", key.public_key().algorithm(),
                                order.algorithm->name()),
                    fmt::format("keep it (leave --algorithm out), or move '{}' away first", place.key.text()));
    }
    return key;
}

struct KeyAtPlace {
    PrivateKey key;
    KeyPlace place;
    Origin origin;
};

/// What the root has revoked is as if it had never been. The first `init` comes before there are roots.
std::vector<Accepted> without_revoked(const std::vector<Accepted>& accepted, const Places& places) {
    if (!std::filesystem::exists(IssuerFiles(places).crls())) {
        return accepted;
    }
    const Crls crls = load_trust(places).crls;
    std::vector<Accepted> left = accepted;
    std::erase_if(left, [&](const Accepted& each) { return !revoked_in({each.certificate}, crls).empty(); });
    return left;
}

/// Another key is a file under the passphrase that opens the first one, and a PIN is too short for that.
void require_passphrase_is_no_pin(const KeyPlace& first) {
    if (!first.key.file()) {
        throw Error(
            ErrorKind::usage,
            fmt::format("the key '{}' is in a token: another key, in a file, would be under its PIN", first.key.text()),
            fmt::format("for another key in a token, name it in 'issuer: {{key: …}}', move '{}' and '{}' away, and "
                        "run halfday init",
                        first.request().string(), first.chain().string()));
    }
}

/// A key beside the first one; one that was made before and has no chain yet is kept.
KeyAtPlace another_key(const Places& places, const IssuerOrder& order, const PassphraseSource& passphrase,
                       const KeyAlgorithm& algorithm) {
    require_passphrase_is_no_pin(first_key_place(places, order.key_uri));
    for (const KeyPlace& place : find_key_places(places, order.key_uri)) {
        if (place.folder != places.issuer() && !std::filesystem::exists(place.chain())) {
            return {keep_key(places, place, order, passphrase), place, Origin::found};
        }
    }
    PrivateKey key = PrivateKey::generate(algorithm);
    const KeyPlace place = next_key_place(places, key.public_key());
    make_folder(place.folder.parent_path(), 0700);
    make_folder(place.folder, 0700);
    write_key(*place.key.file(), key, passphrase);
    return {std::move(key), place, Origin::made};
}

KeyAtPlace current_key(const Places& places, const IssuerOrder& order, const PassphraseSource& passphrase, Time now) {
    const auto all = read_accepted(places, order.key_uri);
    const auto accepted = without_revoked(all, places);
    const auto which = signing_at(terms_of(accepted), now);
    const auto usual = order.algorithm.value_or(KeyAlgorithm::parse(kUsualAlgorithm));
    if (!which && accepted.size() < all.size()) {  // a key that may have been stolen is not asked for again
        return another_key(places, order, passphrase, usual);
    }
    const KeyPlace place = which              ? accepted[*which].place
                           : accepted.empty() ? first_key_place(places, order.key_uri)
                                              : newest_of(accepted).place;
    if (place.has_key()) {
        return {keep_key(places, place, order, passphrase), place, Origin::found};
    }
    if (!place.key.file()) {
        auto [key, origin] = open_or_make_token_key(place.key, usual, passphrase);
        return {std::move(key), place, origin == KeyOrigin::made ? Origin::made : Origin::found};
    }
    PrivateKey key = PrivateKey::generate(usual);
    write_key(*place.key.file(), key, passphrase);
    return {std::move(key), place, Origin::made};
}

void require_none_waits(const std::vector<Accepted>& accepted, Time now) {
    const auto terms = terms_of(accepted);
    for (std::size_t at = 0; at < accepted.size(); ++at) {
        const auto from = signs_from(terms, at, now);
        if (from && *from > now) {
            throw Error(ErrorKind::usage,
                        fmt::format("the intermediate {} is waiting already: it signs from {}",
                                    accepted[at].certificate.fingerprint().text(), format_time(*from)),
                        "wait until then; `halfday status` shows it");
        }
    }
}

KeyAtPlace next_key(const Places& places, const IssuerOrder& order, const PassphraseSource& passphrase, Time now) {
    const auto accepted = without_revoked(read_accepted(places, order.key_uri), places);
    const auto which = signing_at(terms_of(accepted), now);
    if (!which) {
        throw Error(ErrorKind::usage, "no intermediate signs now, so there is none for another to follow",
                    "halfday init, without --next");
    }
    require_none_waits(accepted, now);
    const PrivateKey current = load_issuer_key(places, accepted[*which].place.key.text(), passphrase);
    return another_key(places, order, passphrase,
                       order.algorithm.value_or(KeyAlgorithm::parse(current.public_key().algorithm())));
}

}  // namespace

void require_owner_runs(const Places& places, std::string_view command) {
    const Path folder = places.issuer();
    struct stat status {};
    if (::stat(folder.c_str(), &status) != 0) {
        throw Error(errno == ENOENT ? ErrorKind::not_found : ErrorKind::io,
                    fmt::format("the issuer's folder '{}' is not there or can't be entered", folder.string()),
                    fmt::format("halfday init makes it; as root: halfday {}", command));
    }
    if (status.st_uid != ::geteuid()) {
        throw Error(ErrorKind::usage,
                    fmt::format("'{}' is the user '{}''s, and this is run by '{}'", folder.string(),
                                user_name(status.st_uid), user_name(::geteuid())),
                    fmt::format("as root, `halfday {0}` becomes that user; or: sudo -u {1} halfday-issuer {0}", command,
                                user_name(status.st_uid)));
    }
}

IssuerRequest request_intermediate(const Places& places, const IssuerOrder& order, const PassphraseSource& passphrase,
                                   Time now) {
    const IssuerFiles files(places);
    const FileLock lock = FileLock::acquire(files.lock(), "halfday init", kRunPatienceSeconds);
    remove_key_leftovers(places);
    const auto [key, place, key_origin] = order.turn == KeyTurn::next ? next_key(places, order, passphrase, now)
                                                                      : current_key(places, order, passphrase, now);
    const Origin ledger_origin = std::filesystem::exists(files.ledger()) ? Origin::found : Origin::made;
    const Ledger ledger =
        ledger_origin == Origin::found ? Ledger::open(files.ledger()) : Ledger::start(files.ledger(), now);
    static_cast<void>(keep_or_make_ledger_key(places));
    replace_file(place.request(), make_csr(key, order.name), {.mode = 0644, .group = std::nullopt});
    return {key.public_key(), place.key, key_origin, ledger.log_id(), ledger_origin, place.request()};
}

}  // namespace halfday
