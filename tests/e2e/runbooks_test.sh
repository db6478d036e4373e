#!/bin/bash
# The runbooks of the issuer box, command by command.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"
. "$here/runbook.sh"
. "$here/runbook_world.sh"
HOST=web1.example.org NAME=www.example.org

world_begin "$(mktemp -d /tmp/halfday-runbooks.XXXXXX)" example.org
STATE=$W/issuer/state
trap 'umount -q "$STATE" || true; rm -rf "$W"' EXIT
mount -t tmpfs -o size=4m,mode=755 tmpfs "$STATE"
runbook_boxes
rows() { sqlite3 "$STATE/issuer/ledger.db" 'select count(*) from certificates'; }

promise "disk full: it says so, nothing is lost, and with room it goes on by itself"
world_clock +4h
before=$(rows)
cat /dev/zero >"$STATE/core" 2>/dev/null || true
step disk-full 1
step disk-full 2
step disk-full 3
nginx_settled "$HOST"
expect 0 client "$HOST" "$NAME"
rm "$STATE/core"
step disk-full 4
expect_same "$((before + 1))" "$(rows)"

promise "a clock that is behind stops issuing until it is set"
world_clock +1h
step clock-wrong 1
step clock-wrong 2
world_clock +8h
step clock-wrong 3

promise "a clock that is far ahead of the ledger is accepted by a person alone, and so is the right one after it"
for offset in +34d +12h; do
  world_clock $offset
  step clock-wrong 1
  step clock-wrong 4
  step clock-wrong 5
done
expect_same 2 "$(sqlite3 "$STATE/issuer/ledger.db" 'select count(*) from clock_accepted')"
nginx_settled "$HOST"
expect 0 client "$HOST" "$NAME"

promise "closed months leave the ledger; here there are none"
step ledger-archive 1
expect_text "^no month is closed that is not archived"
step ledger-archive 2

promise "a backup is written, is a tar archive, and is not restored over an issuer"
step backup-and-restore 1
step backup-and-restore 2
expect 1 perform issuer "halfday backup issuer.tar"
expect_text "exists already"
state=$(fingerprint_of "$W/issuer/etc" "$STATE/issuer")
step backup-and-restore 3
expect_same "$state" "$(fingerprint_of "$W/issuer/etc" "$STATE/issuer")"
expect_same 0 "$(tar -xOf "$W/stick/issuer.tar" | grep -ac 'PRIVATE KEY')"

promise "the issuer box is lost some hours later, and comes back on another"
world_clock +16h
hd halfday run >/dev/null
served=$(served_serial "$HOST" "$NAME")
old_key=$(cat "$STATE/distributor/id_ed25519.pub")
umount "$STATE"
rm -rf "${W:?}"/issuer/etc/* # not this world's clock, which is hidden there
step issuer-lost 1
expect_same "root:root 644" "$(stat -c '%U:%G %a' "$W/issuer/etc/hosts.d/$HOST.yaml")"
expect_same "halfday-issuer 600" "$(stat -c '%U %a' "$STATE/issuer/ledger.db")"
expect 0 perform issuer "halfday restore issuer.tar"
for number in 2 3 4; do step issuer-lost $number; done
step issuer-lost 5
new_key=$(cat "$STATE/distributor/id_ed25519.pub")
expect_differ "$old_key" "$new_key"
sed -i "s|ssh-ed25519 .*|$new_key|" "$W/$HOST/sshd/authorized_keys"
step issuer-lost 6
expect_differ "$served" "$(served_serial "$HOST" "$NAME")"
nginx_settled "$HOST"
expect 0 client "$HOST" "$NAME"
step issuer-lost 7
expect_same 1 "$(grep -Ec '^(lost|rewritten|truncated|forked|other|unknown|damaged) ' <<<"$OUT")"

promise "old certificates are found in the new ledger, and it holds"
expect 0 hd halfday ledger list
expect_same "$(tar -xOf "$W/stick/issuer.tar" manifest.json | grep -o '"rows":[0-9]*' | cut -d: -f2)" "$(($(wc -l <<<"$OUT") - 2))"
expect 0 hd halfday ledger verify
expect_text "^from: log "

no_step_left_out backup-and-restore issuer-lost disk-full clock-wrong ledger-archive
echo "all promises held"
