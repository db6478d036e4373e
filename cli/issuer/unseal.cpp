#include <fmt/core.h>

#include "ca/base/duration.hpp"
#include "ca/exchange/settings.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/issuer/staging.hpp"
#include "ca/issuer/unsealing.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/secret_lines.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"

namespace halfday {
namespace {

void print_text(const Unsealed& unsealed, Time now) {
    const Certificate& intermediate = unsealed.certificate;
    fmt::print("unsealed: {}, {}\n", intermediate.subject(), intermediate.fingerprint().text());
    fmt::print("valid:    {} to {} ({} left)\n", format_time(intermediate.not_before()),
               format_time(intermediate.not_after()), describe_span(intermediate.not_after() - now));
    fmt::print("signs:    {}\n",
               unsealed.signs_from <= now ? "from now on" : "from " + format_time(unsealed.signs_from));
    fmt::print("this box stolen now is good for any permitted name until {}\n", format_time(intermediate.not_after()));
}

}  // namespace

int run_unseal(const IssuerOptions& options, const UnsealOptions& unseal, Time now) {
    require_owner_runs(options.places, "unseal");
    const std::string key_uri = read_settings(options.places.settings()).issuer_key;
    const PassphraseSource passphrase = passphrase_source(options);
    const PassphraseSource asks_window = [&] {
        return std::move(
            read_window_passphrases(unseal.window_passphrase_files, {kUnsealQuestion}, PassphraseAge::existing)
                .front());
    };
    if (unseal.check) {
        const Certificate next = next_to_unseal(options.places, {key_uri, passphrase, asks_window, unseal.rule}, now);
        const std::string window = window_in_stage(options.places, next.public_key());
        fmt::print("next:     {}{}{}, {}\n", window, window.empty() ? "" : ", ", next.subject(),
                   next.fingerprint().text());
        fmt::print("valid:    {} to {}\n", format_time(next.not_before()), format_time(next.not_after()));
        return kDone;
    }
    const Unsealed unsealed = unseal_next(options.places, {key_uri, passphrase, asks_window, unseal.rule}, now);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(unsealed));
    } else {
        print_text(unsealed, now);
    }
    return kDone;
}

}  // namespace halfday
