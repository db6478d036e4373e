#!/bin/bash
# The record of what was issued: searched, exported, and held against what two hosts saw of it, while somebody with the
# issuer's box in his hands rewrites it, cuts it, takes it back and begins it anew.
# asan
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

world_begin "$(mktemp -d /tmp/halfday-audit.XXXXXX)"
trap 'rm -rf "$W"' EXIT
LEDGER=$W/issuer/state/issuer/ledger.db
HEADS=$W/issuer/state/status/distributor/heads.json

# What the box's owner can do with the ledger: SQL, and every hash made to fit again.
tamper() {
  python3 - "$LEDGER" "$@" <<'PY'
import hashlib, sqlite3, sys

def field(value):
    data = value if isinstance(value, bytes) else str(value).encode()
    return str(len(data)).encode() + b":" + data

database = sqlite3.connect(sys.argv[1])
database.execute("PRAGMA journal_mode=DELETE")
for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
    database.execute("DROP TRIGGER " + name)
for statement in sys.argv[3:]:
    database.execute(statement)
if sys.argv[2] == "rehash":
    log, = database.execute("SELECT id FROM log").fetchone()
    previous = hashlib.sha256(("halfday ledger " + log).encode()).hexdigest()
    for row in database.execute("SELECT * FROM certificates ORDER BY sequence").fetchall():
        digest = hashlib.sha256(b"".join(field(value) for value in (*row[:12], previous))).hexdigest()
        database.execute("UPDATE certificates SET previous_hash = ?, hash = ? WHERE sequence = ?", (previous, digest, row[0]))
        previous = digest
database.commit()
PY
  chown halfday-issuer: "$LEDGER"
}

keep_ledger() { rm -rf "$W/$1" && mkdir "$W/$1" && cp -p "$LEDGER"* "$W/$1"; }
bring_back() { rm -f "$LEDGER"* && cp -p "$W/$1"/ledger.db* "$(dirname "$LEDGER")"; }

# An auditor's box has two files and none of the folders.
audit() {
  hd halfday ledger export >"$W/export.jsonl"
  run moved "$BIN/halfday" --etc /nonexistent --state /nonexistent audit "$W/export.jsonl" --heads "$HEADS"
}
expect_difference() { expect_text "^$1 +$2.*${3:-}"; }
expect_only() { [ -z "$(sed '1,/^DIFFERENCE/d' <<<"$OUT" | grep -Ev "^($1) ")" ] || fail "another difference than $1"; }

world_clock -12h
world_root >/dev/null
world_issuer >/dev/null
for number in 1 2; do
  world_web_server "web$number.example.test" "$number" "www$number.example.test"
  world_add_host "web$number.example.test" "www$number.example.test" >/dev/null
done
hd halfday run >/dev/null
keep_ledger two-rows
world_clock -8h
hd halfday run >/dev/null
serial=$(served_serial web1.example.test www1.example.test)

promise "the ledger is searched by host, name, serial and time, the newest first"
expect 0 hd halfday ledger list
expect_same 5 "$(wc -l <<<"$OUT")"
expect 0 hd halfday ledger list --host web1.example.test --since 1h
expect_text "web1.example.test +www +${serial:0:12}"
expect_same 2 "$(wc -l <<<"$OUT")"
expect 0 hd halfday ledger list --name www2.example.test --until 1h
expect_same 2 "$(wc -l <<<"$OUT")"
expect_no_text web1
expect 0 hd halfday ledger list --limit 1
expect_text "there are more"
expect 0 hd halfday ledger list --serial "$serial" --json
expect_text "\"serial\":\"$serial\""
expect 2 hd halfday ledger list --host web1.example.tets
expect_text "hint: did you mean 'web1.example.test'"
expect 2 hd halfday ledger list --since yesterday
expect_text "hint: give a time such as"

promise "a certificate is shown with its request and its chain"
expect 0 hd halfday ledger show "${serial:0:16}"
expect_text "^serial: +$serial"
expect_text "BEGIN CERTIFICATE"
expect 1 hd halfday ledger show ffffffff
expect_text "hint: halfday ledger list"

promise "the ledger holds, and says where it stands"
expect 0 hd halfday ledger verify
expect_text "^size: 4"

promise "an export agrees with what both hosts saw, on a box that has nothing else"
audit
expect_same 0 "$STATUS"
expect_text "held against 4 heads and 2 served certificates of 2 hosts"
expect_text "^no difference"
expect 0 hd halfday audit "$W/export.jsonl" --json
expect_text '"findings":\[\]'

promise "an export is a new file, never another's"
install -d -o halfday-issuer "$W/out"
expect 0 hd halfday ledger export --out "$W/out/ledger.jsonl"
expect_same "$(sed 1d "$W/export.jsonl")" "$(sed 1d "$W/out/ledger.jsonl")"
# Its form is as the man page says; this ledger was never restored.
python3 - "$here/../../docs/man/halfday-ledger.5.scd" "$W/export.jsonl" <<'PY'
import json, re, sys
pages = {part.split("\n")[0]: set(re.findall(r"\*([a-z0-9_]+)\*", " ".join(re.findall(r"^\*.*", part, re.M))))
         for part in re.split(r"^# ", open(sys.argv[1]).read(), flags=re.M)}
first, row = [set(json.loads(line)) for line in open(sys.argv[2]).readlines()[:2]]
assert pages["THE FIRST LINE"] == first | {"restored_from"}, first
assert pages["A ROW"] == row, row
PY
expect 1 hd halfday ledger export --out "$W/out/ledger.jsonl"

promise "a row that was changed is damage that the ledger itself shows"
keep_ledger whole
tamper plain "UPDATE certificates SET host = 'web9.example.test' WHERE sequence = 2"
expect 1 hd halfday ledger verify
expect_text "row 2 was changed"
audit
expect_same 1 "$STATUS"
expect_difference damaged - "row 2 was changed"

promise "history that was rewritten, every hash made to fit, differs from what the hosts saw"
bring_back whole
tamper rehash "UPDATE certificates SET at = at + 60 WHERE sequence = 2"
expect 1 hd halfday ledger verify
expect_text "the ledger's row 4 is another than when this issuer published its head"
audit
expect_same 1 "$STATUS"
expect_difference rewritten "web1.example.test, web2.example.test"
expect_only rewritten

promise "rows that were cut off are missed"
bring_back whole
tamper rehash "DELETE FROM certificates WHERE sequence = 4"
expect 1 hd halfday ledger verify
expect_text "the ledger has 3 rows, and the head .* has 4: rows are lost"
audit
expect_same 1 "$STATUS"
expect_difference truncated "web1.example.test, web2.example.test"
expect_difference "unknown serial" web
expect_only "truncated|unknown serial"

promise "so are those of an older backup"
bring_back two-rows
audit
expect_same 1 "$STATUS"
expect_difference truncated "web1.example.test, web2.example.test" "saw 4 rows, and the export has 2"
expect_only "truncated|unknown serial"

promise "an older copy that is issued from, the issuer's own head removed, is a fork; no host refuses a certificate over it"
expect 1 hd halfday issue
expect_text "the ledger has 2 rows, and the head .* has 4: rows are lost"
rm "$W/issuer/state/exchange/chains/ledger_head.jws"
expect 0 hd halfday issue
expect_text "minted web1.example.test/www"
expect 0 hd halfday push
expect_differ "$serial" "$(served_serial web1.example.test www1.example.test)"
expect 0 hd halfday ledger verify
audit
expect_same 1 "$STATUS"
expect_difference forked "web1.example.test, web2.example.test"
expect_only forked

promise "a ledger that was begun anew is another log"
rm -f "$LEDGER"*
hd halfday init >/dev/null
audit
expect_same 1 "$STATUS"
expect_difference "other log" "web1.example.test, web2.example.test"
expect_difference "unknown serial" web1.example.test
expect_only "other log|unknown serial"

promise "heads that somebody changed on the way are counted, and files of another kind are refused"
sed -i 's/"hosts":\[{"host":"web1.example.test","heads":\[{"head":"ed25519:.\{70\}/&A/' "$HEADS"
audit
expect_text "note: 1 reported heads do not open"
expect 1 hd halfday audit "$W/root.pem"
expect_text "not an exported ledger"
expect 1 hd halfday audit "$W/export.jsonl" --heads "$W/root.pem"
expect_text "is not what hosts report"
echo "all promises held"
