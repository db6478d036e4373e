#!/bin/bash
# The units, their users and folders, and the cron lines.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
units=$here/../../systemd
BIN=${HALFDAY_BIN:?}
copy=$(mktemp -d /tmp/halfday-units.XXXXXX)
trap 'rm -rf "$copy"' EXIT
cp "$units"/*.service "$units"/*.socket "$units"/*.timer "$copy"
sed -i "s|/usr/bin/halfday|$BIN/halfday|" "$copy"/*.service

promise "systemd-analyze verify has nothing to say"
for unit in halfday.timer halfday.service halfday-issuer.service halfday-distributor.service halfday-notify.service halfday-receiver.socket; do
  expect 0 systemd-analyze verify --man=no --recursive-errors=one "$copy/$unit"
  expect_silence
done

promise "the issuer's unit is exposed at 1.5 or less, the distributor's at 2.5 or less"
for pair in issuer:15 distributor:25; do
  expect 0 systemd-analyze security --offline=true --threshold="${pair#*:}" "$copy/halfday-${pair%:*}.service"
  tail -n 1 <<<"$OUT"
done
grep -q '^PrivateNetwork=yes' "$units/halfday-issuer.service" || fail "the issuer has a network"

promise "the timer comes every 15 minutes"
expect 0 systemd-analyze calendar --iterations=2 '*:0/15'

promise "the users and folders are accepted by systemd-sysusers and systemd-tmpfiles"
mkdir -p "$copy/root/etc"
expect 0 systemd-sysusers --root="$copy/root" "$units/halfday.sysusers.conf" "$units/halfday-receiver.sysusers.conf"
expect_same "/bin/sh" "$(grep ^halfday-receiver: "$copy/root/etc/passwd" | cut -d: -f7)"
expect_same "halfday-issuer,halfday-distributor" "$(grep ^halfday: "$copy/root/etc/group" | cut -d: -f4 | tr , '\n' | sort -r | paste -sd,)"
expect 0 systemd-tmpfiles --root="$copy/root" --create "$units/halfday.tmpfiles.conf"
expect_same 700 "$(stat -c %a "$copy/root/var/lib/halfday/issuer")"
expect_same 750 "$(stat -c %a "$copy/root/var/lib/halfday/exchange")"

promise "each cron line has a time, root as its user and a program that exists"
lines=0
while read -r minute hour day month weekday user program arguments; do
  case $minute in '#'* | '' | *=*) continue ;; esac
  [[ "$hour$day$month$weekday" = '****' ]] || fail "not every hour: $minute $hour"
  expect_same root "$user"
  [ -x "$BIN/${program##*/}" ] || fail "no such program: $program"
  # shellcheck disable=SC2086  # words
  expect 0 "$BIN/${program##*/}" $arguments --help
  lines=$((lines + 1))
done <"$units/halfday.cron"
expect_same 1 "$lines"
