#!/bin/bash
# What a run has to tell is in a real journal, each event with its fields and a MESSAGE_ID for its kind; elsewhere the same
# events are lines.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"

promise "the page about logs has the kinds of events that there are"
code=$(sed -nE 's/^ *\{[a-z_]+, "([a-z_]+)", "([0-9a-f]{32})", ([A-Za-z:]+)\},$/\1 \2 \3/p' "$here/../../ca/exchange/event.cpp" |
  sed 's/ error$/ 3/; s/ [A-Za-z:]*warning$/ 4/; s/ [A-Za-z:]*notice$/ 5/; s/ info$/ 6/')
page=$(sed -nE 's/^\| `([a-z_]+)` \| `([0-9a-f]{32})` \| ([0-9]) \|.*/\1 \2 \3/p' "$here/../../docs/monitoring/logs.md")
[ "$(wc -l <<<"$code")" -ge 10 ] || fail "no kinds of events are read from the code"
expect_same "$code" "$page"

world_enter own-network "$0" "$@"
exec {groups}</sys/fs/cgroup # journald wants it, and the world has another /sys
world_begin "$(mktemp -d /tmp/halfday-journal.XXXXXX)"
trap 'rm -rf "$W"' EXIT
mount --no-canonicalize --rbind "/proc/self/fd/$groups" /sys/fs/cgroup
mkdir -p /run/log/journal /run/systemd/journal
/lib/systemd/systemd-journald &
for _ in $(seq 500); do systemd-cat true 2>/dev/null && break || sleep 0.02; done

world_clock -12h
world_root >/dev/null
world_issuer >/dev/null
for host in web1.example.test web2.example.test; do
  mkdir -p "$W/$host"
  printf '#!/bin/sh\n! rm "%s" 2>/dev/null\n' "$W/$host/state/break" >"$W/$host/install" # fails once, where there is that file
  chmod 755 "$W/$host/install"
  world_command_host "$host" "${host//[^0-9]/}" "$W/$host/install" >/dev/null
done

# journaled SUBCOMMAND…: halfday with the journal as its standard output and error, as systemd does it for a unit.
journaled() {
  moved systemd-cat bash -c 'JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2) exec "$@"' - \
    "$BIN/halfday" --etc "$W/issuer/etc" --state "$W/issuer/state" "$@"
}
# entries FIELD=VALUE…: one line each, of the fields that people ask for.
entries() {
  journalctl --sync
  journalctl --directory=/run/log/journal --quiet --output=json "$@" | python3 -c '
import json, sys
for line in sys.stdin:
    entry = json.loads(line)
    print(*(entry.get(name, "-") for name in ("OUTCOME", "PRIORITY", "HOST", "CERTIFICATE", "SERIAL", "SYSLOG_IDENTIFIER")))
'
}
id_of() { grep "^$1 " <<<"$page" | cut -d' ' -f2; }

promise "a cycle is in the journal: asked for, issued, delivered"
expect 0 journaled run
expect 0 entries HOST=web1.example.test
serial=$(sed -nE 's/^issued .* ([0-9a-f]{32}) .*/\1/p' <<<"$OUT")
expect_same "requested 6 web1.example.test www - halfday-distributor
issued 6 web1.example.test www $serial halfday-issuer
delivered 6 web1.example.test www $serial halfday-distributor" "$OUT"
expect 0 entries "SERIAL=$serial" "MESSAGE_ID=$(id_of delivered)"
expect_same "delivered 6 web1.example.test www $serial halfday-distributor" "$OUT"

promise "a refused request is there with its host"
world_clock -7h
sed -i 's/names: \[web1/names: [www.elsewhere.org, web1/' "$W/issuer/etc/hosts.d/web1.example.test.yaml"
expect 3 journaled issue web1.example.test
expect 0 entries "MESSAGE_ID=$(id_of refused)"
expect_same "refused 3 web1.example.test www - halfday-issuer" "$OUT"
sed -i 's/www.elsewhere.org, //' "$W/issuer/etc/hosts.d/web1.example.test.yaml"

promise "what a host did not take, and a host that is not reached, are errors that say what to do"
touch "$W/web2.example.test/state/break"
other=$(cut -d' ' -f1,2 "$W/web2.example.test/sshd/host_key.pub")
sed -i "s|^\(web1[^ ]*\) .*|\1 $other|" "$W/issuer/etc/known_hosts"
expect 1 journaled run
expect 0 entries "MESSAGE_ID=$(id_of rolled_back)"
expect_text '^rolled_back 3 web2.example.test www [0-9a-f]{32} halfday-distributor$'
expect 0 entries "MESSAGE_ID=$(id_of failed)"
expect_text '^failed 3 web1.example.test - - halfday-distributor$'
expect 0 journalctl --directory=/run/log/journal -o cat --output-fields=MESSAGE,HINT HOST=web2.example.test PRIORITY=3
expect_text "^web2.example.test www: rolled back: "
expect_text "next renewal tries again"

promise "a run that can't work is there with its reason"
world_clock -24h
expect 1 journaled issue
expect 0 entries "MESSAGE_ID=$(id_of stopped)"
expect_same "stopped 3 - - - halfday-issuer" "$OUT"

promise "each event is told once, and nothing else"
expect 0 entries SYSLOG_IDENTIFIER=halfday-issuer + SYSLOG_IDENTIFIER=halfday-distributor + _TRANSPORT=stdout
expect_no_text '^- '

promise "where standard error is another file the events are lines, whatever JOURNAL_STREAM says"
before=$(entries "MESSAGE_ID=$(id_of stopped)" | wc -l)
expect 1 env JOURNAL_STREAM=8:1 bash -c '"$@" 2>&1 | cat; exit "${PIPESTATUS[0]}"' - \
  env LD_PRELOAD="$FAKETIME_LIBRARY" FAKETIME_TIMESTAMP_FILE="$CLOCK" FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
  "$BIN/halfday" --etc "$W/issuer/etc" --state "$W/issuer/state" issue
expect_text "^halfday-issuer: error: the clock says"
expect_same "$before" "$(entries "MESSAGE_ID=$(id_of stopped)" | wc -l)"
echo "all promises held"
