#!/bin/bash
# The rules for Prometheus are sound and fire when they should, and every metric that the page and they name is one.
# timeout: 60
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
set -euo pipefail
monitoring=$here/../../docs/monitoring
metrics=$here/../../ca/status/metrics.cpp

promise "page and rules name the metrics that there are"
written=$(grep -oE 'family\("[a-z_]+"' "$metrics" | cut -d'"' -f2 | sort)
page=$(grep -E '^\| `' "$monitoring/metrics.md" | cut -d'|' -f2 | grep -oE '[a-z_]+' | sort)
[ -n "$written" ] || fail "no metrics"
expect_same "$written" "$page"
for metric in $(grep -E '^ +expr:' "$monitoring/alerts.yml" | grep -oE 'halfday_[a-z_]+' | sort -u); do
  grep -qx "${metric#halfday_}" <<<"$written" || fail "$metric is none"
done

promise "the rules fire when they should"
if command -v promtool >/dev/null; then
  cd "$monitoring"
  expect 0 promtool check rules alerts.yml
  expect 0 promtool test rules alerts_test.yml
else
  echo "there is no promtool here: not run"
fi
echo "all promises held"
