#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ca/base/clock.hpp"
#include "ca/exchange/places.hpp"
#include "ca/exchange/snapshot.hpp"
#include "ca/issuer/agenda.hpp"
#include "ca/issuer/intermediate.hpp"

namespace halfday {

/// Writes the snapshot that `halfday status` reads, after a run. What the last snapshot said of refused requests stays
/// for entries that this run was not for, and `run` is added to its totals. Throws Error{io}.
void write_issuer_status(const Places& places, const std::vector<AgendaItem>& agenda, const Intermediate& intermediate,
                         const CertificatePolicy& policy, const std::optional<RolloutNote>& rollout,
                         const std::vector<SharedKey>& shared_keys, RunCounts run, Time now);

/// Puts into the last snapshot what kept a run from its work. Does nothing where there is none or it can't be written:
/// that would hide the first problem.
void write_issuer_problem(const Places& places, std::string_view problem, Time now) noexcept;

}  // namespace halfday
