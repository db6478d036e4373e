#!/bin/bash
# From one root to the next: at every stage, who trusts the old root alone, and who trusts the next one alone, accepts
# what servers send, by three verifiers that know nothing of halfday; and no stage needs another to have happened at a
# moment.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test
world_begin "$(mktemp -d /tmp/halfday-rotate.XXXXXX)"
trap 'rm -rf "$W"' EXIT
S=$W/issuer/state/issuer H=$W/$HOST P=$W/root-box/passphrase
world_root >/dev/null 2>&1
world_issuer >/dev/null
world_host "$HOST" 1
cat >"$H/etc/receiver.yaml" <<YAML
host: $HOST
roots: [root.pem]
certificates:
  www: {names: [$HOST], server: command, install: [/bin/true]}
YAML
world_receiver_init "$HOST"
world_sshd "$HOST"
world_add_host "$HOST" "$HOST" >/dev/null
cd "$W/stick"
hd halfday run >/dev/null

served() { cat "$H/state/live/www/fullchain.pem"; }
count() { served | grep -c BEGIN; }
by_openssl() { moved openssl verify -x509_strict -purpose sslserver -CAfile "$1" -untrusted chain.txt leaf.txt; }
by_gnutls() { moved certtool --verify --load-ca-certificate "$1" --infile chain.txt; }
by_nss() {
  local at=0 db=nss-$1-$RANDOM
  mkdir "$db"
  moved certutil -N -d "sql:$db" --empty-password
  moved certutil -A -d "sql:$db" -n trusted -t C,, -i "$1"
  csplit -sz -f "$db/part" chain.txt '/-----BEGIN/' '{*}'
  for part in "$db"/part*; do moved certutil -A -d "sql:$db" -n "c$((at++))" -t ,, -i "$part"; done
  moved certutil -V -u V -n c0 -d "sql:$db"
}
# seen ROOT yes|no: what every verifier says of what is served, when it trusts that root alone.
seen() {
  local verifier
  served >chain.txt
  served | openssl x509 >leaf.txt
  for verifier in by_openssl by_gnutls by_nss; do
    run "$verifier" "$1"
    [ "$2 $STATUS" = "yes 0" ] || { [ "$2" = no ] && [ "$STATUS" != 0 ]; } || fail "$verifier with $1: not $2"
  done
}
cycle() {
  run hd halfday run # what expired meanwhile is asked for anew
  expect 0 hd halfday run
}
cp "$W/root.pem" old.pem

promise "before: the old root alone"
seen old.pem yes
expect_same 2 "$(count)"

promise "the root box makes the next root and has the two sign each other, once it is asked right"
rotate() { root_box rotate "$@" --next "$W/root-box/next" --out cross.pem --passphrase-file "$P" --next-passphrase-file "$P"; }
expect 2 rotate
expect_text "there is no root in '.*next' yet"
expect 1 rotate "Next Root" --permit example.org
expect_text "permit no domain in common"
expect 1 rotate "Example Root"
expect_text "could not tell them apart"
[ ! -e "$W/root-box/next" ] || fail "a root was made"
expect 0 rotate "Next Root"
expect_text "next root +$W/root-box/next/root.pem"
expect 1 rotate
expect_text "'cross.pem' exists already"
cp "$W/root-box/next/root.pem" next.pem
chmod 644 ./*.pem
expect 0 openssl x509 -in cross.pem -noout -issuer -subject -ext basicConstraints,nameConstraints
expect_text "issuer=CN = Example Root"
expect_text "subject=CN = Next Root"
expect_text "pathlen:1"
expect_text "DNS:example.test"
for state in state next; do
  expect 0 moved "$BIN/halfday-root" log verify --state "$W/root-box/$state"
  expect 0 moved "$BIN/halfday-root" log --state "$W/root-box/$state"
  expect_text "rotate"
done

promise "the issuer takes the cross certificates when both roots are pinned"
before=$(fingerprint_of "$S")
expect 1 hd halfday accept cross.pem
expect_text "no root that is pinned here"
expect_text "hint: both roots are to be pinned"
expect_same "$before" "$(fingerprint_of "$S")"
install -m 644 next.pem "$W/issuer/etc/next-root.pem"
expect 0 hd halfday accept cross.pem
expect_text "accepted: +CN=Next Root, signed by CN=Example Root"

promise "old intermediate, cross certificate behind it: both kinds of client accept it, on a host that knows one root"
world_clock +4h
cycle
expect_same 3 "$(count)"
seen old.pem yes
seen next.pem yes

promise "a backup has both roots and the cross certificates"
expect 0 hd halfday backup "$W/rotating.tar"
expect 0 tar -tf "$W/rotating.tar"
expect_text "^etc/next-root.pem$"
expect_text "^issuer/cross.pem$"

promise "hosts get both roots; what they ask by either is answered"
install -m 644 next.pem "$H/etc/next-root.pem"
sed -i 's/roots: .*/roots: [root.pem, next-root.pem]/' "$H/etc/receiver.yaml"
world_clock +8h
cycle
seen old.pem yes
seen next.pem yes

promise "an intermediate of the next root: a day later it signs, and both kinds of client accept it"
expect 0 hd halfday init --next
cp "$S"/intermediates/*/request.pem request.pem
expect 0 moved "$BIN/halfday-root" sign request.pem --out next-chain.pem --state "$W/root-box/next" --passphrase-file "$P" --confirm "$(request_fingerprint)"
chmod 644 next-chain.pem
expect 0 hd halfday accept next-chain.pem
for hours in 12 16 20 24 28 32 34; do
  world_clock +${hours}h
  cycle
  seen old.pem yes
  seen next.pem yes
done
expect_same "CN = Next Root" "$(served | sed '1,/END/d' | openssl x509 -noout -issuer | sed 's/issuer=//')"
expect_same 3 "$(count)"

promise "the lost exchange is filled with the very same chains"
sum=$(sha256sum <"$W/issuer/state/exchange/chains/$HOST/www.pem")
rm "$W/issuer/state/exchange/chains/$HOST/www.pem"
expect 0 hd halfday issue
expect_same "$sum" "$(sha256sum <"$W/issuer/state/exchange/chains/$HOST/www.pem")"

promise "each root's CRL is kept beside the other's, here and on the host"
expect 0 root_box crl --out old-crl.pem --passphrase-file "$P"
expect 0 moved "$BIN/halfday-root" crl --out next-crl.pem --state "$W/root-box/next" --passphrase-file "$P"
chmod 644 ./*.pem
expect 0 hd halfday accept old-crl.pem
expect 0 hd halfday accept next-crl.pem
world_clock +38h
cycle
expect_same 2 "$(grep -c BEGIN "$H/state/crls.pem")"
expect 0 hd halfday status
expect_text "^CRL .* of CN=Example Root"
expect_text "^CRL .* of CN=Next Root"

promise "the old root goes: hosts first, then the issuer, and servers send two certificates again"
sed -i 's/roots: .*/roots: [next-root.pem]/' "$H/etc/receiver.yaml"
world_clock +42h
cycle
seen old.pem yes
seen next.pem yes
mv "$W/issuer/etc/next-root.pem" "$W/issuer/etc/root.pem"
world_clock +46h
cycle
expect_same 2 "$(count)"
seen old.pem no
seen next.pem yes
expect 0 hd halfday check
echo "all promises held"
