# A world whose web servers are all due, with their next requests at hand, sourced by the tests of faults after world.sh and
# expect.sh: from_the_start brings that state back, expect_state and expect_healing say what must hold.

world_begin "$(mktemp -d /tmp/halfday-faults.XXXXXX)"
STATE=$W/issuer/state LEDGER=$W/issuer/state/issuer/ledger.db HOSTS=3
trap 'umount -q "$STATE" || true; rm -rf "$W"' EXIT
mount -t tmpfs -o mode=755 tmpfs "$STATE" # what is tested is the order of calls, not the disk
world_clock -12h
world_root >/dev/null 2>&1
world_issuer >/dev/null
for number in $(seq $HOSTS); do
  world_web_server "web$number.example.test" "$number" "www$number.example.test"
  world_add_host "web$number.example.test" "www$number.example.test" >/dev/null
done
hd halfday run >/dev/null
world_clock -8h # each is due, and its next request is here
cp -a "$STATE" "$W/kept"

from_the_start() {
  rm -rf "${STATE:?}"/*
  cp -a "$W/kept/." "$STATE"
}

as_issuer() { setpriv --reuid halfday-issuer --regid halfday-issuer --init-groups "$@"; }

# issuer FAULT AT ARGUMENTS…: see fault_at_call.cpp.
issuer() {
  as_issuer env LD_PRELOAD="$HALFDAY_BUILD/lib/fault_at_call.so $FAKETIME_LIBRARY" FAULT="$1" FAULT_AT="$2" \
    FAKETIME_TIMESTAMP_FILE="$CLOCK" FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
    "$BIN/halfday-issuer" --etc "$W/issuer/etc" --state "$STATE" "${@:3}"
}
issue() { issuer none 0 issue; }

coproc CHECKER { exec python3 "$here/ledger_state.py" "$STATE"; }

# expect_state AFTER chains|done ROWS
expect_state() {
  local found
  echo "${*:2}" >&"${CHECKER[1]}"
  read -r found <&"${CHECKER[0]}"
  [ "$found" = holds ] || fail "after $1: $found"
}

# What must hold after any fault, and that the next run ends the work.
expect_healing() {
  local after=$1
  expect_state "$after" chains
  run issuer none 0 ledger verify
  [ "$STATUS" = 0 ] || fail "after $after: the ledger does not hold"
  run issue
  [ "$STATUS" = 0 ] || fail "after $after: the next run ended with $STATUS"
  expect_state "$after and the next run" "done" $((2 * HOSTS))
}
