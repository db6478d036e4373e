#!/bin/bash
# The air-gapped box: a root is made, an intermediate signed, and the key stays shut whenever it should.
# asan
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
. "$here/root_box.sh"
echo "another passphrase" >wrong

init() { "$R" init "Example Root" --permit example.test example.net 192.0.2.0/24 2001:DB8::/32 --state "$S" --passphrase-file passphrase "$@"; }
sign() { "$R" sign request.pem --out chain.pem --state "$S" --passphrase-file passphrase --confirm "$PAPER" "$@"; }

# refused STATUS REGEX COMMAND…: it ends so and says so, and the box and the stick are as they were.
refused() {
  local status=$1 text=$2 before
  shift 2
  before=$(fingerprint_of "$W")
  expect "$status" "$@"
  expect_text "^halfday-root: error: .*$text"
  expect_same "$before" "$(fingerprint_of "$W")"
}
logged() { expect_same "$1" "$(wc -l <"$S/ceremony.log")"; }

promise "loopback alone, with a listener on it, is no network"
python3 -c 'import socket, time; s = socket.create_server(("127.0.0.1", 2525)); open("up", "w"); time.sleep(999)' &
until [ -e up ]; do sleep 0.05; done
expect 0 "$R" airgap
expect_text "^no network"
expect 0 "$R" airgap --json
expect_text '"network": \[\]'

promise "there is nothing to sign with before there is a root"
request $'evil\x1b[2J'
refused 1 "there is no root in '$S'" sign

promise "what is asked for wrongly makes no root"
refused 2 "permit" "$R" init "Example Root" --state "$S" --passphrase-file passphrase
refused 2 "" "$R" init "Example Root" --permit "not a name" --state "$S" --passphrase-file passphrase
refused 2 "P-257" init --algorithm P-257
refused 2 "ten years" init --lifetime "ten years"
refused 1 "lifetime" init --lifetime 30m
refused 2 "no domain that can be permitted" "$R" init "Example Root" --permit "*.example.test" --state "$S" --passphrase-file passphrase
refused 2 "bits after the prefix are set" "$R" init "Example Root" --permit example.test 192.0.2.7/24 --state "$S" --passphrase-file passphrase
refused 1 "nothing" "$R" init "Example Root" --permit example.test --state "$S" --passphrase-file nothing
chmod 644 passphrase
refused 2 "can be read by others" init
chmod 600 passphrase

promise "a root is a key that is encrypted with scrypt, a certificate, and a record"
expect 0 init
expect_text "a name outside these can never be added"
expect_text "^  certificate  $S/root.pem"
expect_text "fingerprint  ([0-9a-f]{4} ){7}[0-9a-f]{4}$"
expect_same "600 700" "$(stat -c %a "$S/root.key" "$S" | xargs)"
expect_same 644 "$(stat -c %a "$S/root.pem")"
run openssl asn1parse -in "$S/root.key"
expect_text ":scrypt"
run openssl x509 -in "$S/root.pem" -noout -text
expect_text "NIST CURVE: P-384"
expect_text "DNS:example.net"
logged 1
refused 1 "there is a root already" init

promise "an init that was cut short is finished by the next one"
cp -a "$S" whole
rm "$S/root.pem"
expect 0 init
cmp -s "$S/root.pem" whole/root.pem || fail "the certificate did not come from the log"
rm "$S/root.pem" "$S/ceremony.log"
refused 2 "passphrase" "$R" init "Example Root" --permit example.test --state "$S" --passphrase-file wrong
expect 0 init
cmp -s "$S/root.key" whole/root.key || fail "the key was replaced"
rm "$S/root.key"
refused 1 "key is gone" init
rm -r "$S"
mv whole "$S"

promise "a box whose other users may write the root's files is not used, and a file's name moves no cursor"
for each in . root.pem root.key ceremony.log; do
  chmod o+w "$S/$each"
  refused 2 "'.*' can be written by other users" sign
  expect_text "hint: .*chmod go-w"
  chmod o-w "$S/$each"
done
refused 1 'cannot read .*x.x1b\[2J' "$R" inspect $'x\x1b[2J'

promise "the request's fingerprint is never on this box's screen, and its bytes are escaped"
expect 0 "$R" inspect request.pem
expect_text 'calls itself  evil\\x1b\[2J'
expect_no_text "${PAPER:0:4}[ :]?${PAPER:4:4}"
cp -a "$S" before
expect 0 sign
expect_no_text "${PAPER:0:4}[ :]?${PAPER:4:4}"
expect_text 'calls itself  evil\\x1b\[2J'
expect_text "^  permitted     example.test, example.net, 192.0.2.0/24, 2001:db8::/32"
expect_text "^  subject       CN=Example Root intermediate 20"
logged 2

# A server certificate under the chain, as an issuer would make it. (GnuTLS takes the name of a lone intermediate for a
# host's, and refuses it under the root's constraints.)
leaf() { # leaf NAME
  printf '%s\n' "basicConstraints=critical,CA:FALSE" "keyUsage=critical,digitalSignature" "extendedKeyUsage=serverAuth" \
    "subjectAltName=critical,DNS:$1" "authorityKeyIdentifier=keyid" >leaf.ext
  openssl x509 -req -in request.pem -CA chain.pem -CAkey issuer.key -days 1 -extfile leaf.ext -set_serial 0x5555 \
    2>/dev/null | cat - chain.pem >leaf.pem
}

promise "the chain has the flags' names and lifetime, the request's key alone, and verifies"
expect 0 openssl verify -x509_strict -CAfile "$S/root.pem" chain.pem
for name in www.example.test:0 www.other.test:1; do
  leaf "${name%:*}"
  run certtool --verify --load-ca-certificate "$S/root.pem" --infile leaf.pem
  expect_same "${name#*:}" "$STATUS"
  run openssl verify -x509_strict -CAfile "$S/root.pem" -untrusted chain.pem leaf.pem
  [ "$STATUS" = 0 ] || STATUS=1
  expect_same "${name#*:}" "$STATUS"
done
expect_same "$(openssl pkey -in issuer.key -pubout)" "$(openssl x509 -in chain.pem -noout -pubkey)"
expect_same 644 "$(stat -c %a chain.pem)"
expect 0 "$R" inspect chain.pem
expect_text "subject +CN=Example Root intermediate 20"
expect_text "permitted +example.test, example.net, 192.0.2.0/24, 2001:db8::/32"
refused 1 "'chain.pem' exists already" sign
rm chain.pem
expect 0 sign --permit www.example.test 192.0.2.7 --lifetime 2d --name "Issuer One"
expect_no_text "warning: that is long"
run "$R" inspect chain.pem
expect_text "subject +CN=Issuer One"
expect_text "permitted +www.example.test, 192.0.2.7/32$"
run openssl x509 -in chain.pem -noout -checkend $((2 * 86400))
expect_text "will expire"
rm chain.pem

promise "what would outlive the root ends with it, and is said"
expect 0 sign --lifetime 10000d
expect_text "warning: the root ends sooner"
expect_text "warning: that is long"
expect_same "$(openssl x509 -in "$S/root.pem" -noout -enddate)" "$(openssl x509 -in chain.pem -noout -enddate)"
rm chain.pem

promise "what may not be signed is not, and nothing changes"
PAPER="0000 0000 0000 0000 0000 0000 0000 0000" refused 1 "the fingerprint is not the request's" sign
PAPER="not a fingerprint" refused 2 "not a fingerprint" sign
refused 1 "'other.test' is outside what the root permits" sign --permit other.test
refused 1 "'192.0.0.0/16' is outside what the root permits" sign --permit example.test 192.0.0.0/16
refused 1 "'hr.other.test' is excluded, and nothing of it is permitted" sign --exclude hr.other.test
refused 1 "'example.test' is permitted, and excluded" sign --exclude example.test
refused 2 "'\\*.example.test' is no domain that can be permitted or excluded" sign --exclude "*.example.test"
refused 2 "is not a DNS name: only letters, digits" sign --permit bücher.example.test
expect_text "hint: idn2, .*prints a name's A-labels"
refused 2 "passphrase" "$R" sign request.pem --out chain.pem --state "$S" --confirm "$PAPER" --passphrase-file wrong
refused 1 "nothing.pem" "$R" sign nothing.pem --out chain.pem --state "$S" --confirm "$PAPER" --passphrase-file passphrase
refused 2 "no terminal" setsid "$R" sign request.pem --out chain.pem --state "$S" --passphrase-file passphrase
for bad in cut "large" "garbage" "key" "other-signature"; do
  case $bad in
    cut) head -c 100 request.pem ;;
    large) head -c 1000000 /dev/zero ;;
    garbage) head -c 1000 /dev/urandom ;;
    key) cat issuer.key ;;
    other-signature) openssl req -in request.pem -outform DER | (head -c -1; printf '\377') | openssl base64 |
      sed '1i -----BEGIN CERTIFICATE REQUEST-----
$a -----END CERTIFICATE REQUEST-----' ;;
  esac >bad.pem
  refused 1 "bad.pem" "$R" sign bad.pem --out chain.pem --state "$S" --confirm "$PAPER" --passphrase-file passphrase
done
rm bad.pem
mkfifo bad.pem
refused 1 "bad.pem" timeout 10 "$R" sign bad.pem --out chain.pem --state "$S" --confirm "$PAPER" --passphrase-file passphrase
rm bad.pem
cp "$S/root.key" kept && openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$S/root.key" 2>/dev/null
refused 1 "key does not belong to the root's certificate" sign
mv kept "$S/root.key"

promise "what a root excludes, an intermediate excludes too, and what is said besides"
excluding() { local what=$1; shift; "$R" "$what" "$@" --state "$W/excluding" --passphrase-file passphrase; }
expect 0 excluding init "Excluding Root" --permit example.test 192.0.2.0/24 --exclude hr.example.test 192.0.2.128/25
expect_text "excluded +hr.example.test, 192.0.2.128/25$"
expect 0 excluding sign request.pem --out excluding.pem --confirm "$PAPER" --exclude dev.example.test
expect_text "excluded +hr.example.test, dev.example.test, 192.0.2.128/25$"
expect 0 "$R" inspect excluding.pem
expect_text "excluded +hr.example.test, dev.example.test, 192.0.2.128/25$"
run openssl x509 -in excluding.pem -noout -ext nameConstraints
expect_text "DNS:dev.example.test"
refused 1 "'a.hr.example.test' is outside what the root permits" excluding sign request.pem --out none.pem --confirm "$PAPER" --permit a.hr.example.test
rm -r "$W/excluding" excluding.pem

promise "a person types passphrase and fingerprint at the terminal"
typed() { # typed COMMAND: its terminal is fed with the lines of file "lines", one after each question
  python3 - "$@" <<'PY'
import os, pty, select, sys
lines = open("lines").read().splitlines()
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen, asked = b"", 0
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    seen += part
    if part.endswith(b": ") and asked < len(lines):
        os.write(terminal, lines[asked].encode() + b"\n")
        asked += 1
sys.stdout.write(seen.decode(errors="replace").replace("\r", ""))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
}
printf '%s\n' "five words of a passphrase" "five words of a passphrase" >lines
expect 0 typed "$R" init "Typed Root" --permit example.test --state "$W/typed"
expect_text "new passphrase for the root's key: $"
expect_no_text "five words"
printf '%s\n' "five words of a passphrase" "other words of a passphrase" >lines
expect 2 typed "$R" init "Typed Root" --permit example.test --state "$W/typed2"
expect_text "error: the two passphrases differ"
[ ! -e typed2 ] || fail "a folder was made"
printf '%s\n' "$PAPER" "five words of a passphrase" >lines
expect 0 typed "$R" sign request.pem --out typed.pem --state "$W/typed"
expect_text "fingerprint on the issuer's screen: "
openssl verify -CAfile typed/root.pem typed.pem >/dev/null || fail "the chain does not verify"

promise "the key is opened only when sockets are denied, and not at all when the fingerprint is wrong"
if [[ ${LD_PRELOAD:-} != *asan* ]] && ! ldd "$R" | grep libasan >/dev/null; then
  rm -f chain.pem
  strace -f -o trace -e trace=seccomp,prctl,openat,open,socket "$R" sign request.pem --out chain.pem --state "$S" \
    --passphrase-file passphrase --confirm "$PAPER" >/dev/null
  filter=$(grep -nE 'seccomp\(SECCOMP_SET_MODE_FILTER.*= 0|PR_SET_SECCOMP.*= 0' trace | head -n 1 | cut -d: -f1)
  request=$(grep -n 'request.pem' trace | head -n 1 | cut -d: -f1)
  key=$(grep -n 'root.key' trace | head -n 1 | cut -d: -f1)
  [ "${filter:?}" -lt "${request:?}" ] && [ "$request" -lt "${key:?}" ] || fail "filter $filter, request $request, key $key"
  ! grep -q 'socket(' trace || fail "a socket was opened"
  rm chain.pem
  strace -f -o trace -e trace=openat,open "$R" sign request.pem --out chain.pem --state "$S" \
    --passphrase-file passphrase --confirm "0000 0000 0000 0000 0000 0000 0000 0000" >/dev/null 2>&1 || true
  ! grep -q 'root.key' trace || fail "the key was opened"
fi

promise "everything that is a network is named at once, and the key stays shut"
ip link add plug type veth peer name socket
ip link set socket up
ip link set plug up
ip address add 192.0.2.1/24 dev plug
ip route add default via 192.0.2.2
python3 -c 'import socket, time; s = socket.create_server(("0.0.0.0", 2222)); open("up2", "w"); time.sleep(999)' &
listener=$!
until [ -e up2 ]; do sleep 0.05; done
rm -f chain.pem
refused 1 "this box has a network: plug is up; socket is up; there is a default route by plug; tcp port 2222 is open on 0.0.0.0" sign
expect_text "hint: unplug it, or pass --allow-network"
refused 1 "this box has a network" init
expect 1 "$R" airgap
expect_text "^tcp port 2222 is open on 0.0.0.0$"
expect_text "^there is a default route by plug$"
expect 1 "$R" airgap --json
expect_text '"plug is up"'

promise "with --allow-network it goes on, warns, and the log says so"
lines=$(wc -l <"$S/ceremony.log")
expect 0 sign --allow-network
expect_text "warning: this box has a network: plug is up"
logged $((lines + 1))
run tail -n 1 "$S/ceremony.log"
expect_text '"network":\["plug is up"'
rm chain.pem

promise "an unplugged box is one without a network again"
kill "$listener"
wait "$listener" 2>/dev/null || true
ip link set socket down
expect 1 "$R" airgap
expect_text "^there is a default route by plug$"
expect_no_text "is up|port"
ip route del default
expect 0 "$R" airgap
expect 0 sign
rm chain.pem

promise "a network that comes up while the key is open withholds the chain, and the log says so"
printf '%s\n' "$PAPER" >lines
cat >plug-in <<'SH'
#!/bin/bash
# Waits for the key to be opened, which it is after the last look before, and plugs the box in.
while ! grep -q root.key trace 2>/dev/null; do sleep 0.01; done
ip link set socket up
while [ "$(cat /sys/class/net/plug/operstate)" != up ]; do sleep 0.01; done
SH
if ! ldd "$R" | grep libasan >/dev/null; then
  bash plug-in &
  rm -f trace
  run strace -f -o trace -e trace=openat -P "$S/root.key" -e inject=openat:delay_exit=1000000 "$R" sign request.pem \
    --out chain.pem --state "$S" --passphrase-file passphrase --confirm "$PAPER"
  expect_text "error: a network came up while the root's key was open, so the chain is withheld: (plug|socket) is up"
  [ ! -e chain.pem ] || fail "the chain was written"
  run tail -n 1 "$S/ceremony.log"
  expect_text '"release":"withheld"'
  expect_no_text "BEGIN CERTIFICATE"
fi

promise "each subcommand's help ends with an example"
for command in init sign do share inspect airgap log "log verify" "log export" "log begin"; do
  expect 0 "$R" $command --help
  expect_text "^Example:"
  expect_text "^  halfday-root $command"
done
expect 2 "$R"
expect 2 "$R" mint
echo "root: all promises hold"
