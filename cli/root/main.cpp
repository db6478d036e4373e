#include <functional>
#include <utility>

#include "ca/base/clock.hpp"
#include "ca/base/sandbox.hpp"
#include "ca/x509/key.hpp"
#include "cli/root/signing_commands.hpp"
#include "cli/root/viewing_commands.hpp"

namespace halfday {
namespace {

int run(int argc, char** argv) {
    CLI::App app(
        "Makes the root of a halfday CA, signs its intermediates and takes them back, on a box without a network.",
        kProgram);
    app.require_subcommand(1);
    lock_key_memory();
    app.set_version_flag("--version", HALFDAY_VERSION);
    Arguments arguments;
    int status = kUsage;
    // No subcommand ever needs a socket; so the rights go before anything is read.
    const auto on = [&status](CLI::App* command, std::function<int()> body) {
        command->callback([&status, body = std::move(body)] {
            deny_network();
            status = body();
        });
    };
    const auto hold = [&](CLI::App* command, auto& options, auto run_it) {
        on(command, [&arguments, &options, run_it] {
            arguments.share(options.ceremony);
            return run_it(options, system_now());
        });
    };
    hold(add_init(app, arguments), arguments.init, run_init);
    hold(add_sign(app, arguments), arguments.sign, run_sign);
    hold(add_do(app, arguments), arguments.ordered, run_do);
    hold(add_share(app, arguments), arguments.share_options, run_share);
    hold(add_revoke(app, arguments), arguments.revoke, run_crl);
    hold(add_crl(app, arguments), arguments.crl, run_crl);
    hold(add_rotate(app, arguments), arguments.rotate, run_rotate);
    on(add_inspect(app, arguments), [&] { return run_inspect(arguments.inspected, arguments.form()); });
    on(add_qr(app, arguments), [&] { return run_qr(arguments.inspected); });
    on(add_airgap(app, arguments), [&] { return run_airgap(arguments.form()); });
    CLI::App* log = add_log(app, arguments);
    on(log, [&, log] {  // after that of its subcommand
        return log->get_subcommands().empty() ? run_log(arguments.folder, arguments.form()) : status;
    });
    on(add_log_verify(*log, arguments), [&] {
        arguments.log_verify.folder = arguments.folder;
        return run_log_verify(arguments.log_verify, arguments.form());
    });
    on(add_log_begin(*log, arguments), [&] {
        arguments.share(arguments.log_begin);
        return run_log_begin(arguments.log_begin, system_now());
    });
    on(add_log_export(*log, arguments), [&] { return run_log_export(arguments.folder, arguments.log_out); });
    return parse_and_run(app, argc, argv, status);
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    return halfday::run_program(halfday::kProgram, [&] { return halfday::run(argc, argv); });
}
