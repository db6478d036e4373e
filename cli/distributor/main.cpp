#include <functional>

#include "cli/common/app.hpp"
#include "cli/distributor/commands.hpp"

namespace halfday {
namespace {

void add_push(CLI::App& app, PushOptions& options, const std::function<void()>& run) {
    CLI::App* command = add_command(
        app, "push", "deliver new chains, ask hosts that are due for a request; nothing else is connected to",
        "halfday push --dry-run web1.example.org");
    CLI::Option* hosts =
        command->add_option("host", options.hosts, "these hosts only, however long they have been away");
    command
        ->add_flag_callback(
            "--ask", [&] { options.ask = PushOrder::Ask::now; },
            "visit these hosts and fetch the requests that they have now, due or not")
        ->needs(hosts);
    command
        ->add_option("--only", options.only,
                     "failed: hosts that failed at the last try, however long they have been away")
        ->check(CLI::IsMember({"failed"}));
    command->add_option("--progress-to", options.progress_to,
                        "descriptor for lines of JSON that say how far it has come");
    command->add_flag_callback(
        "--dry-run", [&] { options.effect = Effect::dry_run; }, "say what would be done");
    command->add_flag_callback(
        "--json", [&] { options.form = Form::json; }, "as JSON");
    command->callback(run);
}

void add_fetch_identity(CLI::App& app, FetchOptions& options, const std::function<void()>& run) {
    CLI::App* command = add_command(
        app, "fetch-identity", "print a host's identity, its fingerprint and its entries, for 'halfday host add'",
        "halfday-distributor fetch-identity --host web1.example.org --reach ssh://halfday-receiver@web1.example.org "
        "--known-hosts /etc/halfday/known_hosts");
    command->add_option("--host", options.host, "what the host is called")->required();
    command->add_option("--reach", options.reach, "ssh://USER@ADDRESS:PORT or unix:/PATH")->required();
    command
        ->add_option("--known-hosts", options.known_hosts,
                     "its SSH host key, in lines that begin with what the host is called")
        ->required();
    command->add_flag_callback(
        "--json", [&] { options.form = Form::json; }, "as JSON");
    command->callback(run);
}

int run(int argc, char** argv) {
    CLI::App app("Carries requests, chains and receipts between the issuer and the web servers.", kDistributor);
    app.require_subcommand(1);
    app.set_version_flag("--version", HALFDAY_VERSION);
    Places places;
    add_places(app, places);
    PushOptions push;
    FetchOptions fetch;
    int status = kUsage;
    add_push(app, push, [&] { status = run_push(places, push, system_now()); });
    add_fetch_identity(app, fetch, [&] { status = run_fetch_identity(places, fetch); });
    return parse_and_run(app, argc, argv, status);
}

}  // namespace
}  // namespace halfday

int main(int argc, char** argv) {
    return halfday::run_program(halfday::kDistributor, [&] { return halfday::run(argc, argv); });
}
