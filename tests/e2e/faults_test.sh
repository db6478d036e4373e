#!/bin/bash
# The issuer among faults: killed at each step, and a disk that fails or is full from each step on. Whatever happens: no
# certificate without its row, none twice, and the next run ends the work by itself.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

. "$here/due_world.sh"

promise "killed at any step, no certificate is without its row, and the next run ends the work"
deaths=0
for at in $(seq 1 400); do
  from_the_start
  run issuer kill "$at" issue
  [ "$STATUS" = 137 ] || break
  deaths=$at
  expect_healing "death at call $at"
done
expect_same 0 "$STATUS"
[ "$deaths" -ge 40 ] || fail "it died $deaths times only"

promise "a disk that fails once, or is full from some moment on, is told, and with room the next run ends the work"
harmless=0
for fault in 5 28+; do
  for at in $(seq "$deaths"); do
    from_the_start
    run issuer $fault "$at" issue
    case $STATUS in
      0) grep -q ": warning: " <<<"$OUT" || { harmless=$((harmless + 1)) && expect_state "errno $fault at call $at" "done" $((2 * HOSTS)); } ;;
      1 | 3) expect_text "^halfday-issuer: error: " ;;
      *) fail "with errno $fault at call $at it ended with $STATUS" ;;
    esac
    expect_healing "errno $fault at call $at"
  done
done
echo "all promises held, after $deaths deaths, $harmless faults that did no harm"
