#!/bin/bash
# The root's and the issuer's key in a PKCS#11 token (SoftHSM) and in a TPM (swtpm), from the first command to a served
# certificate; and what is said when PIN, token, key or module are not as they should be.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

world_begin "$(mktemp -d /tmp/halfday-tokens.XXXXXX)"
trap 'rm -rf "$W"' EXIT
R=$BIN/halfday-root S=$W/root-box/state HOST=web1.example.test NAME=www.example.test
ROOT_PIN=81726354 PIN_FILE=root-hsm/pin ISSUER_PIN=2718281828
SOFTHSM=$(echo /usr/lib/softhsm/libsofthsm2.so)
cd "$W"
umask 077

# hsm FOLDER COMMAND…: with the SoftHSM of that folder, which has no other way to be told.
hsm() { env SOFTHSM2_CONF="$1/softhsm2.conf" "${@:2}"; }
make_token() { # make_token FOLDER OWNER LABEL PIN
  mkdir -p "$1/tokens"
  printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$1/tokens" >"$1/softhsm2.conf"
  printf '%s\n' "$4" >"$1/pin"
  chown -R "$2:" "$1"
  hsm "$1" setpriv --reuid "$2" --regid "$2" --init-groups softhsm2-util --init-token --free --label "$3" \
    --so-pin 12345678 --pin "$4" >/dev/null
}
make_token "$W/root-hsm" root root "$ROOT_PIN"
root() { hsm "$W/root-hsm" "$R" "$@"; }
init() { root init "Token Root" --permit "$DOMAIN" --passphrase-file "$PIN_FILE" "$@"; }
sign() { root sign request.pem --out chain.pem --passphrase-file "$PIN_FILE" --confirm "$PAPER" "$@"; }
# refused STATUS REGEX COMMAND…: it ends so and says so, and neither state nor PIN is anywhere.
refused() {
  local status=$1 text=$2
  shift 2
  expect "$status" "$@"
  expect_text "^halfday-root: error: .*$text"
  expect_no_text "$ROOT_PIN|99999999"
  [ ! -e chain.pem ] || fail "a chain was written"
}

promise "init makes the key in the token: private, sensitive, not to be extracted, for signatures alone"
expect 0 init --state "$S" --key "pkcs11:token=root;object=root%20key"
expect_text "key +P-384"
expect_text "the key was made in the token"
expect_same "pkcs11:token=root;object=root%20key" "$(cat "$S/key.uri")"
[ ! -e "$S/root.key" ] || fail "there is a key file"
run hsm "$W/root-hsm" pkcs11-tool --module "$SOFTHSM" --token-label root --login --pin "$ROOT_PIN" --list-objects --type privkey
expect_text "label: +root key"
expect_text "Usage: +sign$"
expect_text "Access: +sensitive, always sensitive, never extract"
expect 0 openssl verify -x509_strict -CAfile "$S/root.pem" "$S/root.pem"
! grep -rqF "$ROOT_PIN" "$S" || fail "the PIN is in the folder"

promise "sign needs nothing typed but the PIN, and OpenSSL verifies what it signed"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out issuer.key 2>/dev/null
openssl req -new -key issuer.key -subj /CN=issuer -out request.pem 2>/dev/null
PAPER=$(openssl pkey -in issuer.key -pubout -outform DER | sha256sum | cut -c1-32)
expect 0 sign --state "$S"
expect 0 openssl verify -x509_strict -CAfile "$S/root.pem" chain.pem
rm chain.pem

promise "what is wrong with PIN, token, key, module or URI is told, with the token's own reason"
echo 99999999 >wrong
chmod 600 wrong
PIN_FILE=wrong
refused 2 "wrong PIN for the token 'root': .*incorrect" sign --state "$S"
PIN_FILE=root-hsm/pin
refused 1 "no token fits the key 'pkcs11:token=other;object=a'" sign --state "$S" --key "pkcs11:token=other;object=a"
refused 1 "the token has no key 'pkcs11:token=root;object=a'" sign --state "$S" --key "pkcs11:token=root;object=a"
refused 1 "cannot load the PKCS#11 module '/nothing.so': .*No such file" sign --state "$S" --key "pkcs11:object=a?module-path=/nothing.so"
refused 2 "'pin-value': a PIN in it would be seen" sign --state "$S" --key "pkcs11:token=root;object=a?pin-value=99999999"
refused 2 "none of 'file:PATH'" sign --state "$S" --key root.key
for id in 01 02; do
  hsm "$W/root-hsm" pkcs11-tool --module "$SOFTHSM" --token-label root --login --pin "$ROOT_PIN" --keypairgen \
    --key-type EC:prime256v1 --id $id --label twin --usage-sign >/dev/null 2>&1
done
refused 2 "fits several keys.*object=twin.*object=twin" sign --state "$S" --key "pkcs11:token=root;object=twin"
refused 1 "key does not belong to the root's certificate" sign --state "$S" --key "pkcs11:token=root;object=twin;id=%02"
refused 2 "is there already, and it is P-256, not P-384" init --state other --key "pkcs11:token=root;id=%01"
refused 2 "no key of type Ed25519 is made in a PKCS#11 token" init --state other --key "pkcs11:token=root;object=e" --algorithm Ed25519
make_token "$W/second" root spare 11111111
mv "$W"/second/tokens/* "$W/root-hsm/tokens"
refused 2 "fits several tokens: '(root|spare)', '(root|spare)'" sign --state "$S" --key "pkcs11:object=root%20key"

promise "keys of RSA and P-256 are made too, by the module's path as well; an init that was cut short takes the key that is there"
for algorithm in P-256 RSA-3072; do
  key="pkcs11:token=root;object=$algorithm?module-path=$SOFTHSM"
  expect 0 init --state "$W/$algorithm" --key "$key" --algorithm $algorithm
  openssl verify -x509_strict -CAfile $algorithm/root.pem $algorithm/root.pem >/dev/null || fail "$algorithm"
done
expect 0 sign --state "$W/RSA-3072"
openssl verify -CAfile RSA-3072/root.pem chain.pem >/dev/null || fail "RSA-3072"
rm -r chain.pem P-256
expect 0 init --state "$W/P-256" --key "pkcs11:token=root;object=P-256" --algorithm P-256
expect_text "the key was in the token already, and is used"

promise "a reviewed file says where the root's key is made, and a rehearsal of it makes none"
printf 'ceremony: init\nname: By File\npermit: [%s]\nkey: pkcs11:token=root;object=file\n' "$DOMAIN" >init.yaml
do_it() { root do init.yaml --state "$W/by-file" --passphrase-file "$PIN_FILE" "$@"; }
expect 0 root do init.yaml --state "$W/by-file" --passphrase-file root-box/passphrase --rehearse
run hsm "$W/root-hsm" pkcs11-tool --module "$SOFTHSM" --token-label root --login --pin "$ROOT_PIN" --list-objects --type privkey
expect_no_text "label: +file$"
expect 0 do_it
expect_text "the key was made in the token"

promise "an algorithm of a newer OpenSSL is said to be missing in this one"
expect 2 init --state other --algorithm ML-DSA-65
expect_text "this OpenSSL \(3\.0\.[0-9]+\) has no 'ML-DSA-65'"

promise "the root's key in a TPM signs; a handle without a key says how one gets there"
swtpm socket --tpm2 --tpmstate dir="$W" --server type=unixio,path="$W/tpm" --ctrl type=unixio,path="$W/tpm.ctrl" \
  --flags not-need-init,startup-clear >/dev/null 2>&1 &
until [ -S tpm.ctrl ]; do sleep 0.02; done
export TPM2TOOLS_TCTI=swtpm:path=$W/tpm TPM2OPENSSL_TCTI=swtpm:path=$W/tpm
tpm() { "$@" -Q && tpm2_flushcontext -t; }
tpm tpm2_createprimary -C o -G ecc -c primary
tpm tpm2_create -C primary -G ecc384:ecdsa-sha384 -u public -r private -c key
tpm tpm2_evictcontrol -C o -c key 0x81000001
refused 1 "cannot open the key 'handle:0x81000002': .*handle" init --state "$W/tpm-root" --key handle:0x81000002
expect_text "hint: .*tpm2_create .*tpm2_evictcontrol"
expect 0 init --state "$W/tpm-root" --key handle:0x81000001
expect 0 sign --state "$W/tpm-root"
openssl verify -x509_strict -CAfile tpm-root/root.pem chain.pem >/dev/null || fail "the TPM's chain does not verify"
rm chain.pem

promise "an issuer whose key is in a token mints, confined as ever, with the PIN as a systemd credential"
make_token "$W/issuer-hsm" halfday-issuer issuer "$ISSUER_PIN"
install -d -m 711 "$W/issuer-hsm"
install -d -o halfday-issuer -m 700 "$W/credentials"
install -o halfday-issuer -m 400 issuer-hsm/pin credentials/issuer-passphrase
export CREDENTIALS_DIRECTORY=$W/credentials SOFTHSM2_CONF=$W/issuer-hsm/softhsm2.conf
umask 022
install -m 644 "$S/root.pem" "$W/root.pem"
install -m 644 "$S/root.pem" "$W/issuer/etc/root.pem"
cat >"$W/issuer/etc/halfday.yaml" <<YAML
issuer:
  key: pkcs11:token=issuer;object=issuer
  token_folders: [$W/issuer-hsm]
YAML
expect 0 hd halfday init
expect_text "key: +pkcs11:token=issuer;object=issuer \(P-256, made\)"
expect 0 hd halfday init
expect_text "key: +pkcs11:token=issuer;object=issuer \(P-256, kept, it was there already\)"
cp "$W/issuer/state/issuer/request.pem" request.pem
PAPER=$(openssl req -in request.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -c1-32)
expect 0 sign --state "$S"
expect 0 hd halfday accept chain.pem
expect 0 hd halfday check
world_web_server "$HOST" 1 "$NAME"
world_add_host "$HOST" "$NAME" >/dev/null
expect 0 hd halfday run
served_chain "$HOST" "$NAME" >served.pem
openssl verify -x509_strict -CAfile "$W/root.pem" -untrusted chain.pem served.pem >/dev/null || fail "what is served does not verify"
[ -z "$(find "$W/issuer/state" -name 'key*.pem')" ] || fail "a key file was made"

promise "a token that isn't let read its files says what to do, and nothing is issued"
sed -i '/token_folders/d' "$W/issuer/etc/halfday.yaml"
as_issuer() {
  setpriv --reuid halfday-issuer --regid halfday-issuer --init-groups "$BIN/halfday-issuer" --etc "$W/issuer/etc" \
    --state "$W/issuer/state" "$@"
}
expect 3 as_issuer issue --renew "$HOST"
expect_text "error: $HOST/www: the key 'pkcs11:token=issuer;object=issuer': cannot sign: .*; .*token_folders"

promise "a wrong PIN stops the issuer before anything is minted"
printf '99999999\n' >"$W/credentials/issuer-passphrase"
expect 2 as_issuer issue
expect_text "wrong PIN for the token 'issuer': .*incorrect"

promise "an issuer whose key is in a TPM mints too"
tpm tpm2_create -C primary -G ecc256:ecdsa-sha256 -u public -r private -c issuer-key
tpm tpm2_evictcontrol -C o -c issuer-key 0x81000004
chmod 711 "$W"
chmod 666 tpm tpm.ctrl
echo "issuer: {key: 'handle:0x81000004'}" >"$W/issuer/etc/halfday.yaml"
rm "$W/issuer/state/issuer/request.pem" "$W/issuer/state/issuer/chain.pem" chain.pem
expect 0 hd halfday init
expect_text "key: +handle:0x81000004 \(P-256, kept"
cp "$W/issuer/state/issuer/request.pem" request.pem
PAPER=$(openssl req -in request.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -c1-32)
expect 0 sign --state "$S"
expect 0 hd halfday accept chain.pem
expect 0 hd halfday renew "$HOST"
served_chain "$HOST" "$NAME" >served.pem
openssl verify -x509_strict -CAfile "$W/root.pem" -untrusted chain.pem served.pem >/dev/null || fail "what is served does not verify"
echo "tokens: all promises hold"
