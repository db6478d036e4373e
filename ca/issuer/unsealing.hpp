#pragma once

#include <chrono>
#include <string_view>

#include "ca/base/clock.hpp"
#include "ca/exchange/places.hpp"
#include "ca/x509/certificate.hpp"
#include "ca/x509/key.hpp"

namespace halfday {

/// How long before its window opens a key may be unsealed, unless a person says that they know better: until then a
/// stolen box is not worth that window.
constexpr auto kUnsealEarly = std::chrono::days{7};

enum class UnsealRule { in_time, early };

struct UnsealOrder {
    std::string_view key_uri;            // Settings::issuer_key
    const PassphraseSource& passphrase;  // of the keys that runs open by themselves; none where those are in the clear
    const PassphraseSource& window;      // of the sealed key; not asked by next_to_unseal
    UnsealRule rule = UnsealRule::in_time;
};

struct Unsealed {
    Certificate certificate;
    Time signs_from;  // the time of the call when it does at once
    Path key;
};

/// The window whose key unseal_next would open. Throws as that does, for all but the window's passphrase.
[[nodiscard]] Certificate next_to_unseal(const Places& places, const UnsealOrder& order, Time now);

/// Opens the key of the window that is next (next_window) and keeps it as the key in use is kept, for runs to open by
/// themselves: on disk when it returns; where it throws or is killed the key is sealed still, and else nothing was
/// changed. Throws Error{usage} for a wrong passphrase, where nothing is sealed, where an unsealed one is yet to sign,
/// for one that opens later than kUnsealEarly, and when `passphrase` does not open the key in use; Error{corrupt} for
/// a key that is not its certificate's.
[[nodiscard]] Unsealed unseal_next(const Places& places, const UnsealOrder& order, Time now);

}  // namespace halfday
