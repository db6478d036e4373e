#include "ca/issuer/acceptance.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "ca/base/error.hpp"
#include "ca/issuer/intermediate.hpp"
#include "ca/issuer/issuer_files.hpp"
#include "ca/issuer/sealed_keys.hpp"

namespace halfday {
namespace {

struct OwnKey {
    KeyPlace place;
    PublicKey key;
    KeyState state;
};

/// All keys that are there; one that can't be opened, and the first where there is none, is thrown.
std::vector<OwnKey> find_own_keys(const Places& places, std::string_view key_uri, const PassphraseSource& passphrase) {
    std::vector<OwnKey> keys;
    const auto sealed = find_sealed(places).whole;
    auto found = find_key_places(places, key_uri);
    if (found.empty() && sealed.empty()) {
        found.push_back(first_key_place(places, key_uri));
    }
    for (const KeyPlace& place : found) {
        keys.push_back({place, load_issuer_key(places, place.key.text(), passphrase).public_key(), KeyState::open});
    }
    for (const SealedKey& each : sealed) {
        keys.push_back({each.place, each.key, KeyState::sealed});
    }
    return keys;
}

std::vector<PublicKey> public_keys_of(const std::vector<OwnKey>& own) {
    std::vector<PublicKey> keys;
    for (const OwnKey& each : own) {
        keys.push_back(each.key);
    }
    return keys;
}

/// One chain for each intermediate; a root at the end belongs to the last.
std::vector<Chain> windows_of(const Chain& chain) {
    std::vector<Chain> windows;
    for (std::size_t at = 0; at < chain.size(); ++at) {
        const bool is_root = at > 0 && at + 1 == chain.size() && chain[at].subject() == chain[at].issuer();
        if (is_root) {
            windows.back().push_back(chain[at]);
        } else {
            windows.push_back({chain[at]});
        }
    }
    return windows;
}

/// The newest that was accepted for this key.
std::optional<Certificate> newest_for(const OwnKey& own, const std::vector<Accepted>& accepted,
                                      const std::vector<SealedKey>& sealed) {
    std::optional<Certificate> newest;
    for (const Accepted& each : accepted) {
        if (each.certificate.public_key() == own.key &&
            (!newest || each.certificate.not_before() > newest->not_before())) {
            newest = each.certificate;
        }
    }
    for (const SealedKey& each : sealed) {
        if (each.key == own.key) {
            newest = each.certificate;
        }
    }
    return newest;
}

/// What is checked, and what it is checked against.
struct Desk {
    std::vector<OwnKey> own;
    std::vector<Accepted> accepted;
    std::vector<SealedKey> sealed;
    Trust trust;
    Time now;

    [[nodiscard]] const OwnKey* find(const Certificate& intermediate) const {
        const auto found = std::find_if(own.begin(), own.end(),
                                        [&](const OwnKey& each) { return each.key == intermediate.public_key(); });
        return found == own.end() ? nullptr : &*found;
    }
};

Refusal refuse_window(const Chain& window, const Desk& desk) {
    const Certificate& intermediate = window.front();
    const OwnKey* own = desk.find(intermediate);
    const bool is_sealed = own != nullptr && own->state == KeyState::sealed;
    const Time when = is_sealed ? std::max(desk.now, intermediate.not_before()) : desk.now;
    Refusal refusal;
    const auto decision = check_chain(window, public_keys_of(desk.own), desk.trust, when);
    if (const auto* found = std::get_if<Refusal>(&decision)) {
        refusal = *found;
    }
    const auto newest = own == nullptr ? std::nullopt : newest_for(*own, desk.accepted, desk.sealed);
    if (newest && intermediate.not_before() < newest->not_before()) {
        refusal.reasons.push_back(
            fmt::format("it begins at {}, and the one that was accepted for this key already begins at {}",
                        format_time(intermediate.not_before()), format_time(newest->not_before())));
    }
    return refusal;
}

Refusal refuse_all(const std::vector<Chain>& windows, const Desk& desk) {
    Refusal refusal;
    for (std::size_t at = 0; at < windows.size(); ++at) {
        const std::string which = windows.size() == 1 ? "" : fmt::format("window {} of {}: ", at + 1, windows.size());
        for (const std::string& reason : refuse_window(windows[at], desk).reasons) {
            refusal.reasons.push_back(which + reason);
        }
    }
    return refusal;
}

/// What signs for this key goes on until the new one has come of age.
void keep_chain(const KeyPlace& place, const Certificate& intermediate, const std::vector<Accepted>& accepted,
                Time now) {
    std::vector<Accepted> own;
    for (const Accepted& each : accepted) {
        if (each.place.folder == place.folder && each.certificate != intermediate) {
            own.push_back(each);
        }
    }
    if (const auto which = signing_at(terms_of(own), now)) {
        replace_file(place.previous(), own[*which].certificate.pem(), {.mode = 0644, .group = std::nullopt});
    }
    replace_file(place.chain(), intermediate.pem(), {.mode = 0644, .group = std::nullopt});
}

/// All that are to sign some time, with what was accepted just now.
std::vector<Certificate> read_candidates(const Places& places, std::string_view key_uri, const Trust& trust, Time now) {
    std::vector<Certificate> candidates = certificates_of(usable_sealed(find_sealed(places).whole, trust, now));
    for (const Accepted& each : read_accepted(places, key_uri)) {
        if (revoked_in({each.certificate}, trust.crls).empty()) {
            candidates.push_back(each.certificate);
        }
    }
    return candidates;
}

Time signs_from_now_on(const Certificate& intermediate, const std::vector<Certificate>& candidates, Time now) {
    std::vector<Term> terms;
    for (const Certificate& each : candidates) {
        terms.push_back({each.not_before(), each.not_after()});
    }
    for (std::size_t at = 0; at < candidates.size(); ++at) {
        if (candidates[at] == intermediate) {
            return signs_from(terms, at, now).value_or(now);
        }
    }
    return now;
}

}  // namespace

Decision<std::vector<Acceptance>> accept_chain(const Places& places, const Chain& chain, std::string_view key_uri,
                                               const PassphraseSource& passphrase, Time now) {
    const FileLock lock = FileLock::acquire(IssuerFiles(places).lock(), "halfday accept", kRunPatienceSeconds);
    const Desk desk{find_own_keys(places, key_uri, passphrase), read_accepted(places, key_uri),
                    find_sealed(places).whole, load_trust(places), now};
    const auto windows = windows_of(chain);
    if (windows.empty()) {
        return Refusal{{"there is no certificate"}};
    }
    if (Refusal refusal = refuse_all(windows, desk); !refusal.reasons.empty()) {
        return refusal;
    }
    for (auto window = windows.rbegin(); window != windows.rend(); ++window) {  // the last first: see acceptance.hpp
        keep_chain(desk.find(window->front())->place, window->front(), desk.accepted, now);
    }
    const auto candidates = read_candidates(places, key_uri, desk.trust, now);
    std::vector<Acceptance> taken;
    for (const Chain& window : windows) {
        taken.push_back(
            {window.front(), signs_from_now_on(window.front(), candidates, now), desk.find(window.front())->state});
    }
    return taken;
}

}  // namespace halfday
