#!/bin/bash
# `halfday doctor`: each thing that is broken in a world is found, by name, and the command that it advises mends it.
# timeout: 120
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"
HOST=web1.example.test
world_begin "$(mktemp -d /tmp/halfday-doctor.XXXXXX)"
trap 'rm -rf "$W"' EXIT
ETC=$W/issuer/etc STATE=$W/issuer/state
mkdir "$W/cron.d"
mount --bind "$W/cron.d" /etc/cron.d
mount -t tmpfs tmpfs /var/lib
mount -t tmpfs tmpfs /var/spool
mkdir -p /var/spool/cron/crontabs
cp "$here/../../systemd/halfday.cron" /etc/cron.d/halfday
world_root >/dev/null 2>&1
world_issuer >/dev/null
world_command_host "$HOST" 1 >/dev/null
hd halfday run >/dev/null

doctor() { expect "$1" hd halfday doctor --json; }
# found [KEY] : the findings, but of the time service, which is this machine's and not the world's.
found() {
  python3 -c '
import json, sys
for each in json.load(sys.stdin)["findings"]:
    if each["what"].startswith("no time service"): continue
    print(each[sys.argv[1]] if len(sys.argv) > 1 else each["severity"] + " " + each["area"] + ": " + each["what"])
' "$@" <<<"$OUT"
}
look() { run hd halfday doctor --json; }
well() {
  look
  expect_same "" "$(found)"
}
# ill [AREA REGEX]…: just these are wrong; MEND is what is advised, a line each.
ill() {
  look
  local seen
  seen=$(found)
  [ "$(grep -c . <<<"$seen")" = $(($# / 2)) ] || fail "not $(($# / 2)) findings: $seen"
  while [ $# -gt 0 ]; do
    grep -qE "^(problem|warning) $1: .*$2" <<<"$seen" || fail "no finding of $1 like '$2': $seen"
    shift 2
  done
  MEND=$(found run)
}
# says REGEX: this is wrong, beside whatever else is.
says() {
  local seen
  seen=$(found)
  grep -qE "$1" <<<"$seen" || fail "no finding like '$1': $seen"
}
mended() {
  while read -r advice; do bash -c "$advice" >/dev/null 2>&1 || fail "the advice does not work: $advice"; done <<<"$MEND"
  well
}

promise "a box that never made a backup is told to, and one that did is well"
ill backup "no backup was made"
expect 0 hd halfday backup "$W/backup.tar"
before=$(fingerprint_of "$ETC" "$STATE")
well
expect_same "$before" "$(fingerprint_of "$ETC" "$STATE")"

promise "folders, configuration and keys with other owners or modes, files that root left with a service, a pin too many"
chmod 0755 "$STATE/issuer"
chown halfday-distributor "$STATE/status"
chmod 0666 "$ETC/known_hosts"
openssl genpkey -algorithm ed25519 -out "$ETC/mine.key" 2>/dev/null
touch "$STATE/distributor/left" "$STATE/distributor/over"
chmod 0644 "$STATE/issuer/key.pem"
key=$(cut -d' ' -f1,2 "$W/$HOST/sshd/host_key.pub")
echo "gone.example.test $key" >>"$ETC/known_hosts"
rm -r "$STATE/exchange/receipts"
ill access "issuer' is halfday-issuer:halfday-issuer 0755, not halfday-issuer:halfday-issuer 0700" \
  access "status' is halfday-distributor:halfday 0750" \
  access "there is no folder '.*receipts'" \
  access "known_hosts' is root 0666: others than root may change it" \
  keys "mine.key' holds a private key" \
  access "(left|over)' is root's, not the user halfday-distributor's, nor are 1 more" \
  keys "the key .*key.pem' is 0644, not 0600" \
  "host keys" "pinned for 'gone.example.test', which is not in the inventory"
mended

promise "a user who can enter the other's files, or not the exchange, or log in"
cp "$W/users/group" "$W/group.kept"
cp "$W/users/passwd" "$W/passwd.kept"
sed 's/^\(halfday-issuer:.*\)/\1halfday-distributor/' "$W/group.kept" >"$W/users/group"
ill users "'halfday-distributor' is in the group of 'halfday-issuer'"
grep -q "^gpasswd --delete halfday-distributor halfday-issuer$" <<<"$MEND" || fail "$MEND"
sed 's/^\(halfday:.*\):.*/\1:halfday-issuer/' "$W/group.kept" >"$W/users/group"
look
says "users: the user 'halfday-distributor' is not in group 'halfday'"
cp "$W/group.kept" "$W/users/group"
sed '/^halfday-issuer:/s|/usr/sbin/nologin|/bin/bash|' "$W/passwd.kept" >"$W/users/passwd"
ill users "'halfday-issuer' has the shell '/bin/bash'"
cp "$W/passwd.kept" "$W/users/passwd"

promise "nothing that starts the cycles, whatever a user who can start none writes into a crontab"
mv /etc/cron.d/halfday "$W/halfday.cron"
echo "* * * * * halfday run" >/var/spool/cron/crontabs/nobody
ill timer "nothing starts the cycles"
[ "$MEND" = "cp /usr/share/doc/halfday/halfday.cron /etc/cron.d/halfday" ] || fail "$MEND"
mv "$W/halfday.cron" /etc/cron.d/halfday

promise "a host that is not pinned"
sed -i "/^$HOST /d" "$ETC/known_hosts"
ill "host keys" "no SSH host key is pinned for $HOST"
expect 0 hd halfday host rekey "$HOST" --host-key "$key" --confirm "$IDENTITY_FINGERPRINT"

promise "a name that the intermediate can't sign, a clock that does not fit: as 'halfday check' says"
cp "$ETC/hosts.d/$HOST.yaml" "$W/kept.yaml"
sed -i "s/names: \[$HOST\]/names: [$HOST, www.elsewhere.org]/" "$ETC/hosts.d/$HOST.yaml"
ill issuer "www.elsewhere.org"
[ "$MEND" = "halfday policy explain $HOST" ] || fail "$MEND"
cp "$W/kept.yaml" "$ETC/hosts.d/$HOST.yaml"
world_clock -3h
look
says "^problem issuer: the clock says"
says "^problem clock: the clock says"
world_clock

promise "a host that fails, with the way to its story; an issuer box that stands still"
echo "$HOST $(cut -d' ' -f1,2 "$STATE/distributor/id_ed25519.pub")" >"$ETC/known_hosts"
expect 1 hd halfday push "$HOST" --ask
ill fleet "$HOST/www: .*known_hosts"
[ "$MEND" = "halfday status --why $HOST" ] || fail "$MEND"
echo "$HOST $key" >"$ETC/known_hosts"
expect 0 hd halfday push "$HOST" --ask
world_clock +2h
look
says "fleet: halfday-issuer last ran 2 h"
world_clock

promise "a receiver of another version"
sed -i 's/"version":"[^"]*"/"version":"0.0.9"/' "$STATE/status/distributor/status.json"
ill fleet "the receiver on $HOST is version 0.0.9, this box "
expect 0 hd halfday push "$HOST" --ask

promise "a disk without room"
mkdir "$W/small"
mount -t tmpfs -o size=20m,mode=755 tmpfs "$W/small"
cp -a "$STATE/." "$W/small/"
mount --bind "$W/small" "$STATE"
ill disk "of 20 MiB are free"
umount "$STATE" "$W/small"

promise "names are looked up when asked alone"
sed -i "s|reach: .*|reach: ssh://halfday-receiver@web1.invalid:22|" "$ETC/hosts.d/$HOST.yaml"
well
run hd halfday doctor --json --resolve
says "^problem fleet: $HOST has no address"
cp "$W/kept.yaml" "$ETC/hosts.d/$HOST.yaml"

promise "a root's key on a box with a network"
mkdir /var/lib/halfday-root
ill keys "'/var/lib/halfday-root' is on this box"
rmdir /var/lib/halfday-root

promise "problems end with 2, warnings with 1; people read what, why, and what to run"
chmod 0666 "$ETC/known_hosts"
expect 2 hd halfday doctor
expect_text "^problem: .*known_hosts"
expect_text "^  why: who changes it says what is signed"
expect_text "^  run: chown root: .*known_hosts && chmod go-w"
chmod 0644 "$ETC/known_hosts"
rm "$STATE/status/backup"
expect 1 hd halfday doctor
expect_text "^warning: no backup"

promise "the issuer's user sees what it may, and what it could not look at is told"
expect 1 setpriv --reuid halfday-issuer --regid halfday-issuer --init-groups "$BIN/halfday" --etc "$ETC" --state "$STATE" doctor
expect_text "^not looked at: '.*distributor': Permission denied"
expect_text "run: sudo halfday doctor"
echo "all promises held"
