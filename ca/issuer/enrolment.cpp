#include "ca/issuer/enrolment.hpp"

#include <fmt/core.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "ca/base/error.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/issuer/ledger_key.hpp"
#include "ca/x509/csr.hpp"

namespace halfday {
namespace {

constexpr int kPatienceSeconds = 30;  // a run that mints takes seconds
constexpr const char* kUsualAlgorithm = "P-256";

std::string user_name(uid_t uid) {
    const passwd* entry = ::getpwuid(uid);
    return entry != nullptr ? entry->pw_name : std::to_string(uid);
}

PrivateKey make_key(const KeyUri& uri, const KeyAlgorithm& algorithm, const PassphraseSource& passphrase) {
    PrivateKey key = PrivateKey::generate(algorithm);
    if (passphrase) {
        write_new(uri.path(), key.to_encrypted_pem(passphrase()), {.mode = 0600, .group = std::nullopt});
    } else {
        write_new(uri.path(), key.to_pem().reveal(), {.mode = 0600, .group = std::nullopt});
    }
    return key;
}

PrivateKey keep_key(const Places& places, const IssuerOrder& order, const PassphraseSource& passphrase) {
    PrivateKey key = load_issuer_key(places, order.key_uri, passphrase);
    if (order.algorithm && order.algorithm->name() != key.public_key().algorithm()) {
        throw Error(ErrorKind::usage,
                    fmt::format("there is a key already, and it is {}, not {}", key.public_key().algorithm(),
                                order.algorithm->name()),
                    fmt::format("keep it (leave --algorithm out), or move '{}' away first",
                                KeyUri::parse(order.key_uri, places.issuer()).text()));
    }
    return key;
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
    const FileLock lock = FileLock::acquire(files.lock(), "halfday init", kPatienceSeconds);
    const KeyUri uri = KeyUri::parse(order.key_uri, places.issuer());
    const Origin key_origin = std::filesystem::exists(uri.path()) ? Origin::found : Origin::made;
    const PrivateKey key =
        key_origin == Origin::found
            ? keep_key(places, order, passphrase)
            : make_key(uri, order.algorithm.value_or(KeyAlgorithm::parse(kUsualAlgorithm)), passphrase);
    const Origin ledger_origin = std::filesystem::exists(files.ledger()) ? Origin::found : Origin::made;
    const Ledger ledger =
        ledger_origin == Origin::found ? Ledger::open(files.ledger()) : Ledger::start(files.ledger(), now);
    static_cast<void>(keep_or_make_ledger_key(places));
    replace_file(files.request(), make_csr(key, order.name), {.mode = 0644, .group = std::nullopt});
    return {key.public_key(), uri, key_origin, ledger.log_id(), ledger_origin, files.request()};
}

Decision<Certificate> accept_chain(const Places& places, const Chain& chain, std::string_view key_uri,
                                   const PassphraseSource& passphrase, Time now) {
    const IssuerFiles files(places);
    const FileLock lock = FileLock::acquire(files.lock(), "halfday accept", kPatienceSeconds);
    const Certificate root = load_root(places);
    const PrivateKey key = load_issuer_key(places, key_uri, passphrase);
    auto decision = check_chain(chain, key.public_key(), root, now);
    if (const auto* intermediate = std::get_if<Certificate>(&decision)) {
        replace_file(files.chain(), intermediate->pem(), {.mode = 0644, .group = std::nullopt});
    }
    return decision;
}

}  // namespace halfday
