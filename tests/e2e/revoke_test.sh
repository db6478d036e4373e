#!/bin/bash
# An intermediate is taken back: the CRL goes from the air-gapped box to the issuer and with each delivery to the hosts,
# none of which takes a chain under it any more; a CRL that is older, forged or damaged changes nothing anywhere.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test NAME=www.example.test
world_begin "$(mktemp -d /tmp/halfday-revoke.XXXXXX)"
trap 'rm -rf "$W"' EXIT
S=$W/issuer/state/issuer H=$W/$HOST
world_root >/dev/null
world_issuer >/dev/null
world_web_server "$HOST" 1 "$NAME"
world_add_host "$HOST" "$NAME" >/dev/null
hd halfday run >/dev/null
cd "$W/stick"
cp chain.pem stolen.pem
serial=$(openssl x509 -in stolen.pem -noout -serial | cut -d= -f2)
lower=$(tr A-F a-f <<<"$serial")

root() {
  local command=$1
  shift
  root_box "$command" "$@" --passphrase-file "$W/root-box/passphrase"
}
crl_number() { openssl crl -in "$1" -noout -crlnumber | sed 's/.*=0x//'; }
poll() {
  nginx_settled "$HOST"
  expect 0 client "$HOST" "$NAME"
}

promise "the root revokes what it signed, by serial or file, and nothing else"
box=$(fingerprint_of "$W/root-box/state")
expect 1 root revoke 0102 --out crl.pem
expect_text "signed no intermediate 0102"
expect 2 root revoke nothing.pem --out crl.pem
expect_text "neither a file nor a serial number"
expect 2 root revoke stolen.pem --reason boredom --out crl.pem
expect_text "one of unspecified, keyCompromise"
expect 1 root revoke "$W/root.pem" --out crl.pem
expect_text "signed no intermediate"
expect_same "$box" "$(fingerprint_of "$W/root-box/state")"
[ ! -e crl.pem ] || fail "a CRL was written"

promise "OpenSSL verifies the CRL, and the log has it before it leaves"
expect 0 root crl --out empty.pem
expect_text "revoked +none"
expect 0 root revoke "$(sed 's/../&:/g;s/:$//' <<<"$serial")" --reason keyCompromise --out crl.pem
expect_text "clients of the web servers see no CRL"
expect 0 openssl crl -in crl.pem -CAfile "$W/root.pem" -noout -text
expect_text "verify OK"
expect_text "Version 2"
expect_text "Serial Number: $serial"
expect_text "Key Compromise"
[[ 0x$(crl_number crl.pem) -gt 0x$(crl_number empty.pem) ]] || fail "the number did not grow"
expect 0 root_box log verify
expect 1 root revoke stolen.pem --out crl.pem
expect_text "'crl.pem' exists already"

promise "the request of a stolen key gets it no new certificate"
expect 1 root sign request.pem --out again.pem --confirm "$(request_fingerprint)"
expect_text "nothing was signed: the request's key is that of .*serial $lower, which was revoked"
[ ! -e again.pem ] || fail "a chain was written"

promise "a backup that was restored forgets no CRL that is given to it, and numbers grow all the same"
cp -a "$W/root-box/state" "$W/root-box/newer"
head -n 2 "$W/root-box/newer/ceremony.log" >"$W/root-box/state/ceremony.log"
expect 0 root crl --after crl.pem --out restored.pem
expect_text "$lower"
[[ 0x$(crl_number restored.pem) -gt 0x$(crl_number crl.pem) ]] || fail "the number did not grow"
head -n 2 "$W/root-box/newer/ceremony.log" >"$W/root-box/state/ceremony.log"
sleep 2 # numbers are seconds where nothing is known of the one before
expect 0 root crl --out forgot.pem
expect_text "revoked +none"
rm -r "$W/root-box/state" restored.pem
mv "$W/root-box/newer" "$W/root-box/state"

promise "a chain that was minted before the CRL came"
world_clock +5h
expect 0 hd halfday push
expect 0 hd halfday issue
expect_text "minted $HOST/www"

promise "the issuer takes the CRL, and refuses to use the intermediate"
chmod 644 ./*.pem
expect 0 hd halfday accept empty.pem
expect 0 hd halfday accept crl.pem
expect_text "^revoked: +$lower at .* \(keyCompromise\)"
expect 0 hd halfday accept crl.pem
expect 1 hd halfday issue
expect_text "serial $lower, was revoked at .* \(keyCompromise\)"
expect_text "hint: .*halfday init"
expect 1 hd halfday check
expect_text "was revoked"

promise "an older CRL, a stranger's, a damaged one and none at all are refused and change nothing"
mkdir other
moved "$BIN/halfday-root" init "Example Root" --permit example.test --state other/state --passphrase-file "$W/root-box/passphrase" >/dev/null
moved "$BIN/halfday-root" crl --out other.pem --state other/state --passphrase-file "$W/root-box/passphrase" >/dev/null
openssl crl -in crl.pem -outform DER | head -c -1 >cut.der
{ echo "-----BEGIN X509 CRL-----"; base64 cut.der; echo "-----END X509 CRL-----"; } >cut.pem
{ echo "-----BEGIN X509 CRL-----"; head -c 100000 /dev/zero | base64; echo "-----END X509 CRL-----"; } >large.pem
chmod 644 ./*.pem
before=$(fingerprint_of "$S" "$W/issuer/state/exchange")
refuse() {
  expect 1 hd halfday accept "$1"
  expect_text "$2"
  expect_same "$before" "$(fingerprint_of "$S" "$W/issuer/state/exchange")"
}
refuse empty.pem "a newer one is kept, $((16#$(crl_number crl.pem)))"
refuse forgot.pem "it leaves out $lower"
refuse other.pem "another key than the root's signed it"
refuse cut.pem "is no CRL: malformed CRL"
refuse large.pem "larger than"

promise "an issuer that is restored from a backup knows what was revoked"
expect 0 hd halfday backup "$W/revoked.tar"
mv "$S" "$S.lost"
expect 0 hd halfday restore "$W/revoked.tar"
expect_same "$(<"$S.lost/crls.pem")" "$(<"$S/crls.pem")"
rm -r "$S"
mv "$S.lost" "$S"

promise "the host gets the CRL before the chain, refuses that, and asks anew; what it serves stays"
old=$(served_serial "$HOST" "$NAME")
run hd halfday push
expect_text "refused: .*serial $lower, was revoked"
expect_same "$lower" "$(openssl crl -in "$H/state/crls.pem" -noout -text | sed -n 's/ *Serial Number: //p' | tr A-F a-f)"
expect_same "$old" "$(served_serial "$HOST" "$NAME")"
poll
expect 0 moved "$BIN/halfday-receiver" --etc "$H/etc" --state "$H/state" check
expect_text "warning.*serial $lower, was revoked"

promise "the exchange may lose it"
rm "$W/issuer/state/exchange/chains/root_crls.pem"

promise "the next intermediate has another key, signs at once, and the fleet goes on"
expect 0 hd halfday init
expect_differ "$(openssl x509 -in stolen.pem -noout -pubkey)" "$(openssl req -in "$S"/intermediates/*/request.pem -noout -pubkey)"
expect 0 hd halfday init # twice makes no second key
cp "$S"/intermediates/*/request.pem request.pem
world_sign >/dev/null
expect 0 hd halfday accept chain.pem
expect_text "signs: +from now on"
expect 0 hd halfday renew "$HOST"
expect_differ "$old" "$(served_serial "$HOST" "$NAME")"
poll
cmp -s "$W/issuer/state/exchange/chains/root_crls.pem" crl.pem || fail "the CRL was not published again"

promise "whatever a delivery says of CRLs, the host keeps the highest number of its root, and answers"
kept=$(sha256sum <"$H/state/crls.pem")
deliver() {
  python3 -c '
import json, sys
print(json.dumps({"protocol": 1, "chains": [], "crls": "".join(open(each).read() for each in sys.argv[1:])}))' "$@" |
    runuser -u halfday-receiver -- "$H/serve"
}
unchanged() {
  local why=$1
  shift
  run deliver "$@"
  [ "$STATUS" = 0 ] || fail "the host gave no answer"
  expect_text "\"receipts\":\[\{"
  expect_text "\"crl_note\":\"$why"
  expect_same "$kept" "$(sha256sum <"$H/state/crls.pem")"
}
unchanged "CRL [0-9]+: a newer one is kept" empty.pem
unchanged "CRL [0-9]+: another key than the root's signed it" other.pem
unchanged "malformed CRL" cut.pem
unchanged "CRL: larger than 65536 bytes" large.pem
unchanged "CRL: a PEM block that is none" stolen.pem
unchanged "CRL: not 1 to 4 PEM blocks" crl.pem crl.pem crl.pem crl.pem crl.pem
run deliver
expect_no_text crl_note # an older distributor's

promise "past its nextUpdate it is warned of, blocks nothing and counts on"
expect 0 root crl --next-update 1h --out short.pem
expect_text "$lower"
chmod 644 short.pem
expect 0 hd halfday accept short.pem
world_clock +10h
expect 0 hd halfday run
expect_text "warning: CRL .* was to be followed by another one"
poll
expect 1 hd halfday status --check
expect_text "WARNING: .*CRL .* was to be followed by another one"
expect 0 hd halfday status
expect_text "^CRL $((16#$(crl_number short.pem))) of CN=Example Root: 1 revoked, another one is due by"
expect 0 moved "$BIN/halfday-receiver" --etc "$H/etc" --state "$H/state" check
expect_text "warning.*was to be followed by another one"
echo "all promises held"
