#!/bin/bash
# Changing intermediates: the next one is made, signed and accepted while the old one works; it signs a day later, the
# old one's key goes when it has expired, and no poll of the web server fails.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test NAME=www.example.test
world_begin "$(mktemp -d /tmp/halfday-intermediates.XXXXXX)"
trap 'rm -rf "$W"' EXIT
S=$W/issuer/state/issuer
world_root >/dev/null
hd halfday init >/dev/null
cp "$S/request.pem" "$W/stick/request.pem"
world_sign --lifetime 20d >/dev/null
cp "$W/stick/chain.pem" "$W/stick/first.pem"
expect 0 hd halfday accept "$W/stick/chain.pem"
expect_text "signs: +from now on"
world_web_server "$HOST" 1 "$NAME"
world_add_host "$HOST" "$NAME" >/dev/null

at() { world_clock "+$1"; }
# The clock leaps by hours while nginx's old worker lives for ms: that one's certificate may be over.
poll() {
  nginx_settled "$HOST"
  expect 0 client "$HOST" "$NAME"
}
cycle() {
  poll
  expect 0 hd halfday run
  poll
}
# Further than certificates live: no client is promised anything.
leap() {
  at "$1"
  run hd halfday run # the request at hand has expired: the host is asked for another
  expect 0 hd halfday run
  poll
}
walk() {
  local hour
  for hour in "$@"; do
    at "${hour}h"
    cycle
  done
}
key_of() { openssl x509 -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -c1-32; }
# The key of the intermediate that the web server shows.
served_under() { served_chain "$HOST" "$NAME" | sed '1,/END CERTIFICATE/d' | key_of; }
refused_unchanged() {
  local pattern=$1 before
  shift
  before=$(fingerprint_of "$S")
  run "$@"
  [ "$STATUS" != 0 ] || fail "'$*' was not refused"
  expect_text "$pattern"
  expect_same "$before" "$(fingerprint_of "$S")"
}
expect 0 hd halfday run
poll
first=$(served_under)
expect_same "$(key_of <"$W/stick/first.pem")" "$first"

promise "the runway says how long issuing can go on, what ends first and which ceremony is due when"
expect 0 hd halfday status
expect_text "runway: issuing can go on for 19 d"
expect_text "ends first: intermediate "
expect_text "ceremony for an intermediate: due by .*, in 5 d"
expect_text "ceremony for a root: due by "
expect 0 hd halfday status --check

promise "a ceremony that is due is a warning, and critical with less than three days left"
leap 6d
expect 1 hd halfday status --check
expect_text "WARNING.*hold a ceremony for a new intermediate"
leap 418h
expect 2 hd halfday status --check
expect_text "CRITICAL.*issuing ends in 2 d"

promise "the next key is made beside the one that works, and asking twice makes no second one"
before=$(sha256sum "$S/key.pem" "$S/chain.pem" "$S/request.pem")
expect 0 hd halfday init --next
next_request=$(grep '^request:' <<<"$OUT" | awk '{print $2}')
expect_same "600 halfday-issuer" "$(stat -c '%a %U' "$(dirname "$next_request")/key.pem")"
expect 0 hd halfday init --next
expect_text "kept, it was there already"
expect_same "$next_request" "$(grep '^request:' <<<"$OUT" | awk '{print $2}')"
expect_same "$before" "$(sha256sum "$S/key.pem" "$S/chain.pem" "$S/request.pem")"

promise "a chain of another key, one that has expired and one that is not valid yet change nothing"
openssl ecparam -name prime256v1 -genkey -noout -out "$W/stick/other.key"
openssl req -new -key "$W/stick/other.key" -subj /CN=other -out "$W/stick/request.pem"
world_sign >/dev/null
refused_unchanged "it is for the key .*, and this issuer's keys are .* and " hd halfday accept "$W/stick/chain.pem"
cp "$next_request" "$W/stick/request.pem"
world_sign --lifetime 3h >/dev/null
at 422h
refused_unchanged "is not valid after" hd halfday accept "$W/stick/chain.pem"
at 450h
world_sign >/dev/null
at 422h
refused_unchanged "is not valid before" hd halfday accept "$W/stick/chain.pem"

promise "the next is accepted; for a day the old one signs, and the status says from when on the next does"
world_sign >/dev/null
cp "$W/stick/chain.pem" "$W/stick/next.pem"
expect 0 hd halfday accept "$W/stick/next.pem"
expect_text "signs: +from 20.*; until then what signed before does"
expect 0 hd halfday accept "$W/stick/next.pem" # again: nothing changes
refused_unchanged "is waiting already: it signs from" hd halfday init --next
cycle
walk 428
expect_same "$first" "$(served_under)"
expect 0 hd halfday status --check
expect 0 hd halfday status
expect_text "intermediate .* signs, ends "
expect_text "intermediate .* waits, signs from 20.*, ends "
expect 0 hd halfday status --json
expect_text '"turn": "waits"'
walk 434 440
expect_same "$first" "$(served_under)"

promise "after a day the next one signs, and the run that begins it says so"
at 446h
poll
expect 0 hd halfday push
expect 0 hd halfday issue
expect_text "from now on the intermediate .* signs, until .*; before it .* did"
expect 0 hd halfday push
poll
next=$(served_under)
expect_same "$(key_of <"$W/stick/next.pem")" "$next"
expect_differ "$first" "$next"
[ -f "$S/key.pem" ] || fail "the old key went before its certificate expired"
at 452h
poll
expect 0 hd halfday push
expect 0 hd halfday issue
expect_no_text "from now on"
expect 0 hd halfday push

promise "the ledger has both"
expect_same 2 "$(sqlite3 "$S/ledger.db" "select count(distinct intermediate) from certificates")"
expect 0 hd halfday ledger verify

promise "for one key, a chain that is older than the accepted one is refused with both dates"
cp "$next_request" "$W/stick/request.pem"
world_sign >/dev/null
expect 0 hd halfday accept "$W/stick/chain.pem"
refused_unchanged "it begins at 20.*, and the one that was accepted for this key already begins at 20" \
  hd halfday accept "$W/stick/next.pem"
cycle

promise "when the old one has expired its key is deleted, and issuing goes on"
walk 458 464 470 476 481
[ -f "$S/key.pem" ] || fail "the key went before a certificate was issued after its end"
walk 486
expect_same "$next" "$(served_under)"
for file in key.pem request.pem chain.pem; do [ ! -e "$S/$file" ] || fail "$file is still there"; done
expect 0 hd halfday check
expect 0 hd halfday status
expect_no_text "$(sed 's/..../& /g' <<<"$first" | sed 's/ $//')"
walk 492
expect 0 hd halfday init
expect_text "$(dirname "$next_request")/request.pem"
promise "a backup is made also where the first key is gone"
expect 0 hd halfday backup "$W/backup.tar"
expect_text "left out: the issuer's key"
echo "all promises held"
