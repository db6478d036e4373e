#!/bin/bash
# The ceremony log: whatever is done to it is found, and whatever happens to the box, it holds.
# asan
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
. "$here/root_box.sh"
LOG=$S/ceremony.log
request issuer
init() { "$R" init "Example Root" --permit example.test --algorithm Ed25519 --state "$S" --passphrase-file passphrase; }
sign() { "$R" sign request.pem --out chain.pem --state "$S" --passphrase-file passphrase --confirm "$PAPER"; }
verify() { "$R" log verify --state "$S" "$@"; }
signed() {
  rm -f chain.pem
  expect 0 sign
}

promise "each use of the root's key is a record that people and programs can read"
expect 1 "$R" log --state "$S"
expect_text "there is no root in '$S'"
expect 0 init
signed
signed
expect 0 "$R" log --state "$S"
expect_text "^RECORD +TIME +COMMAND +SUBJECT +SERIAL +VALID UNTIL"
expect_text "^1 +20.*Z +init +CN=Example Root +[0-9a-f]{12} +20.*Z$"
expect_text "^3 +20.*Z +sign +CN=Example Root intermediate 20.* +[0-9a-f]{12} +20.*Z$"
expect 0 "$R" log --json --state "$S"
python3 -c 'import json, sys; r = json.load(sys.stdin)["records"]; assert [e["number"] for e in r] == [1, 2, 3] and "BEGIN CERTIFICATE" in r[2]["certificates"][0]["certificate"]' <<<"$OUT"

promise "the log verifies with the root's certificate alone, and openssl verifies a signature of it"
expect 0 verify
expect_text "^  records +3$"
expect_text "^  signed up to +record 3$"
expect 0 "$R" log export --state "$S" --out export.log
cmp -s "$LOG" export.log || fail "the export is another"
expect 1 "$R" log export --state "$S" --out export.log
expect_text "exists"
expect 0 "$R" log verify export.log --root "$S/root.pem" --json --state nothing
expect_text '"faults": \[\]'
openssl x509 -in "$S/root.pem" -noout -pubkey >root.pub
python3 - export.log <<'PY'
import base64, hashlib, json, sys
line = open(sys.argv[1]).read().splitlines()[2]
record = json.loads(line)
open("signature", "wb").write(base64.b64decode(record.pop("signature")))
unsigned = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
open("head", "w").write(f"halfday ceremony log\n3\n{hashlib.sha256(unsigned.encode()).hexdigest()}\n")
PY
expect 0 openssl pkeyutl -verify -rawin -pubin -inkey root.pub -in head -sigfile signature

# damaged REGEX SED…: the log, changed so, does not hold, which verify tells and sign too, before it opens the key.
damaged() {
  local text=$1
  shift
  sed "$@" export.log >"$LOG"
  expect 1 verify --against export.log
  expect_text "error: .*$text"
  rm -f chain.pem
  expect 1 "$R" sign request.pem --out chain.pem --state "$S" --passphrase-file nothing --confirm "$PAPER"
  expect_text "error: .*ceremony log.*$text"
  [ ! -e chain.pem ] || fail "it was signed all the same"
}

promise "a record that was changed, dropped, doubled, moved or torn is found, told, and nothing more is signed"
damaged "record 2 was changed" '2s/"sign"/"open"/'
damaged "record 3 was changed" '3s/released/withheld/'
damaged "record 2 is missing" 2d
damaged "records 1 to 2 are missing" 1,2d
damaged "record 2 is there twice" 2p
damaged "record 2 comes after record 3" -e '2{h;d}' -e '3{G}'
damaged "line 3: it is not a record" '3s/.$//'
damaged "line 2: it is not a record" '2s/:/: /'
head -c -1 export.log >"$LOG"
expect 1 verify
expect_text "line 3: it is cut short"
rm "$LOG"
expect 1 sign
expect_text "the ceremony log '$LOG' is gone"

promise "where a log is lost and no export is left, a new one begins, which says so as long as it lives"
begin() { "$R" log begin --state "$S" --passphrase-file passphrase; }
printf '%s\n' "$(head -n 2 export.log | tail -n 1)" >"$LOG"
expect 0 begin
expect_text "warning: what was signed before is not in it"
signed
expect 0 verify
expect_text "warning: it does not go back to the first ceremony: a new log; the one before is 'ceremony.log.until-20.*: record 1 is missing"
cmp -s "$S"/ceremony.log.until-* <(sed -n 2p export.log) || fail "the old log is not kept"
expect 2 begin
expect_text "the ceremony log '$LOG' is whole"
rm "$LOG" "$S"/ceremony.log.until-*
expect 0 begin
expect 0 verify
expect_text "a new log: the one before was gone$"
expect 1 verify --against export.log
cp export.log "$LOG"

promise "what was cut off its end is found with an export, or its last line alone"
head -n 2 export.log >"$LOG"
expect 0 verify
expect 1 verify --against export.log
expect_text "record 3 was cut off, which the copy has"
tail -n 1 export.log >head.log
expect 1 verify --against head.log
expect_text "record 3 was cut off, which the copy has"
signed
expect 0 verify
expect 1 verify --against head.log
expect_text "record 3 is not the one that was copied"
cp export.log "$LOG"

promise "a log of another root is none of this one's"
expect 0 "$R" init "Example Root" --permit example.test --algorithm P-256 --state "$W/other" --passphrase-file passphrase
cp other/ceremony.log "$LOG"
expect 1 verify
expect_text "record 1 is signed by the key .*, which is no root's; no record is signed by the root"
cp export.log "$LOG"

if ! ldd "$R" | grep libasan >/dev/null; then
  faulty() { LD_PRELOAD=${HALFDAY_BUILD:?}/lib/fault_at_call.so FAULT=$1 FAULT_AT=$2 "${@:3}"; }
  # holds WHAT: the log is whole, and has a record for each certificate that left.
  holds() {
    verify >verified 2>&1 || fail "$1: $(cat verified)"
    [ ! -e chain.pem ] || grep -qF "$(openssl x509 -in chain.pem -noout -serial | cut -d= -f2 | tr A-F a-f)" "$LOG" || fail "$1: a chain without a record"
  }

  promise "killed at any write, sign leaves a whole log, and can be run again"
  cp -a "$S" before
  from_the_start() {
    rm -rf "$S" chain.pem
    cp -a before "$S"
  }
  for deaths in $(seq 0 40); do
    from_the_start
    run faulty kill $((deaths + 1)) sign
    [ "$STATUS" != 0 ] || break
    expect_same 137 "$STATUS"
    holds "death at call $((deaths + 1))"
    signed
    holds "after death at call $((deaths + 1))"
  done
  [ "$deaths" -gt 6 ] && [ "$deaths" -lt 40 ] || fail "it died $deaths times"

  promise "a disk that fails once, or is full from some moment on, is told, and the log is whole"
  for fault in 5 28+; do
    for at in $(seq "$deaths"); do
      from_the_start
      run faulty $fault "$at" sign
      case $STATUS in
        0) [ -e chain.pem ] || fail "$fault at call $at: no chain" ;;
        1) expect_text "^halfday-root: error: " ;;
        *) fail "with $fault at call $at it ended with $STATUS" ;;
      esac
      holds "$fault at call $at"
    done
  done

  promise "killed at any write, init leaves a root that the next init finishes, with a whole log"
  for at in $(seq 40); do
    rm -rf "$S" chain.pem
    run faulty kill "$at" init
    [ "$STATUS" != 0 ] || break
    [ -e "$S/root.pem" ] || expect 0 init
    holds "death at call $at"
  done
  [ "$at" -gt 8 ] && [ "$at" -lt 40 ] || fail "$at calls"
fi
echo "all promises held"
