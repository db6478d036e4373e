#!/bin/bash
# The system calls of real runs against the units' SystemCallFilter, which only systemd itself enforces: what a unit
# lacks here would fail on every box.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"
UNITS=$(realpath "$here/../../systemd")

HOST=web1.example.test NAME=www.example.test
world_begin "$(mktemp -d /tmp/halfday-filter.XXXXXX)"
trap 'rm -rf "$W"' EXIT
STATE=$W/issuer/state
{
  world_root
  world_issuer
  world_web_server "$HOST" 1 "$NAME"
  world_add_host "$HOST" "$NAME"
} >/dev/null

# The calls of a group, the groups in it included.
calls_of() {
  local each
  case $1 in
    @*) for each in $(systemd-analyze syscall-filter "$1" | grep -v '#' | tail -n +2); do calls_of "$each"; done ;;
    *) echo "$1" ;;
  esac
}

# What a unit's lines add to and take from @default, in their order.
allowed() {
  local line each
  calls_of @default | sort -u >"$W/allowed"
  while read -r line; do
    for each in ${line#\~}; do calls_of "$each"; done | sort -u >"$W/line"
    case $line in
      \~*) comm -23 "$W/allowed" "$W/line" ;;
      *) sort -u "$W/allowed" "$W/line" ;;
    esac >"$W/next"
    mv "$W/next" "$W/allowed"
  done < <(sed -n 's/^SystemCallFilter=//p' "$UNITS/$1.service")
}

# expect_allowed PROGRAM ARGUMENTS…: each call of a run, its children's too, is in its unit's filter.
expect_allowed() {
  local program=$1
  allowed "$program"
  strace -f -qq -o "$W/trace" setpriv --reuid "$program" --regid "$program" --init-groups \
    "$BIN/$program" --etc "$W/issuer/etc" --state "$STATE" "${@:2}" >/dev/null </dev/null || fail "$program ended with $?"
  sed "1,/execve(.*$program\"/d" "$W/trace" | sed -nE 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/p' | sort -u >"$W/used"
  OUT=$(comm -23 "$W/used" "$W/allowed")
  [ -z "$OUT" ] || fail "calls that the unit of $program does not allow"
  [ "$(wc -l <"$W/used")" -gt 20 ] || fail "the trace of $program is not one of a run"
}

promise "the distributor's unit allows what it and ssh do"
expect_allowed halfday-distributor push
promise "the issuer's unit allows what a run that mints does, seccomp and Landlock included"
expect_allowed halfday-issuer issue
grep -q seccomp "$W/used" || fail "no filter was loaded"
promise "and so for a delivery and a run with nothing due"
expect_allowed halfday-distributor push
expect_allowed halfday-issuer issue
echo "all promises held"
