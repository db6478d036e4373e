#!/bin/bash
# A ledger that is locked, damaged, cut, behind its head or gone, and two runs at once: each is told, with what to do, and
# nothing is minted that the ledger does not know.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"
. "$here/due_world.sh"

everything() { cat "$LEDGER"* "$STATE"/exchange/chains/*/*.pem | sha256sum; }

# expect_stop WHAT: issue says that the ledger is damaged and what to do, and leaves it and the chains alone.
expect_stop() {
  local before
  before=$(everything)
  run issue
  [ "$STATUS" = 1 ] || fail "with $1 it ended with $STATUS"
  expect_text "^halfday-issuer: error: the ledger '$LEDGER' is damaged: "
  expect_text "^halfday-issuer: hint: .*docs/runbooks/issuer-lost.md"
  expect_no_text "^minted"
  [ "$before" = "$(everything)" ] || fail "with $1 it changed something"
}

# hold_transaction SECONDS [SQL]: one that begins with SQL, or else may write, until this script kills it.
hold_transaction() {
  rm -f "$W/held"
  python3 -c '
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.executescript(sys.argv[3])
print("held", flush=True)
time.sleep(float(sys.argv[2]))' "$LEDGER" "$1" "${2:-BEGIN IMMEDIATE}" >"$W/held" &
  HOLDER=$!
  for _ in $(seq 500); do
    ! grep -q held "$W/held" || return 0
    sleep 0.02
  done
  fail "it does not hold the ledger"
}

promise "somebody who writes to the ledger for a moment is waited for"
from_the_start
hold_transaction 1
expect 0 issue
! kill -0 "$HOLDER" 2>/dev/null || fail "it did not wait"
expect_state "the wait" "done" $((2 * HOSTS))

promise "somebody who does not end is told, and how to find out who it is; the next run goes on"
from_the_start
hold_transaction 300
expect 1 issue
expect_text "^halfday-issuer: error: cannot write to the ledger '$LEDGER': database is locked"
expect_text "^halfday-issuer: hint: another program holds it .*fuser -v $LEDGER"
expect_no_text "^minted"
kill -KILL "$HOLDER"
wait "$HOLDER" 2>/dev/null || true
expect_state "the lock" chains
expect_healing "a lock"

promise "a ledger that is empty, cut or something else is left as it is"
size=$(stat -c %s "$W/kept/issuer/ledger.db")
for left in 0 50 4096 $((size / 2)) $((size - 4096)); do
  from_the_start
  truncate -s "$left" "$LEDGER"
  expect_stop "$left of $size bytes"
done
from_the_start
head -c "$size" < <(yes "something else") | as_issuer tee "$LEDGER" >/dev/null
expect_stop "something else"

promise "no page can be damaged without issue or ledger verify saying so"
for page in $(seq 0 $((size / 4096 - 1))); do
  from_the_start
  head -c 4096 < <(yes damage) | dd of="$LEDGER" bs=4096 seek="$page" conv=notrunc status=none
  before=$(everything)
  run issue
  if [ "$STATUS" = 0 ]; then # it had no need of that page
    expect 1 issuer none 0 ledger verify
    expect_text "^halfday-issuer: error: .*(does not hold|is damaged)"
  else
    expect_text "^halfday-issuer: error: the ledger '$LEDGER' is damaged: "
    expect_no_text "^minted"
    [ "$before" = "$(everything)" ] || fail "with page $page damaged it changed something"
  fi
done

promise "what the hint says can be done on the same box"
from_the_start
expect 0 hd halfday backup "$W/issuer.tar"
truncate -s 0 "$LEDGER"
mv "$STATE/issuer" "$STATE/issuer.damaged"
expect 0 hd halfday restore "$W/issuer.tar"
expect 0 issuer none 0 ledger verify

promise "a write-ahead log that was lost is seen by issue, its dry run, check, ledger verify and status"
from_the_start
hold_transaction 300 "BEGIN; SELECT count(*) FROM certificates" # so that the new rows stay in the log
expect 0 issue
kill -KILL "$HOLDER"
wait "$HOLDER" 2>/dev/null || true
rm "$LEDGER-wal" "$LEDGER-shm"
before=$(everything)
lost="the ledger has $HOSTS rows, and the head that this issuer published at [^ ]+Z has $((2 * HOSTS)): rows are lost"
for command in "issue" "issue --dry-run" "check" "ledger verify"; do
  # shellcheck disable=SC2086
  expect 1 issuer none 0 $command
  expect_text "^halfday-issuer: error: $lost"
  expect_text "^halfday-issuer: hint: .*docs/runbooks/issuer-lost.md"
  expect_no_text "^(minted|would mint)"
done
expect_same "$before" "$(everything)"
expect 2 hd halfday status --check
expect_text "CRITICAL: .*halfday-issuer: $lost"

promise "what its hint says can be done, too"
expect 0 hd halfday backup "$W/rest.tar"
mv "$STATE/issuer" "$STATE/issuer.damaged"
expect 0 hd halfday restore "$W/rest.tar"
cp -p "$STATE"/issuer.damaged/{key,request,chain}.pem "$STATE/issuer"
expect 0 issue
expect_text "^minted"
expect 0 issuer none 0 ledger verify

promise "two runs at once, a timer's and a person's, mint each certificate once"
for _ in 1 2 3 4 5; do
  from_the_start
  issue >"$W/first" 2>&1 &
  first=$!
  issue >"$W/second" 2>&1 &
  second=$!
  wait "$first" || fail "the first run ended with $?: $(cat "$W/first")"
  wait "$second" || fail "the second run ended with $?: $(cat "$W/second")"
  expect_same $HOSTS "$(cat "$W/first" "$W/second" | grep -c '^minted')"
  expect_state "two runs at once" "done" $((2 * HOSTS))
done

promise "a run that waits for its lock's holder goes on when that is killed"
from_the_start
hold_transaction 300 # so that the first run stays where it is
: >"$STATE/issuer/lock"
issue >"$W/first" 2>&1 &
first=$!
for _ in $(seq 500); do
  holder=$(cut -d' ' -f1 "$STATE/issuer/lock")
  [ -z "$holder" ] || break
  sleep 0.02
done
issue >"$W/second" 2>&1 &
second=$!
sleep 0.3
kill -0 "$second" || fail "the second run did not wait: $(cat "$W/second")"
kill -KILL "$holder" "$HOLDER"
wait "$first" "$HOLDER" 2>/dev/null || true
wait "$second" || fail "the second run ended with $?: $(cat "$W/second")"
expect_state "the holder's death" "done" $((2 * HOSTS))
echo "all promises held"
