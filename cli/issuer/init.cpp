#include <fmt/core.h>

#include "ca/exchange/settings.hpp"
#include "ca/issuer/enrolment.hpp"
#include "ca/issuer/staging.hpp"
#include "ca/x509/csr.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/common/secret_lines.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"

namespace halfday {
namespace {

const char* word(Origin origin) { return origin == Origin::made ? "made" : "kept, it was there already"; }

void print_next(const Path& request, const std::string& flags) {
    fmt::print("\nWrite the fingerprint on paper, and carry it and the request to the air-gapped box. There:\n");
    fmt::print("  halfday-root sign {} --out chain.pem{}\n", request.filename().string(), flags);
    fmt::print("Bring chain.pem back, and here:\n  halfday accept chain.pem\n");
}

void print_text(const IssuerRequest& made) {
    fmt::print("key:         {} ({}, {})\n", made.key_uri.text(), made.key.algorithm(), word(made.key_origin));
    fmt::print("ledger:      log {} ({})\n", made.log_id, word(made.ledger_origin));
    fmt::print("request:     {}\n", made.request.string());
    fmt::print("fingerprint: {}\n", made.key.fingerprint().text());
    print_next(made.request, "");
}

void print_text(const Stage& stage) {
    fmt::print("windows:     {} ({}, {})\n", stage.keys.size(), stage.first.key.algorithm(), word(stage.origin));
    for (std::size_t at = 0; at < stage.keys.size(); ++at) {
        fmt::print("  window {}:  {}{}\n", at + 1, stage.keys[at].fingerprint().text(), at == 0 ? "" : ", sealed");
    }
    fmt::print("ledger:      log {} ({})\n", stage.first.log_id, word(stage.first.ledger_origin));
    fmt::print("request:     {}\n", stage.request.string());
    fmt::print("fingerprint: {}\n", fingerprint_of(stage.keys).text());
    print_next(stage.request, fmt::format(" --windows {}", stage.keys.size()));
}

template <class Made>
int print(const Made& made, Form form) {
    if (form == Form::json) {
        fmt::print("{}\n", to_json(made));
    } else {
        print_text(made);
    }
    return kDone;
}

}  // namespace

int run_init(const IssuerOptions& options, const InitOptions& init, Time now) {
    require_owner_runs(options.places, "init");
    IssuerOrder order{.name = init.name,
                      .algorithm = {},
                      .key_uri = read_settings(options.places.settings()).issuer_key,
                      .turn = init.turn};
    if (!init.algorithm.empty()) {
        order.algorithm = KeyAlgorithm::parse(init.algorithm);
    }
    const PassphraseSource passphrase = passphrase_source(options);
    if (init.stage == 0) {
        return print(request_intermediate(options.places, order, passphrase, now), options.form);
    }
    const auto passphrases =
        read_window_passphrases(init.window_passphrase_files, questions_of_stage(init.stage), PassphraseAge::fresh);
    return print(request_stage(options.places, order, passphrase, passphrases, now), options.form);
}

}  // namespace halfday
