#!/bin/bash
# Killed at any write, or with a disk that is full from some moment on: `init --stage`, `accept` of several windows and
# `unseal` lose no key that the root has signed, leave none open that is to be sealed, and the same command ends the work.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
. "$here/root_box.sh"

I=$W/issuer STATE=$W/issuer/state/issuer
mkdir -p "$I/etc" "$STATE"
issuer() { "${HALFDAY_BIN:?}/halfday-issuer" --etc "$I/etc" --state "$I/state" "$@"; }
faulty() { # FAULT AT COMMAND…: see fault_at_call.cpp
  env LD_PRELOAD="${HALFDAY_BUILD:?}/lib/fault_at_call.so" FAULT="$1" FAULT_AT="$2" \
    "$HALFDAY_BIN/halfday-issuer" --etc "$I/etc" --state "$I/state" "${@:3}"
}
for window in 2 3; do echo "the passphrase of window $window" >"window$window"; done
STAGE=(init --stage 3 --window-passphrase-file window2 --window-passphrase-file window3)
SMALL_STAGE=(init --stage 2 --window-passphrase-file window2)
UNSEAL=(unseal --early --window-passphrase-file window2)

keep() { rm -rf kept && cp -a "$STATE" kept; }
from_the_start() { rm -rf "$STATE" && cp -a kept "$STATE"; }
count_of() { find "$STATE" -name "$1" | wc -l; }
no_leftovers() { expect_same 0 "$(count_of '.halfday-*')"; }
open_keys() { grep -rl "BEGIN PRIVATE KEY" "$STATE" | grep -vc ledger.key; }

# each_fault FAULT CALLS CHECK COMMAND…: at each of those calls (all where none is named) the command has that fault.
each_fault() {
  local fault=$1 calls=$2 check=$3 at
  shift 3
  for at in $(seq 100); do
    from_the_start
    FAULT_CALLS=$calls run faulty "$fault" "$at" "$@"
    [ "$STATUS" != 0 ] || break
    [ "$STATUS" = 137 ] || expect_text "^halfday-issuer: error: "
    AFTER="$fault at call $at"
    $check
  done
  [ "$at" -gt 1 ] && [ "$at" -lt 100 ] || fail "$fault: $at calls"
}

"$R" init "Example Root" --permit example.test --algorithm P-256 --state "$S" --passphrase-file passphrase >/dev/null 2>&1
install -m 644 "$S/root.pem" "$I/etc/root.pem"
issuer init >/dev/null
keep

promise "after init --stage was cut short, another one leaves a request for the keys that are there, and no others"
staged() {
  expect_same 1 "$(open_keys)"
  expect 0 issuer "${SMALL_STAGE[@]}"
  expect_same "1 1 2 2" "$(count_of key.pem) $(count_of sealed.pem) $(count_of request.pem) $(grep -c BEGIN "$STATE/stage.pem")"
  expect_same 1 "$(find "$STATE/intermediates" -mindepth 1 -maxdepth 1 | wc -l)"
  no_leftovers
}
each_fault kill "rename unlink" staged "${SMALL_STAGE[@]}"

from_the_start
expect 0 issuer "${STAGE[@]}"
PAPER=$(sed -n 's/^fingerprint: //p' <<<"$OUT")
"$R" sign "$STATE/stage.pem" --windows 3 --out chain.pem --state "$S" --passphrase-file passphrase --confirm "$PAPER" >/dev/null
keep

promise "after accept was cut short, no other stage deletes a sealed key, and accepting again takes all windows"
accepted() {
  expect 2 issuer "${SMALL_STAGE[@]}"
  expect_text "a window is sealed still|a request of 3 windows is waiting"
  expect 0 issuer accept chain.pem
  expect_same "3 2 1" "$(count_of chain.pem) $(count_of sealed.pem) $(count_of key.pem)"
}
for fault in kill 28+; do each_fault $fault "" accepted accept chain.pem; done

from_the_start
expect 0 issuer accept chain.pem
keep

promise "after unseal was cut short, the key is sealed still or unsealed already, and half of one is nowhere"
unsealed() {
  local sealed_still=1
  [ -z "$(find "$STATE/intermediates" -name key.pem)" ] || sealed_still=0
  run issuer "${UNSEAL[@]}"
  [ "$STATUS" = 0 ] || [ $sealed_still = 0 ] || fail "$AFTER: sealed, and not unsealed"
  [ "$STATUS" = 0 ] || expect_text "is unsealed already, and signs from"
  expect_same "2 1 2" "$(count_of key.pem) $(count_of sealed.pem) $(open_keys)"
  no_leftovers
}
each_fault kill "write rename unlink" unsealed "${UNSEAL[@]}"
each_fault 28+ rename unsealed "${UNSEAL[@]}"
echo "all promises held"
