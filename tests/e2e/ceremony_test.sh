#!/bin/bash
# Ceremonies as files: what is reviewed is what is done, the same as by flags, and nothing that is wrong gets to the key.
# asan
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
. "$here/root_box.sh"
docs=$here/../../docs/ceremonies.md
request issuer
mkdir stick
mv request.pem stick
export COLUMNS=200

# example KIND: the file of that ceremony in docs/ceremonies.md
example() { awk -v first="ceremony: $1" '/^```/ { if (on) exit } on { print } /^```yaml/ { getline; if ($0 == first) { on = 1; print } }' "$docs"; }
held() { "$R" do "$1" --state "$S" --passphrase-file passphrase "${@:2}"; }
# refused STATUS REGEX COMMAND…: it says so, and the box and the stick are as they were.
refused() {
  local before
  before=$(fingerprint_of "$W")
  expect "$1" "${@:3}"
  expect_text "^halfday-root: error: .*$2"
  expect_same "$before" "$(fingerprint_of "$W")"
}

promise "each example of docs/ceremonies.md is held as it stands there"
# Without the moment of a revocation, which is each run's own.
facts_shown() { grep -E "^  (subject|key|permitted|revoked)" <<<"$OUT" | sed -E 's/, [0-9T:-]+Z$//'; }
for kind in init sign revoke crl; do
  example $kind >stick/$kind.yaml
  [ -s stick/$kind.yaml ] || fail "no example of '$kind'"
  expect_same "ceremony: $kind" "$(head -n 1 stick/$kind.yaml)"
  before=$(fingerprint_of "$W")
  expect 0 "$R" do stick/$kind.yaml --check --state "$S"
  expect_text "^  sha256 +$(sha256sum stick/$kind.yaml | cut -d' ' -f1)$"
  shown=$(facts_shown)
  expect_same "$before" "$(fingerprint_of "$W")"
  expect 0 held stick/$kind.yaml --confirm "$PAPER"
  expect_same "$shown" "$(facts_shown)"
  expect 0 "$R" log --state "$S"
  expect_text " $kind .*by a ceremony file with SHA-256 $(sha256sum stick/$kind.yaml | cut -d' ' -f1)"
  [ $kind != revoke ] || mv stick/crl.pem stick/revoked.pem
done
for crl in revoked crl; do
  run openssl crl -in stick/$crl.pem -CAfile "$S/root.pem" -noout -text
  expect_text "verify OK"
  expect_text "Serial Number: $(openssl x509 -in stick/chain.pem -noout -serial | cut -d= -f2)"
done
expect 0 openssl verify -x509_strict -CAfile "$S/root.pem" stick/chain.pem
run "$R" inspect stick/chain.pem
expect_text "subject +CN=Example issuer one"
expect_text "permitted +www.example.org$"
rm stick/chain.pem

promise "a certificate has what was shown: serial and times too"
expect 0 held stick/sign.yaml --confirm "$PAPER"
serial=$(sed -n 's/^  serial *//p' <<<"$OUT" | sort -u)
expect_same "${serial^^}" "$(openssl x509 -in stick/chain.pem -noout -serial | cut -d= -f2)"
rm stick/chain.pem

promise "the flags' certificate is the file's"
facts() { "$R" inspect "$1" | grep -vE "serial|sha256|not before|not after"; }
expect 0 held stick/sign.yaml --confirm "$PAPER"
expect 0 "$R" sign stick/request.pem --out flags.pem --permit www.example.org --exclude dev.www.example.org --lifetime 35d --name "Example issuer one" \
  --state "$S" --passphrase-file passphrase --confirm "$PAPER"
expect_same "$(facts stick/chain.pem)" "$(facts flags.pem)"
rm stick/chain.pem flags.pem

promise "a rehearsal is the whole ceremony with a throw-away root, and leaves an event behind"
echo "another passphrase of a throw-away root" >rehearsal
for kind in init sign; do
  before=$(fingerprint_of "$W")
  expect 0 "$R" do stick/$kind.yaml --rehearse --state "$S" --passphrase-file rehearsal --confirm "$PAPER"
  expect_text "^(root made|signed)$"
  expect_same "$before" "$(fingerprint_of "$W")"
  expect_same "" "$(find /dev/shm -name 'halfday-rehearsal-*')"
  run tail -n 1 "$S/ceremony.log"
  expect_text '"command":"rehearse",.*"note":"'$kind'"'
done
expect 0 "$R" log verify --state "$S"
refused 1 "the fingerprint is not the request's" "$R" do stick/sign.yaml --rehearse --state "$S" --passphrase-file rehearsal \
  --confirm "0000 0000 0000 0000 0000 0000 0000 0000"
expect_same "" "$(find /dev/shm -name 'halfday-rehearsal-*')"
expect 0 "$R" init "Example Root" --permit example.test --rehearse --state "$W/new" --passphrase-file rehearsal
expect_same "ceremony.log lock" "$(cd new && echo *)"
expect 0 "$R" init "Example Root" --permit example.test --state "$W/new" --passphrase-file passphrase
expect 0 "$R" log verify --state "$W/new"
expect_text "record 2"

promise "whatever is wrong in a file is told with file, line and column, before the key is asked for"
# wrong LINE:COLUMN REGEX SED…: the example of sign, changed so.
wrong() {
  sed "${@:3}" stick/sign.yaml >stick/wrong.yaml
  for mode in --check "--passphrase-file nothing"; do
    # shellcheck disable=SC2086
    refused 2 "stick/wrong.yaml:$1: $2" "$R" do stick/wrong.yaml $mode --state "$S"
  done
  rm stick/wrong.yaml
}
wrong 1:11 "found 'sing', expected one of init, sign, revoke, crl" 's/: sign$/: sing/'
wrong 1:1 "the key 'ceremony' is missing" 1d
wrong 4:10 "'www.example.com' is outside what the root permits" 's/www.example.org/www.example.com/'
wrong 4:27 "'192.0.0.0/16' is outside what the root permits" 's/www.example.org/www.example.org, 192.0.0.0\/16/'
wrong 4:9 "found no DNS name" 's/www.example.org/192.0.2.0\/28/'
wrong 6:11 "" 's/35d/35 days/'
wrong 6:11 "a lifetime of 30m is not more than 1h" 's/35d/30m/'
wrong 6:1 "unknown key 'lifetme'" 's/lifetime/lifetme/'
wrong 7:10 "" 's/server /servers /'
wrong 8:7 "the name .* is not 1 to 64 printable ASCII characters" 's/Example issuer one/Ex\xc3\xa4mple/'
wrong 10:1 "the key .name. is there twice" '$aname: twice'
refused 2 "a throw-away root has signed nothing" "$R" do stick/revoke.yaml --rehearse --state "$S"
sed -i 's/superseded/boredom/' stick/revoke.yaml
refused 2 "stick/revoke.yaml:3:9: 'boredom' is no reason to revoke an intermediate" "$R" do stick/revoke.yaml --check --state "$S"
sed 's/request.pem/other.pem/' stick/sign.yaml >stick/wrong.yaml
refused 1 "stick/other.pem" "$R" do stick/wrong.yaml --check --state "$S"
rm stick/wrong.yaml
refused 1 "there is a root already" "$R" do stick/init.yaml --check --state "$S"
refused 1 "nothing.yaml" "$R" do nothing.yaml --state "$S"
touch stick/chain.pem
refused 1 "chain.pem' exists already" held stick/sign.yaml --confirm "$PAPER"
rm stick/chain.pem

promise "one root after the other by a file: shown, rehearsed, done"
example rotate >stick/rotate.yaml
before=$(fingerprint_of "$W")
expect 0 "$R" do stick/rotate.yaml --check --state "$S"
expect_same "CN=Example Root 2036 CN=Example Root" "$(grep -A2 cross <<<"$OUT" | sed -n 's/^  subject *//p' | xargs)"
expect_same "$before" "$(fingerprint_of "$W")"
expect 0 "$R" do stick/rotate.yaml --rehearse --state "$S" --passphrase-file rehearsal
expect_same "" "$(find /dev/shm -name 'halfday-rehearsal-*')"
[ ! -e stick/next-root ] || fail "a rehearsal made a root"
expect 0 held stick/rotate.yaml --next-passphrase-file rehearsal
expect_text "next root +$W/stick/next-root/root.pem"
expect_same 2 "$(grep -c BEGIN stick/cross.pem)"
for state in "$S" stick/next-root; do
  expect 0 "$R" log verify --state "$state"
  expect 0 "$R" log --state "$state"
  expect_text " rotate .*the key of .*by a ceremony file with SHA-256 $(sha256sum stick/rotate.yaml | cut -d' ' -f1)"
done
sed -i 's/cross.pem/again.pem/' stick/rotate.yaml
refused 2 "there is a root in '.*next-root' already" held stick/rotate.yaml --next-passphrase-file rehearsal
sed -i '/^name/d' stick/rotate.yaml
expect 0 "$R" do stick/rotate.yaml --rehearse --state "$S" --passphrase-file rehearsal
expect 0 held stick/rotate.yaml --next-passphrase-file rehearsal
expect_same 2 "$(grep -c BEGIN stick/again.pem)"

promise "a wrong fingerprint signs nothing, and a check needs neither passphrase nor key nor a silent box"
refused 1 "the fingerprint is not the request's" held stick/sign.yaml --confirm "0000 0000 0000 0000 0000 0000 0000 0000"
ip link add plug type veth peer name socket
ip link set socket up
ip link set plug up
mkdir -p other
cp "$S/root.pem" other
expect 0 "$R" do stick/sign.yaml --check --state other
refused 1 "this box has a network" held stick/sign.yaml --confirm "$PAPER"
echo "all promises held"
