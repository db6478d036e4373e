#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/places.hpp"
#include "ca/issuer/ledger.hpp"
#include "ca/x509/certificate.hpp"

namespace halfday {

/// A line for people, when the ledger's newest certificate is under another intermediate than `signing`, which is to
/// sign now.
[[nodiscard]] std::optional<std::string> change_over(const Ledger& ledger, const Certificate& signing);

/// Deletes each key all of whose intermediates have expired at `now`, which must be sure (a certificate was issued
/// then, by an earlier run), with its request and chains, once another one signs; a line for each. Until then an older
/// key stays: it lets a person go back, and whoever can read it reads the newer one too, which is good for longer. A
/// first key outside the state folder is not deleted, and told. So is a sealed key deleted whose window has passed. For
/// the holder of the issuer's lock. Throws Error{io}.
[[nodiscard]] std::vector<std::string> retire_expired(const Places& places, std::string_view key_uri,
                                                      const Certificate& signing, Time now);

}  // namespace halfday
