#!/bin/bash
# The page of `halfday status --html`: written whole, and what it is to be in a browser.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
set -euo pipefail
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
"$here/fleet_world.py" "$W" 1000
status() { "$HALFDAY_BIN/halfday" --etc "$W/etc" --state "$W/state" status "$@"; }

promise "the page replaces the one before, whole, and every web server may read it"
echo old >"$W/status.html"
expect 0 status --html "$W/status.html" --metrics "$W/halfday.prom"
expect_silence
grep -q '^halfday_health 2$' "$W/halfday.prom" || fail "no metrics beside it"
expect_same 644 "$(stat -c %a "$W/status.html")"
expect_same "<!DOCTYPE html> </html>" "$(sed -n '1p;$p' "$W/status.html" | xargs)"
expect_same "" "$(find "$W" -mindepth 1 -maxdepth 1 -name ".*")"
! grep -E "(src|href)=.?(https?:)?//" "$W/status.html" || fail "it needs something from elsewhere"
expect 1 status --html "$W/nowhere/status.html"

if command -v chromium >/dev/null; then
  expect 0 "$here/page_in_browser.py" "$W/status.html" "$W"
  echo "$OUT"
else
  echo "there is no chromium here: what a browser makes of it was not looked at"
fi
echo "all promises held"
