#include "ca/issuer/unsealing.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "ca/base/duration.hpp"
#include "ca/base/error.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/sealed_keys.hpp"

namespace halfday {
namespace {

/// A kill between the two files of an unsealing leaves both; key.pem is whole then.
void finish_unsealing(const Places& places, std::string_view key_uri) {
    remove_key_leftovers(places);
    for (const KeyPlace& place : find_key_places(places, key_uri)) {
        if (place.folder != places.issuer()) {
            remove_file(place.sealed());
        }
    }
}

std::vector<Term> terms_of_sealed(const std::vector<SealedKey>& sealed) {
    std::vector<Term> terms;
    for (const SealedKey& each : sealed) {
        terms.push_back({each.certificate->not_before(), each.certificate->not_after()});
    }
    return terms;
}

[[noreturn]] void throw_none(const SealedKeys& found) {
    if (!found.damaged.empty()) {
        throw Error(found.damaged.front());
    }
    const bool is_waiting =
        std::any_of(found.whole.begin(), found.whole.end(), [](const SealedKey& each) { return !each.certificate; });
    throw Error(ErrorKind::usage, "no window is sealed that is yet to sign",
                is_waiting ? "halfday accept CHAIN, with the chain that the air-gapped box signed for them"
                           : "halfday init --stage makes the next ones, and the air-gapped box signs them");
}

void require_none_unsealed(const std::vector<Accepted>& usable, Time now) {
    const auto terms = terms_of(usable);
    for (std::size_t at = 0; at < usable.size(); ++at) {
        const auto from = signs_from(terms, at, now);
        if (from && *from > now) {
            throw Error(ErrorKind::usage,
                        fmt::format("the key {} is unsealed already, and signs from {}",
                                    usable[at].certificate.fingerprint().text(), format_time(*from)),
                        "unseal the next one when that signs");
        }
    }
}

void require_time(const Certificate& next, UnsealRule rule, Time now) {
    const Time from = next.not_before() - kUnsealEarly;
    if (rule == UnsealRule::in_time && now < from) {
        throw Error(ErrorKind::usage,
                    fmt::format("the next window opens at {}; until {} its key stays sealed, so that a stolen box is "
                                "not worth it",
                                format_time(next.not_before()), format_time(from)),
                    "where nobody can be here then: --early");
    }
}

/// A run has one passphrase for all: that of the key which is in use, or was last.
void require_opens_present(const Places& places, const std::vector<Accepted>& accepted, const UnsealOrder& order,
                           Time now) {
    const auto which = signing_at(terms_of(accepted), now);
    if (!which && accepted.empty()) {
        return;
    }
    const KeyPlace& place = which ? accepted[*which].place : newest_of(accepted).place;
    if (place.has_key()) {
        static_cast<void>(load_issuer_key(places, place.key.text(), order.passphrase));
    }
}

void write_unsealed(const SealedKey& sealed, const PassphraseSource& window, const PassphraseSource& passphrase) {
    const PrivateKey key = PrivateKey::load(sealed.place.sealed(), window);
    if (!(key.public_key() == sealed.key)) {
        throw Error(ErrorKind::corrupt,
                    fmt::format("the key in '{}' is not the one of its certificate", sealed.place.sealed().string()),
                    "bring the folder back from a backup");
    }
    const Access access{.mode = 0600, .group = std::nullopt};
    const Path& file = *sealed.place.key.file();
    if (passphrase) {
        replace_file(file, key.to_encrypted_pem(passphrase()), access);
    } else {
        replace_file(file, key.to_pem().reveal(), access);
    }
}

/// What may be unsealed now, beside those that are to sign already.
struct Next {
    SealedKey sealed;
    std::vector<Accepted> usable;
};

Next require_next(const Places& places, const UnsealOrder& order, Time now) {
    finish_unsealing(places, order.key_uri);
    const Trust trust = load_trust(places);
    const auto accepted = read_accepted(places, order.key_uri);
    const auto usable = usable_of(accepted, trust, now);
    const SealedKeys found = find_sealed(places);
    const auto sealed = usable_sealed(found.whole, trust, now);
    const auto which = next_sealed(terms_of(usable), terms_of_sealed(sealed), now);
    if (!which) {
        throw_none(found);
    }
    require_none_unsealed(usable, now);
    require_time(*sealed[*which].certificate, order.rule, now);
    require_opens_present(places, accepted, order, now);
    return {sealed[*which], usable};
}

}  // namespace

Certificate next_to_unseal(const Places& places, const UnsealOrder& order, Time now) {
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday unseal", kRunPatienceSeconds);
    return *require_next(places, order, now).sealed.certificate;
}

Unsealed unseal_next(const Places& places, const UnsealOrder& order, Time now) {
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday unseal", kRunPatienceSeconds);
    const auto [next, usable] = require_next(places, order, now);
    write_unsealed(next, order.window, order.passphrase);
    remove_file(next.place.sealed());
    auto terms = terms_of(usable);
    terms.push_back({next.certificate->not_before(), next.certificate->not_after()});
    return {*next.certificate, signs_from(terms, terms.size() - 1, now).value_or(now), *next.place.key.file()};
}

}  // namespace halfday
