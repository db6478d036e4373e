#include "ca/issuer/staging.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "ca/base/error.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/sealed_keys.hpp"
#include "ca/x509/csr.hpp"

namespace halfday {
namespace {

void require_distinct(const std::vector<Secret>& passphrases, const PassphraseSource& of_box) {
    std::vector<std::string_view> seen;
    const Secret box = of_box ? of_box() : Secret();
    for (std::size_t at = 0; at < passphrases.size(); ++at) {
        const std::string_view each = passphrases[at].reveal();
        if (each == box.reveal() || std::find(seen.begin(), seen.end(), each) != seen.end()) {
            throw Error(ErrorKind::usage, fmt::format("the passphrase of window {} opens another key too", at + 2),
                        "give each window a passphrase of its own");
        }
        seen.push_back(each);
    }
}

/// A token's one PIN is on this box and opens all its keys, and it is too short for those in files.
void require_no_token(const Places& places, std::string_view key_uri) {
    const KeyPlace first = first_key_place(places, key_uri);
    if (!first.key.file()) {
        throw Error(
            ErrorKind::usage,
            fmt::format("the key '{}' is in a token, whose PIN would open the keys of all windows", first.key.text()),
            "keep the issuer's key in a file for that, or leave out --stage");
    }
}

void require_none_sealed(const Places& places, Time now) {
    const auto sealed = find_sealed(places).whole;
    const bool is_cut_short =
        std::any_of(sealed.begin(), sealed.end(), [](const SealedKey& each) { return !each.certificate; });
    for (const SealedKey& each : sealed) {
        if (each.certificate && each.certificate->not_after() >= now) {
            throw Error(
                ErrorKind::usage,
                fmt::format("a window is sealed still: it opens at {} and ends at {}",
                            format_time(each.certificate->not_before()), format_time(each.certificate->not_after())),
                is_cut_short ? "others have no certificate, as if an accept was cut short: accept their chain again"
                             : "unseal the last one first (halfday unseal); halfday init --next makes one more key "
                               "beside those that are sealed");
        }
    }
}

/// In the order of the request, whether it waits or not; empty where there is none.
std::vector<PublicKey> stage_keys(const Places& places) {
    const auto pem = read_file_if_there(IssuerFiles(places).stage(), Csr::kMostTogether * Csr::kMostBytes);
    std::vector<PublicKey> keys;
    for (const Csr& csr : pem ? Csr::parse_together(*pem) : std::vector<Csr>{}) {
        keys.push_back(csr.public_key());
    }
    return keys;
}

/// In the order of the request that waits for its chain; empty where none does.
std::vector<PublicKey> waiting_keys(const Places& places) {
    const std::vector<PublicKey> keys = stage_keys(places);
    const bool all_wait = std::all_of(keys.begin() + (keys.empty() ? 0 : 1), keys.end(), [&](const PublicKey& key) {
        const KeyPlace place = next_key_place(places, key);
        return std::filesystem::exists(place.sealed()) && !std::filesystem::exists(place.chain());
    });
    return all_wait ? keys : std::vector<PublicKey>{};
}

void require_opened(const Places& places, const std::vector<PublicKey>& keys, const std::vector<Secret>& passphrases) {
    const std::string stage = IssuerFiles(places).stage().string();
    if (keys.size() != passphrases.size() + 1) {
        throw Error(ErrorKind::usage,
                    fmt::format("a request of {} windows is waiting to be signed already: '{}'", keys.size(), stage),
                    fmt::format("have it signed, or remove '{}' to begin anew", stage));
    }
    for (std::size_t at = 0; at < passphrases.size(); ++at) {
        const Path sealed = next_key_place(places, keys[at + 1]).sealed();
        const PrivateKey key = PrivateKey::load(sealed, [&] { return Secret::copy_of(passphrases[at].reveal()); });
        if (!(key.public_key() == keys[at + 1])) {
            throw Error(
                ErrorKind::corrupt,
                fmt::format("'{}' is not the key that '{}' has signed for window {}", sealed.string(), stage, at + 2),
                fmt::format("who put another there may have the keys of all windows: have nothing signed, and "
                            "find out; removing '{}' begins anew",
                            stage));
        }
    }
}

/// The first window's key may have been signed alone, by `sign request.pem`: the chain of all may be on its way still.
void require_first_waits(const Places& places, const PublicKey& first, const std::vector<PublicKey>& waiting) {
    if (!waiting.empty() && !(waiting.front() == first)) {
        const std::string stage = IssuerFiles(places).stage().string();
        throw Error(ErrorKind::usage,
                    fmt::format("a request of {} windows is waiting to be signed already: '{}'", waiting.size(), stage),
                    fmt::format("have it signed and accept its chain, or remove '{}' to begin anew: the keys of its "
                                "windows are deleted then",
                                stage));
    }
}

/// Sealed keys that no certificate was accepted for, and folders that a kill has left empty.
void remove_unsigned(const Places& places) {
    std::error_code ignored;  // without the folder there is nothing to remove
    std::vector<KeyPlace> all;
    for (const auto& each : std::filesystem::directory_iterator(IssuerFiles(places).intermediates(), ignored)) {
        all.push_back(key_place_in(each.path()));
    }
    for (const KeyPlace& place : all) {
        if (!place.has_key() && !std::filesystem::exists(place.chain())) {
            remove_sealed(place);
        }
    }
}

std::pair<PublicKey, std::string> make_sealed(const Places& places, const KeyAlgorithm& algorithm,
                                              const std::string& name, const Secret& passphrase) {
    const PrivateKey key = PrivateKey::generate(algorithm);
    const KeyPlace place = next_key_place(places, key.public_key());
    make_folder(place.folder.parent_path(), 0700);
    make_folder(place.folder, 0700);
    replace_file(place.sealed(), key.to_encrypted_pem(passphrase), {.mode = 0600, .group = std::nullopt});
    std::string request = make_csr(key, name);
    replace_file(place.request(), request, {.mode = 0644, .group = std::nullopt});
    return {key.public_key(), std::move(request)};
}

KeyTurn turn_of_first(const Places& places, std::string_view key_uri, Time now) {
    return signing_at(terms_of(read_accepted(places, key_uri)), now) ? KeyTurn::next : KeyTurn::current;
}

}  // namespace

Stage request_stage(const Places& places, IssuerOrder order, const PassphraseSource& passphrase,
                    const std::vector<Secret>& passphrases, Time now) {
    require_no_token(places, order.key_uri);
    require_none_sealed(places, now);
    require_distinct(passphrases, passphrase);
    order.turn = turn_of_first(places, order.key_uri, now);
    IssuerRequest first = request_intermediate(places, order, passphrase, now);
    const Path request = IssuerFiles(places).stage();
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday init", kRunPatienceSeconds);
    auto keys = waiting_keys(places);
    if (!keys.empty() && keys.front() == first.key) {
        require_opened(places, keys, passphrases);
        return {std::move(first), std::move(keys), Origin::found, request};
    }
    require_first_waits(places, first.key, keys);
    remove_unsigned(places);
    keys = {first.key};
    std::string together = read_file(first.request, Csr::kMostBytes);
    for (const Secret& each : passphrases) {
        auto [key, csr] = make_sealed(places, KeyAlgorithm::parse(first.key.algorithm()), order.name, each);
        keys.push_back(std::move(key));
        together += csr;
    }
    replace_file(request, together, {.mode = 0644, .group = std::nullopt});
    return {std::move(first), std::move(keys), Origin::made, request};
}

std::string window_in_stage(const Places& places, const PublicKey& key) {
    const auto keys = stage_keys(places);
    const auto found = std::find(keys.begin(), keys.end(), key);
    return found == keys.end() ? "" : fmt::format("window {} of {}", found - keys.begin() + 1, keys.size());
}

}  // namespace halfday
