#!/bin/bash
# Closed months leave the ledger for compressed files: the history is the same as before, wherever the program was killed,
# and a file that is missing or was changed is found.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

world_begin "$(mktemp -d /tmp/halfday-archive.XXXXXX)"
STATE=$W/issuer/state LEDGER=$W/issuer/state/issuer/ledger.db ARCHIVE=$W/issuer/state/issuer/archive
trap 'umount -q "$STATE" || true; rm -rf "$W"' EXIT
mount -t tmpfs -o mode=755 tmpfs "$STATE" # what is tested is the order of calls, not the disk
HOSTS=(web1.example.test web2.example.test)
HEADS=$STATE/status/distributor/heads.json

export_to() { hd halfday ledger export >"$W/$1"; }
history() { hd halfday ledger export | sed 1d | sha256sum; }
rows() { sqlite3 "$LEDGER" "SELECT count(*) FROM certificates"; }
archives() { find "$ARCHIVE" -name '*.gz' | sort; }
back_to() {
  rm -rf "${STATE:?}"/*
  cp -a "$W/$1/." "$STATE"
}
archive_with() { # FAULT AT
  setpriv --reuid halfday-issuer --regid halfday-issuer --init-groups env FAULT="$1" FAULT_AT="$2" \
    LD_PRELOAD="$HALFDAY_BUILD/lib/fault_at_call.so" \
    "$BIN/halfday-issuer" --etc "$W/issuer/etc" --state "$STATE" ledger archive
}

# Two hosts, certificates 75 days, 40 days and no time ago: three months, none the same.
world_clock -75d
world_root >/dev/null 2>&1
hd halfday init >/dev/null
cp "$STATE/issuer/request.pem" "$W/stick/request.pem"
world_sign --lifetime 120d >/dev/null 2>&1
hd halfday accept "$W/stick/chain.pem" >/dev/null
for number in 1 2; do
  world_web_server "web$number.example.test" "$number" "www$number.example.test"
  world_add_host "web$number.example.test" "www$number.example.test" >/dev/null
done
hd halfday run >/dev/null
first_serial=$(served_serial web1.example.test www1.example.test)
later() {
  world_clock "$1"
  rm -rf "$STATE"/exchange/requests/* # they have expired
  hd halfday push >/dev/null
  expect 0 hd halfday issue --accept-clock
  hd halfday push >/dev/null
}
later -40d
later ""
expect_same 6 "$(rows)"
before=$(history)
export_to before.jsonl
cp -a "$STATE" "$W/kept"

promise "what is closed is told first, and a month that is not may be kept"
untouched=$(fingerprint_of "$STATE/issuer")
expect 0 hd halfday ledger archive --dry-run
expect_text "^would archive 20..-..: rows 1 to 2, $ARCHIVE/[0-9a-f]{32}-20..-..-1.jsonl.gz"
expect_text "^would archive 20..-..: rows 3 to 4, "
expect_same "$untouched" "$(fingerprint_of "$STATE/issuer")"
expect 0 hd halfday ledger archive --before "$(date -d '-75 days' +%Y-%m)"
expect_text "^no month is closed"
expect 2 hd halfday ledger archive --before 2026-9
expect_text "hint: write it as 2026-09"

promise "a closed month is a file that anybody can read, and its rows are gone from the ledger, which still holds"
expect 0 hd halfday ledger archive --json
expect_text '"archived":\[\{"month":"20..-..","first":1,"last":2,'
expect_same "2 2" "$(rows) $(archives | wc -l)"
expect_same "$(sed -n 2,3p "$W/before.jsonl")" "$(zcat "$(archives | head -n 1)")"
expect_same "600 halfday-issuer" "$(stat -c '%a %U' "$(archives | head -n 1)")"
expect 0 hd halfday ledger verify
expect_text "^archived: rows 1 to 4"
expect 0 hd halfday ledger archive
expect_text "^no month is closed that is not archived"

promise "the export has them all, and audit agrees with what the hosts saw"
export_to after.jsonl
expect_same "$(sed 1d "$W/before.jsonl")" "$(sed 1d "$W/after.jsonl")"
expect 0 hd halfday audit "$W/after.jsonl" --heads "$HEADS"
expect_text "^no difference"

promise "a search says what it left out, and finds it when it is told to"
expect 0 hd halfday ledger list
expect_same 4 "$(wc -l <<<"$OUT")"
expect_text "^rows 1 to 4 are in archives"
expect 0 hd halfday ledger list --archived --host web1.example.test
expect_same 4 "$(wc -l <<<"$OUT")"
expect 0 hd halfday ledger list --archived --limit 3
expect_same "web2.example.test" "$(sed -n 4p <<<"$OUT" | awk '{print $2}')"
expect_text "there are more"
expect 1 hd halfday ledger show "$first_serial"
expect_text "hint: it may be in an archive: --archived"
expect 0 hd halfday ledger show "$first_serial" --archived
expect_text "^row: +[12]$"
expect_text "BEGIN CERTIFICATE"
cp -a "$STATE" "$W/archived"

promise "an archive that is missing, changed, cut or another's is found, and named; nothing is exported without it"
oldest=$(archives | head -n 1) newest=$(archives | tail -n 1)
expect_fault() {
  expect 1 hd halfday ledger verify
  expect_text "$1"
  expect 1 hd halfday ledger export --out "$W/out/$RANDOM.jsonl"
  expect_text "hint: bring it back from a backup"
  expect 1 hd halfday backup "$W/faulty.tar"
  back_to archived
}
install -d -o halfday-issuer "$W/out"
rm "$oldest"
expect_fault "does not hold: the archive '$oldest' with rows 1 to 2 is missing"
printf x | dd of="$newest" bs=1 seek=100 conv=notrunc status=none
expect_fault "the archive '$newest' was changed: its SHA-256 is another"
truncate -s -1 "$newest"
expect_fault "the archive '$newest' was changed"
cp "$newest" "$oldest"
expect_fault "the archive '$oldest' was changed"

promise "who changes a row in an archive and the ledger's note of its file with it breaks the chain of hashes"
zcat "$oldest" | sed s/web1.example.test/web9.example.test/ | gzip >"$W/other.gz"
cat "$W/other.gz" >"$oldest"
sqlite3 "$LEDGER" "DROP TRIGGER archives_never_change" \
  "UPDATE archives SET file_sha256 = '$(sha256sum <"$oldest" | cut -d' ' -f1)' WHERE last = 2"
chown halfday-issuer: "$LEDGER"*
expect 1 hd halfday ledger verify
expect_text "the archive '$oldest': row [12] was changed"
back_to archived

promise "only rows that are in an archive can be deleted"
refused() { ! sqlite3 "$LEDGER" "$1" 2>/dev/null || fail "this went through: $1"; }
refused "DELETE FROM certificates WHERE sequence = 5"
refused "DELETE FROM archives"
refused "INSERT INTO archives SELECT 6, 5, month, (SELECT hash FROM certificates WHERE sequence = 6), file_sha256, 0 FROM archives LIMIT 1"
refused "INSERT INTO archives SELECT 5, 5, month, hash, file_sha256, 0 FROM archives LIMIT 1"
chown halfday-issuer: "$LEDGER"*

promise "minting goes on, and a backup carries the archives to a ledger that has all rows again"
world_clock +5h
expect 0 hd halfday issue
expect_text "^minted web1.example.test/www"
expect 0 hd halfday ledger verify
expect_text "^size: 8"
export_to longer.jsonl
expect 0 hd halfday backup "$W/issuer.tar"
expect_same 2 "$(tar -tf "$W/issuer.tar" | grep -c '^issuer/archive/')"
mv "$STATE/issuer" "$W/issuer.lost"
mv "$W/issuer/etc/hosts.d" "$W/hosts.d"
expect 0 hd halfday restore "$W/issuer.tar"
expect_same "8 0" "$(rows) $(find "$ARCHIVE" -name '*.gz' | wc -l)"
expect 0 hd halfday ledger verify
export_to restored.jsonl
expect 0 hd halfday audit "$W/restored.jsonl" --heads "$HEADS"
expect_text "^no difference"
expect_same "$(grep -o '"serial":"[^"]*' "$W/longer.jsonl")" "$(grep -o '"serial":"[^"]*' "$W/restored.jsonl")"
expect 0 hd halfday ledger archive
expect_same "4 2" "$(rows) $(archives | wc -l)"
expect 0 hd halfday ledger verify

promise "killed at any step, or with a full disk from some step on, nothing is lost, and the next run ends the work"
world_clock ""
deaths=0 full=0 step=2 # each second death, each sixth full disk: all of them passed once, and take their time
for fault in kill 28+; do
  for at in $(seq 1 $step 200); do
    back_to kept
    run archive_with $fault "$at"
    case $fault:$STATUS in
      kill:137) deaths=$((deaths + 1)) ;;
      28+:1) full=$((full + 1)) && expect_text "^halfday-issuer: error: " ;;
      *:0) grep -q ": warning: the ledger's file is as large as before" <<<"$OUT" || break ;;
      *) fail "with $fault at call $at it ended with $STATUS" ;;
    esac
    expect 0 hd halfday ledger verify
    expect_same "$before" "$(history)"
    expect 0 hd halfday ledger archive
    expect_same "2 2 0" "$(rows) $(archives | wc -l) $(find "$ARCHIVE" -name '.halfday*' | wc -l)"
    expect_same "$before" "$(history)"
  done
  step=6
done
[ "$deaths" -ge 20 ] && [ "$full" -ge 5 ] || fail "it died $deaths times and had no room $full times only"
echo "all promises held, after $deaths deaths and $full full disks"
