#include <fmt/core.h>

#include "ca/exchange/settings.hpp"
#include "ca/issuer/enrolment.hpp"
#include "cli/common/exit_status.hpp"
#include "cli/issuer/commands.hpp"
#include "cli/issuer/json.hpp"

namespace halfday {
namespace {

const char* word(Origin origin) { return origin == Origin::made ? "made" : "kept, it was there already"; }

void print_text(const IssuerRequest& made) {
    fmt::print("key:         {} ({}, {})\n", made.key_uri.text(), made.key.algorithm(), word(made.key_origin));
    fmt::print("ledger:      log {} ({})\n", made.log_id, word(made.ledger_origin));
    fmt::print("request:     {}\n", made.request.string());
    fmt::print("fingerprint: {}\n", made.key.fingerprint().text());
    fmt::print("\nWrite the fingerprint on paper, and carry it and the request to the air-gapped box. There:\n");
    fmt::print("  halfday-root sign {} --out chain.pem\n", made.request.filename().string());
    fmt::print("Bring chain.pem back, and here:\n  halfday accept chain.pem\n");
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
    const IssuerRequest made =
        request_intermediate(options.places, order, passphrase_source(options.passphrase_file), now);
    if (options.form == Form::json) {
        fmt::print("{}\n", to_json(made));
    } else {
        print_text(made);
    }
    return kDone;
}

}  // namespace halfday
