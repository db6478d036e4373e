#pragma once

#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/succession.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

// The issuer's keys: the first, which halfday.yaml names, with request.pem and chain.pem in the state folder itself;
// each later one, of `init --next`, with the same files in intermediates/FINGERPRINT/.

/// One key and what belongs to it.
struct KeyPlace {
    KeyUri key;
    Path folder;

    /// For a key in a token, which isn't asked: whether its request was made.
    [[nodiscard]] bool has_key() const;
    [[nodiscard]] Path request() const { return folder / "request.pem"; }
    /// In place of the key, until it is unsealed (ca/issuer/sealed_keys.hpp).
    [[nodiscard]] Path sealed() const { return folder / "sealed.pem"; }
    [[nodiscard]] Path chain() const { return folder / "chain.pem"; }
    /// What signs until a renewal in chain.pem, for the same key, has come of age.
    [[nodiscard]] Path previous() const { return folder / "previous.pem"; }
};

/// Where the first key is or will be. Throws Error{usage} for a URI that is none.
[[nodiscard]] KeyPlace first_key_place(const Places& places, std::string_view uri);
/// Of a later key's folder.
[[nodiscard]] KeyPlace key_place_in(const Path& folder);
/// Where another key is or will be.
[[nodiscard]] KeyPlace next_key_place(const Places& places, const PublicKey& key);
/// The places of the keys that are there, the first key's first. Throws Error{io}.
[[nodiscard]] std::vector<KeyPlace> find_key_places(const Places& places, std::string_view uri);

/// Temporary files that a killed run has left beside keys, sealed ones too: one may be half of a key. For the holder of
/// the issuer's lock.
void remove_key_leftovers(const Places& places) noexcept;

/// An intermediate that was accepted once.
struct Accepted {
    KeyPlace place;
    Certificate certificate;
    Path file;
};

/// All that are there, expired ones too, in the order of find_key_places; the first key's also where the key itself is
/// missing. Throws Error{corrupt} that names the file.
[[nodiscard]] std::vector<Accepted> read_accepted(const Places& places, std::string_view uri);

/// The one that begins last. There must be one.
[[nodiscard]] const Accepted& newest_of(const std::vector<Accepted>& accepted);

[[nodiscard]] std::vector<Term> terms_of(const std::vector<Accepted>& accepted);

}  // namespace halfday
