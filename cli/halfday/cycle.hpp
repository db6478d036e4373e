#pragma once

#include <vector>

#include "ca/base/names.hpp"
#include "ca/exchange/places.hpp"
#include "cli/halfday/issuer_program.hpp"

namespace halfday {

/// `news`: what the steps print is shown only with what people are to be told, so that cron mails that and nothing
/// else.
enum class CycleOutput { all, news };

/// One cycle: push, issue, and push again if anything new was issued. With systemd and the usual places it starts
/// halfday.service, so that the sandbox of the units holds for people too, unless there is a passphrase file, of which
/// that knows nothing. A step that fails for some hosts does not
/// keep the next from its work. What is wrong at the end is given to the command of `notify:`, where it is news
/// (notification.hpp). Returns the exit status: that of the worst step.
[[nodiscard]] int run_cycle(const Places& places, const Path& passphrase_file, CycleOutput output);

/// A new certificate for these hosts now, due or not, for the keys that they have pending: a push that asks, an issue,
/// a push, by the programs themselves. When a host's present request can't be fetched, nothing is issued: an older one
/// may be for a key that the host has dropped since.
[[nodiscard]] int renew_now(const IssuerProgram& issuer, const Places& places, const std::vector<HostName>& hosts);

/// Goes on with a rollout that has stopped: an issue that resumes it, and a push of what that issued.
[[nodiscard]] int resume_rollout(const IssuerProgram& issuer, const Places& places);

/// Says what renew_now would mint.
[[nodiscard]] int plan_renewal(const IssuerProgram& issuer, const std::vector<HostName>& hosts);

}  // namespace halfday
