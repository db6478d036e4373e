#!/bin/bash
# The rules for Prometheus are sound and fire when they should; what they, Grafana's dashboard and the page name is there.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
set -euo pipefail
monitoring=$(realpath "$here/../../docs/monitoring")
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
"$here/fleet_world.py" "$W" 20
"$HALFDAY_BIN/halfday" --etc "$W/etc" --state "$W/state" status --metrics "$W/halfday.prom"

promise "page, rules and dashboard name the metrics, labels and states that there are"
expect 0 "$here/dashboard.py" "$W/halfday.prom" "$monitoring/grafana.json" "$monitoring/alerts.yml" "$monitoring/metrics.md"
echo "$OUT" >"$W/dashboard.yml"

promise "metrics and the dashboard's questions are what Prometheus takes, and the rules fire when they should"
if command -v promtool >/dev/null; then
  promtool check metrics <"$W/halfday.prom" || fail "promtool does not like the metrics"
  expect 0 promtool check rules "$W/dashboard.yml"
  cd "$monitoring"
  expect 0 promtool check rules alerts.yml
  expect 0 promtool test rules alerts_test.yml
else
  echo "there is no promtool here: not run"
fi
echo "all promises held"
