#!/bin/bash
# The main job as a user types it: three boxes, a real sshd, a real nginx.
# asan
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test NAME=www.example.test
world_begin "$(mktemp -d /tmp/halfday-cycle.XXXXXX)"
trap 'rm -rf "$W"' EXIT
world_clock -12h
world_root >/dev/null
world_issuer >/dev/null
world_web_server "$HOST" 1 "$NAME"

promise "a host is enrolled only with the fingerprint that it showed itself"
before=$(fingerprint_of "$W/issuer/etc")
RIGHT=$IDENTITY_FINGERPRINT IDENTITY_FINGERPRINT="0000 0000 0000 0000 0000 0000 0000 0000"
expect 1 world_add_host "$HOST" "$NAME"
expect_text "hint: compare with what halfday-receiver init printed"
expect_same "$before" "$(fingerprint_of "$W/issuer/etc")"
IDENTITY_FINGERPRINT=$RIGHT
expect 0 world_add_host "$HOST" "$NAME"
expect 0 hd halfday host list
expect_text "^$HOST .*www=$NAME"
expect 0 hd halfday host list --json
expect_text "\"host\": \"$HOST\""
expect 0 hd halfday check --json
expect_text '"findings": ?\[\]'
expect 0 hd halfday check

promise "a dry run of a push says what it would do and does nothing"
expect 0 hd halfday push --dry-run
expect_text "$HOST"
[ ! -e "$W/issuer/state/exchange/requests/$HOST/www.jws" ] || fail "it fetched a request"

promise "a cycle brings the first certificate to the clients"
expect 0 hd halfday run
expect 0 client "$HOST" "$NAME"
expect_text "hello from $HOST"
first=$(served_serial "$HOST" "$NAME")

promise "a cycle with nothing due does nothing and says nothing"
for step in push issue run; do
  expect 0 hd halfday $step
  expect_silence
done
expect_same "$first" "$(served_serial "$HOST" "$NAME")"

promise "status shows what is served, proven by a handshake"
expect 0 hd halfday status
expect_text "^$HOST +www +OK +${first:0:12}.*handshake"
expect 0 hd halfday status --check
expect_text "^OK: 0 of 1"
expect 0 hd halfday status --metrics "$W/halfday.prom"
expect_silence
expect_same 644 "$(stat -c %a "$W/halfday.prom")"
grep -q "^halfday_certificate_health{host=\"$HOST\",certificate=\"www\"} 0$" "$W/halfday.prom" || fail "no metrics"
grep -q '^halfday_requests_total{outcome="minted"} 1$' "$W/halfday.prom" || fail "what was minted is not counted"
grep -q '^halfday_deliveries_total{outcome="proved"} 1$' "$W/halfday.prom" || fail "what was delivered is not counted"
if command -v promtool >/dev/null; then
  promtool check metrics <"$W/halfday.prom" || fail "promtool does not like the metrics"
else
  echo "no promtool here"
fi
expect 0 hd halfday status --json
grep -q "\"serving\": \"$first\"" <<<"$OUT" || fail "no serial in the JSON"

promise "inspect shows a served chain and a file alike"
expect 0 hd halfday inspect "127.0.0.1:$TLS_PORT"
expect_text "$NAME"
expect 0 hd halfday inspect "$W/root.pem"
expect_text "Example Root"
expect 1 hd halfday inspect "$NAME"
expect_text "hint: for what a server shows, name its port too: $NAME:443"

promise "the served certificate has exactly the profile's extensions, and an empty subject"
served_chain "$HOST" "$NAME" >"$W/chain.pem"
extensions=$(openssl x509 -in "$W/chain.pem" -noout -text | sed -n '/X509v3 extensions:/,/Signature Algorithm/s/^ \{12\}\([^ ].*[^ ]\) *$/\1/p' |
  sed 's/^2.5.29.56:/X509v3 No Revocation Available:/' | sort) # older versions of OpenSSL have no name for it
expect_same "$(printf '%s\n' 'X509v3 No Revocation Available:' 'X509v3 Authority Key Identifier:' 'X509v3 Basic Constraints: critical' \
  'X509v3 Extended Key Usage:' 'X509v3 Key Usage: critical' 'X509v3 Subject Alternative Name: critical' | sort)" "$extensions"
expect_same "subject=" "$(openssl x509 -in "$W/chain.pem" -noout -subject)"
lifetime=$(($(date -d "$(openssl x509 -in "$W/chain.pem" -noout -enddate | cut -d= -f2)" +%s) - $(date -d "$(openssl x509 -in "$W/chain.pem" -noout -startdate | cut -d= -f2)" +%s)))
expect_same 43199 "$lifetime"

promise "three verifiers accept the served chain with the root as the only trust anchor"
expect 0 moved openssl verify -x509_strict -CAfile "$W/root.pem" -no-CApath -untrusted "$W/chain.pem" -verify_hostname "$NAME" "$W/chain.pem"
expect 0 moved certtool --verify --load-ca-certificate "$W/root.pem" --infile "$W/chain.pem"
mkdir "$W/nss"
certutil -N -d "sql:$W/nss" --empty-password
certutil -A -d "sql:$W/nss" -n root -t C,, -i "$W/root.pem"
openssl x509 -in <(sed '1,/END CERTIFICATE/d' "$W/chain.pem") -out "$W/intermediate.pem"
certutil -A -d "sql:$W/nss" -n intermediate -t ,, -i "$W/intermediate.pem"
certutil -A -d "sql:$W/nss" -n leaf -t ,, -i "$W/chain.pem"
expect 0 moved certutil -V -u V -n leaf -d "sql:$W/nss"
expect_text "certificate is valid"

promise "four hours later the next cycle renews, in one connection to the host"
connections=$(grep -c "Accepted publickey" "$W/$HOST/sshd/sshd.log")
world_clock -8h
expect 0 hd halfday run
expect_differ "$first" "$(served_serial "$HOST" "$NAME")"
expect_same "$((connections + 1))" "$(grep -c "Accepted publickey" "$W/$HOST/sshd/sshd.log")"

promise "the story of the last cycle is told step by step, with times, to people and programs"
expect 0 hd halfday status --why "$HOST"
steps="fetched the host's request|issued $(served_serial "$HOST" "$NAME"), good until|sent the chain|received the chain|wrote it beside|made it the live one"
steps+="|test passed with it|web server was told|handshake showed|fetched the host's next request"
IFS='|' read -ra steps <<<"$steps"
number=0
for step in "${steps[@]}"; do
  expect_text "^  20..-..-..T..:..:..Z .*$step"
  line=$(grep -nm1 -- "$step" <<<"$OUT" | cut -d: -f1)
  ((line > number)) || fail "'$step' comes too early"
  number=$line
done
expect_text "^www: $(served_serial "$HOST" "$NAME") is served, proved by handshake"
expect_text "next renewal: 20.*, in "
expect 0 hd halfday status --why "$HOST" --json
python3 -c 'import json, sys; s = json.load(sys.stdin)["entries"][0]["events"]; assert [e["step"] for e in s][:4] == ["fetched", "issued", "sent", "received"], s' <<<"$OUT" ||
  fail "the JSON tells another story"
expect 2 hd halfday status --why web9.example.test

promise "mode and group of the key file are the configuration's, and survive a renewal"
expect_same "640 www-data" "$(stat -L -c '%a %G' "$W/$HOST/state/live/www/privkey.pem")"

promise "no private key is on the issuer box but the issuer's own, the ledger's and the SSH key"
expect_same "$(printf '%s\n' "$W/issuer/state/distributor/id_ed25519" "$W/issuer/state/issuer/key.pem" "$W/issuer/state/issuer/ledger.key" | sort)" \
  "$(grep -rlE 'BEGIN [A-Z ]*PRIVATE KEY' "$W/issuer" | sort)"

promise "the exchange can be lost: chains come from the ledger again, requests from the hosts"
rm -rf "$W"/issuer/state/exchange/{requests,receipts,chains}/*
second=$(served_serial "$HOST" "$NAME")
world_clock -4h
expect 0 hd halfday run
expect 0 client "$HOST" "$NAME"
expect_differ "$second" "$(served_serial "$HOST" "$NAME")"

promise "a host that was installed anew is rekeyed: all else in its file stays, and it is served"
file=$W/issuer/etc/hosts.d/$HOST.yaml
sed -i '1i # rack 7' "$file"
expect 0 hd halfday host rekey "$HOST"
expect_text "the identity of $HOST is still $IDENTITY_FINGERPRINT; nothing was changed"
rm -r "$W/$HOST/state"/*
world_receiver_init "$HOST"
before=$(cat "$file")
expect 1 hd halfday host rekey "$HOST" --confirm "0000 0000 0000 0000 0000 0000 0000 0000"
expect_same "$before" "$(cat "$file")"
expect 0 hd halfday host rekey "$HOST" --confirm "$IDENTITY_FINGERPRINT"
expect_same "$(sed '/^identity:/d' <<<"$before")" "$(sed '/^identity:/d' "$file")"
serial=$(served_serial "$HOST" "$NAME")
expect 0 hd halfday run
expect_text "^$HOST www: proved"
[ "$(served_serial "$HOST" "$NAME")" != "$serial" ] || fail "the host that was installed anew got nothing"
expect 0 hd halfday status --check

promise "a host that is removed is served no more"
expect 0 hd halfday host remove "$HOST"
expect_silence_of_issue() { expect 0 hd halfday issue; expect_silence; }
world_clock +0h
expect_silence_of_issue
expect 0 hd halfday host list
expect_no_text "$HOST"
echo "all promises held"
