#!/bin/bash
# What `halfday status` shows of a thousand hosts, in each of its forms.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
set -euo pipefail
docs=$here/../../docs/monitoring
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
"$here/fleet_world.py" "$W" 1000
"$here/fleet_world.py" "$W/few" 3
PLACES=(--etc "$W/etc" --state "$W/state")
status() { "$HALFDAY_BIN/halfday" "${PLACES[@]}" status "$@"; }
on_terminal() {
  local size=$1
  shift
  # shellcheck disable=SC2086
  env TERM=xterm "$here/in_terminal.py" $size "${EXTRA[@]}" "$HALFDAY_BIN/halfday" "${PLACES[@]}" status "$@"
}
EXTRA=(env)

promise "one screen says whether all is served, what fails, who goes dark first and which ceremony is next"
expect 0 status
expect_text "^CRITICAL: 998 of 1000 certificates on 1000 hosts are served, 2 dark; 3 critical, 1 with a warning$"
expect_text "^goes dark first: web0003.example.org/www in 1 h "
expect_text "^next ceremony: for an intermediate, due by "
expect_text "^and 991 more that are fine: halfday status --all$"
expect_text "^    next: the web server's log on that host says why: mend it .*; then: halfday renew web0001.example.org$"
expect_text "^    next: halfday policy explain web0002.example.org$"
expect_text "^    next: halfday-distributor says 'is it up.'; then: halfday push web0003.example.org \(the timer's runs try it again from "
expect_text "^    next: halfday run$"
expect_same "web0004 web0002 web0003 web0001" "$(grep -oE '^web[0-9]+' <<<"$OUT" | head -n 4 | xargs)"
(($(wc -l <<<"$OUT") < 40)) || fail "it is no screen"
! LC_ALL=C grep -q "[^ -~]" <<<"$OUT" || fail "it has more than ASCII in it"

promise "filters leave what was asked for, and --all leaves nothing out"
expect 0 status --all
expect_same 1000 "$(grep -c '^web' <<<"$OUT")"
expect 0 status --failing
expect_same 4 "$(grep -c '^web' <<<"$OUT")"
expect 0 status --state dark
expect_same 2 "$(grep -c '^web' <<<"$OUT")"
expect 0 status 'web000*' web0500.example.org/www --state ok
expect_same 6 "$(grep -c '^web' <<<"$OUT")"
expect_text "^CRITICAL: 998 of 1000"
expect 0 status 'db*'
expect_text "none of the 1000 certificates is like that"
expect 2 status web001.example.org
expect_text "did you mean 'web0001.example.org'"
expect 2 status --state good
expect 2 status --failing --state ok
expect 2 status --watch --json
expect_text "--json and --watch can't go together"
expect 2 status --why web0001.example.org --failing

promise "a terminal has bars of block characters and colours, where its locale and NO_COLOR allow"
EXTRA=(env LC_ALL=C.UTF-8 NO_COLOR=)
expect 0 on_terminal "100 40"
expect_text "██"
expect_text $'\x1b\\[31mCRITICAL'
EXTRA=(env LC_ALL=C.UTF-8 NO_COLOR=1)
expect 0 on_terminal "100 40"
expect_text "░│█"
expect_no_text $'\x1b'
EXTRA=(env LC_ALL=C NO_COLOR=1)
expect 0 on_terminal "100 40"
expect_text "\.\|="
! tr -d '\r' <<<"$OUT" | LC_ALL=C grep -q "[^ -~]" || fail "it has more than ASCII in it"
[ "$(tr -d '\r' <<<"$OUT" | grep '^web' | awk '{ print length }' | sort -n | tail -n 1)" -le 100 ] || fail "it is wider than the terminal"

promise "--watch draws again, also when the size changes, and Ctrl-C ends it well with the last picture left"
EXTRA=(--key-after 1.6 env LC_ALL=C.UTF-8)
expect 0 on_terminal "100 20" --watch 1s
(($(grep -o $'\x1b\\[?7l' <<<"$OUT" | wc -l) >= 3)) || fail "it was not drawn again"
left=${OUT##*$'\x1b[?1049l'}
grep -q "998 of 1000" <<<"$left" || fail "the last picture is not left"
grep -q "issuer box stolen" <<<"$left" || fail "what is left is not whole"
! grep -q "\^C" <<<"$left" || fail "what was typed is left"
expect 2 status --watch
expect_text "is for a terminal"
expect 2 status --watch soon

promise "--json is what the schema says, filtered and with nothing known too"
for arguments in "" "--failing"; do
  # shellcheck disable=SC2086
  status --json $arguments >"$W/out.json"
  expect 0 bash -c "'$here/valid_json.py' '$docs/status.schema.json' <'$W/out.json'"
done
expect_same 4 "$(python3 -c 'import json,sys; print(len(json.load(sys.stdin)["entries"]))' <"$W/out.json")"
rm "$W"/few/state/status/*/status.json
"$HALFDAY_BIN/halfday" --etc "$W/few/etc" --state "$W/few/state" status --json >"$W/out.json"
expect 0 bash -c "'$here/valid_json.py' '$docs/status.schema.json' <'$W/out.json'"
expect 1 bash -c "sed 's/\"health\": \"CRITICAL\"/\"health\": \"GOOD\"/' '$W/out.json' | '$here/valid_json.py' '$docs/status.schema.json'"

promise "--check is one line with performance data, and ends with 0, 1, 2 or 3"
expect 2 status --check
expect_same 1 "$(wc -l <<<"$OUT")"
expect_text "^CRITICAL: 4 of 1000 certificates need attention, 2 dark, .* \| certificates=1000 served=998;;;0;1000 dark=2;;0;0 .* issuing_ends=[0-9]+s;1209600:;259200: "
expect_same 1 "$(tr -dc '|' <<<"$OUT" | wc -c)"
rm "$W"/etc/hosts.d/web000{1,2,3,4}.example.org.yaml
expect 0 status --check
expect_text "^OK: 0 of 996 "
PLACES=(--etc "$W/etc" --state "$W/nowhere")
expect 3 status --check
expect_text "^UNKNOWN: "
expect 2 status --check --failing

promise "what is in the way of a page is told with the next step"
PLACES=(--etc "$W/etc" --state "$W/state")
expect 1 status --html "$W/nowhere/index.html"
expect_text "hint: '$W/nowhere' is no folder: mkdir -p, or another path"
echo "all promises held"
