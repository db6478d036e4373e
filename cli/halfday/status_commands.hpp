#pragma once

// Includes CLI11, which is slow to compile: for main.cpp alone.

#include "cli/halfday/options.hpp"

namespace halfday {

inline void add_status_filters(CLI::App& status, StatusOptions& options) {
    status.add_option("HOST", options.hosts, "only these: names, HOST/ENTRY, or patterns with * and ?");
    CLI::Option* const state = status.add_option("--state", options.state, "only those in this state")
                                   ->check(CLI::IsMember({"ok", "failing", "warning", "critical", "dark"}));
    status.add_flag("--failing", options.failing, "only those with a warning and the critical")->excludes(state);
    status.add_flag("--all", options.all, "every certificate, however many");
}

inline void add_status(CLI::App& app, Options& options) {
    StatusOptions& asked = options.view;
    CLI::App* status = add_command(app, "status", "what is served where, what fails, and how long it would last",
                                   "halfday status --failing\n  halfday status 'web*' --watch\n"
                                   "  halfday status --why web1.example.org");
    add_status_filters(*status, asked);
    status->add_flag("--json", asked.json, "facts as JSON (docs/monitoring/status.schema.json)");
    status->add_option("--watch", asked.watch, "draw it again every 5s, or as often as said")
        ->expected(0, 1)
        ->default_str("5s");
    status->add_option("--why", asked.why, "a host's last cycle, step by step with times");
    status->add_option("--metrics", asked.metrics, "write it to this file for Prometheus' node_exporter");
    status->add_option("--html", asked.html, "write it to this file, a page that needs nothing else");
    status->add_flag("--check", asked.check,
                     "one line with performance data and 0, 1, 2 or 3, as monitoring plugins do");
    status->callback([&options] { options.status = show_status(options.view, options.places); });
}

}  // namespace halfday
