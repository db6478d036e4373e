#!/bin/bash
# An issuer's key under a passphrase, by hand: read from a file, asked for on a terminal, handed over by root's program, and
# never an argument; what is said without it or with a wrong one; and a doctor that knows where the timer's runs have it.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"
. "$here/typed.sh"
on() { "${@:2}"; }

world_begin "$(mktemp -d /tmp/halfday-encrypted.XXXXXX)"
trap 'rm -rf "$W"' EXIT
HOST=web1.example.test NAME=www.example.test WORDS="five words that nobody guesses"
cd "$W"
install -m 600 /dev/null pin
install -m 600 /dev/null wrong
echo "$WORDS" >pin
echo "some other words altogether" >wrong
world_root >/dev/null 2>&1
HALFDAY="$BIN/halfday --etc $W/issuer/etc --state $W/issuer/state"

promise "init puts the key under the file's passphrase, and every command reads it there"
expect 0 hd halfday init --passphrase-file pin
grep -q "BEGIN ENCRYPTED" "$W/issuer/state/issuer/key.pem" || fail "the key is in the clear"
cp "$W/issuer/state/issuer/request.pem" "$W/stick/request.pem"
world_sign >/dev/null
expect 0 hd halfday accept --passphrase-file pin stick/chain.pem
expect 0 hd halfday check --passphrase-file pin
world_web_server "$HOST" 1 "$NAME"
world_add_host "$HOST" "$NAME" >/dev/null
expect 0 hd halfday run --passphrase-file pin
expect_text "minted $HOST/www"
expect 0 hd halfday renew --passphrase-file pin "$HOST"
expect_text "minted $HOST/www"

promise "what stands on no terminal and has no file is told what to do; a wrong passphrase, or a file for all to read, is refused"
expect 2 setsid -w bash -c "$HALFDAY issue"
expect_text "error: the key .* is encrypted and there is no passphrase for it"
expect_text "hint: .*--passphrase-file FILE"
expect 2 hd halfday issue --passphrase-file wrong
expect_text "wrong passphrase for "
chmod 644 wrong
expect 2 hd halfday issue --passphrase-file wrong
expect_text "can be read by others"

promise "on a terminal it is asked for once, and not shown"
at_terminal issuer "$HALFDAY check" "passphrase of the issuer's key: " "$WORDS"
expect_same 0 "$STATUS"
expect_text "settings, inventory, key, chain and ledger are fine"
expect_no_text "$WORDS"

promise "the passphrase is no argument and in no environment, and goes to the issuer alone"
run strace -f -v -s 4000 -e trace=execve,read,write -o calls $HALFDAY run --passphrase-file pin
expect_same 0 "$STATUS"
grep -q 'read(.*five words' calls || fail "strace saw nothing of it"
grep -q 'execve.*halfday-issuer.*"PATH=' calls || fail "strace shows no environment"
! grep -q 'execve.*five words' calls || fail "it is an argument, or in an environment"
distributors=$(awk '/execve.*halfday-distributor/ && !/ENOENT/ {print $1}' calls | sort -u)
[ -n "$distributors" ] || fail "no distributor ran"
for pid in $distributors; do
  ! grep "^$pid .*five words" calls || fail "the distributor was given it"
done

promise "doctor finds nothing wrong with a key that the timer's runs open, and says where it could not look"
run setsid -w $HALFDAY doctor
expect_text "not looked at: the issuer's keys and constraints: a key is encrypted"
expect_no_text "no passphrase for it"
run hd halfday doctor --passphrase-file pin
expect_no_text "is encrypted"
mkdir -p /run/systemd/system "$W/bin"
printf '#!/bin/sh\n[ "$1" = cat ] && printf "[Service]\\nLoadCredential=issuer-passphrase:%%s\\n" "%s"\n' "$W/pin" >"$W/bin/systemctl"
chmod 755 "$W/bin/systemctl"
mount --bind "$W/bin/systemctl" "$(command -v systemctl)"
run setsid -w $HALFDAY doctor
expect_no_text "is encrypted"
expect 0 setsid -w $HALFDAY check
echo "all promises held"
