#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/base/file.hpp"
#include "ca/base/refusal.hpp"
#include "ca/x509/chain.hpp"
#include "ca/x509/crl.hpp"

namespace halfday {

// The CRLs that an issuer and each receiver keep: the newest one of each root that is pinned there, by its number. They
// are public and signed by the root, so it is of no account who brings them. Past its nextUpdate a CRL is warned of and
// goes on counting; none blocks anything but the intermediates in it.

constexpr std::size_t kMostCrls = 4;                           // one for each root: two during a rotation
constexpr std::size_t kMostCrlsBytes = kMostCrls * 96 * 1024;  // in PEM

using Crls = std::vector<Crl>;

/// `kept` with `arrived` in it: in the place of an older one of the same root, or beside the others; unchanged when it
/// is there already. Refuses one that no root of `roots` signed, one with a lower number than the kept one, another one
/// with the same number, and one that leaves out what the kept one revoked.
[[nodiscard]] Decision<Crls> take_crl(const Crls& kept, const Crl& arrived, const std::vector<Certificate>& roots);

/// A reason for each certificate of the chain that its root has revoked; a leaf never is.
[[nodiscard]] std::vector<std::string> revoked_in(const Chain& chain, const Crls& crls);
/// A line for each CRL whose nextUpdate has passed: there may be a newer one that was not brought here.
[[nodiscard]] std::vector<std::string> overdue(const Crls& crls, Time now);

/// What a file of PEM blocks has that roots of `roots` signed: none where there is no file. Those of other roots, as of
/// one that was pinned before, are passed over. Throws Error{corrupt}, for one of these roots with a signature that
/// does not verify, too, and Error{io}.
[[nodiscard]] Crls read_crls(const Path& file, const std::vector<Certificate>& roots);
[[nodiscard]] std::string to_pem(const Crls& crls);

}  // namespace halfday
