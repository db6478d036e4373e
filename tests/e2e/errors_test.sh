#!/bin/bash
# What a person can do wrong: one line says what happened to what, the next what to do; nothing is changed.
# asan
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test NAME=www.example.test
world_begin "$(mktemp -d /tmp/halfday-errors.XXXXXX)"
trap 'rm -rf "$W"' EXIT

# refused STATUS REGEX COMMAND…: ends so, says so in one "error:" line, changes nothing in the world.
refused() {
  local status=$1 text=$2 before
  shift 2
  before=$(fingerprint_of "$W/issuer" "$W/root-box" "$W/$HOST")
  expect "$status" "$@"
  expect_text "^halfday[a-z-]*: error: .*$text"
  expect_same "$before" "$(fingerprint_of "$W/issuer" "$W/root-box" "$W/$HOST")"
}

P="--passphrase-file $W/root-box/passphrase"

promise "the issuer box says what is missing, in the order in which it is needed"
refused 2 "" hd halfday
refused 2 "" hd halfday mint
refused 1 "nothing.pem" hd halfday accept "$W/stick/nothing.pem"
refused 1 "status" hd halfday status

promise "the root box"
refused 2 "permit" root_box init "Example Root" $P
refused 2 "not_a_name|not a|name" root_box init "Example Root" --permit "not a name" $P
refused 1 "nothing" root_box init "Example Root" --permit "$DOMAIN" --passphrase-file "$W/nothing"
expect 0 root_box init "Example Root" --permit "$DOMAIN" $P
install -m 644 "$W/root-box/state/root.pem" "$W/root.pem"
install -m 644 "$W/root.pem" "$W/issuer/etc/root.pem"
refused 1 "root" root_box init "Example Root" --permit "$DOMAIN" $P
hd halfday init >/dev/null
cp "$W/issuer/state/issuer/request.pem" "$W/stick/request.pem"
sign() { root_box sign "$W/stick/request.pem" --out "$W/stick/chain.pem" --confirm "$(request_fingerprint)" "$@"; }
install -m 600 /dev/null "$W/root-box/wrong"
echo "a wrong passphrase" >"$W/root-box/wrong"
refused 2 "passphrase" sign --passphrase-file "$W/root-box/wrong"
refused 1 "nothing.pem" root_box sign "$W/stick/nothing.pem" --out "$W/stick/chain.pem" --confirm "$(request_fingerprint)" $P
head -c 100 "$W/stick/request.pem" >"$W/stick/cut.pem"
refused 1 "cut.pem" root_box sign "$W/stick/cut.pem" --out "$W/stick/chain.pem" --confirm "$(request_fingerprint)" $P
refused 1 "fingerprint" root_box sign "$W/stick/request.pem" --out "$W/stick/chain.pem" --confirm "0000 0000 0000 0000 0000 0000 0000 0000" $P
run sign $P --permit other.test
[ "$STATUS" != 0 ] || fail "a name outside the root's was permitted"
expect_text "other.test"
[ ! -e "$W/stick/chain.pem" ] || fail "a chain was written"

promise "what can be looked at, and what to do with what can't"
ssh-keygen -q -t ed25519 -N '' -f "$W/stick/ssh"
openssl genpkey -algorithm ed25519 2>/dev/null | openssl pkey -pubout -out "$W/stick/key.pub"
hint() { # STATUS ERROR HINT COMMAND…
  refused "$1" "$2" "${@:4}"
  expect_text "hint: .*$3"
}
hint 1 "ssh.pub'" "ssh-keygen -lf" hd halfday inspect "$W/stick/ssh.pub"
hint 1 "key.pub'" "openssl pkey -pubin" hd halfday-root inspect "$W/stick/key.pub"
hint 1 "127.0.0.1:9: Connection refused" "HOST:PORT" hd halfday inspect 127.0.0.1:9
hint 1 "no photograph 'nothing.jpg'" "halfday scan IMG" hd halfday scan nothing.jpg --out "$W/stick/chain.pem"
hint 2 "two..dots' is not a DNS name: it has an empty label" "two dots in a row" root_box init "Another" --permit two..dots --state "$W/other" $P
hint 1 "there is no root in '/nowhere'" "halfday-root init" hd halfday-root log --state /nowhere
hint 1 "there is no root in '/nowhere'" "halfday-root init" hd halfday-root log export --state /nowhere --out "$W/stick/log"
hint 2 "no window is sealed" "halfday init --stage" setsid -w "$BIN/halfday" --etc "$W/issuer/etc" --state "$W/issuer/state" unseal

promise "a chain that is not for this issuer is not accepted"
cp "$W/root.pem" "$W/stick/foreign.pem"
refused 1 "is a root's certificate, and no chain" hd halfday accept "$W/stick/foreign.pem"
refused 1 "nothing" hd halfday accept "$W/stick/nothing.pem"
world_sign --lifetime 2d >/dev/null
expect 0 hd halfday accept "$W/stick/chain.pem"

promise "a typo in a configuration is refused with file, line and column"
printf 'certificates:\n  lifetme: 12h\n' >"$W/issuer/etc/halfday.yaml"
refused 2 "halfday.yaml:2:3" hd halfday check
refused 2 "halfday.yaml:2:3" hd halfday issue
printf 'certificates:\n  lifetime: 25h\n' >"$W/issuer/etc/halfday.yaml"
refused 2 "halfday.yaml:2:13" hd halfday issue
rm "$W/issuer/etc/halfday.yaml"

promise "a configuration that others may write is refused with the chmod that mends it"
printf 'push: {parallel: 4}\n' >"$W/issuer/etc/halfday.yaml"
chmod 666 "$W/issuer/etc/halfday.yaml"
refused 2 "halfday.yaml" hd halfday check
expect_text "hint: .*chmod"
rm "$W/issuer/etc/halfday.yaml"

world_host "$HOST" 1
world_nginx_grants "$HOST" "$NAME"
world_nginx "$HOST" plain
world_start_nginx "$HOST"
world_nginx "$HOST" tls
world_receiver_init "$HOST"
world_ports "$HOST"
add() { hd halfday host add "$HOST" --reach "ssh://halfday-receiver@127.0.0.1:$SSH_PORT" --confirm "$IDENTITY_FINGERPRINT" "$@"; }

promise "enrolling: an unknown SSH host key, a name outside the root's constraints, a host that is down"
refused 2 "host key of '$HOST'" add --certificate "www=$NAME"
refused 2 "does not permit 'www.other.test'" add --certificate www=www.other.test
ssh-keygen -q -t ed25519 -N "" -f "$W/$HOST/sshd/host_key"
KEY=$(cut -d' ' -f1,2 "$W/$HOST/sshd/host_key.pub")
refused 1 "gave no identity" add --certificate "www=$NAME" --host-key "$KEY"
expect_text "refused"
world_sshd "$HOST"
ssh-keygen -q -t ed25519 -N "" -f "$W/other_key"
refused 1 "gave no identity" add --certificate "www=$NAME" --host-key "$(cut -d' ' -f1,2 "$W/other_key.pub")"
expect_text "is not the one in --host-key or '.*known_hosts'"
! grep -qF '\x' <<<"$OUT" || fail "the hint is escaped: $OUT"
expect 0 add --certificate "web=$NAME" --host-key "$KEY" --dry-run
expect_text "warning: $HOST has no entry 'web' in its receiver.yaml, but www"
expect_text "hint: add it there .*, or call it as it is called there: --certificate www=…"
expect 0 add --certificate "www=$NAME" --host-key "$KEY"
expect_no_text "has no entry"
refused 2 "in the inventory already" add --certificate "www=$NAME"
expect_text "edit .*hosts.d"

promise "a file that was not copied, and a URL for a name, are answered with what is meant"
refused 1 "cannot read '.*nothing.pem'" hd halfday accept "$W/nothing.pem"
expect_text "hint: .*was it copied to this box"
refused 2 "'https://.*' is not a DNS name" add --certificate "www=https://$NAME/"
expect_text "hint: give the name alone, such as www.example.org"

promise "one host that is down never stops the others, and the run says so with status 3"
sed "s/$HOST/web0.example.test/; s/:$SSH_PORT/:1/; s|ed25519:.*|ed25519:$(openssl genpkey -algorithm ED25519 | openssl pkey -pubout -outform DER | base64 -w0)|" \
  "$W/issuer/etc/hosts.d/$HOST.yaml" >"$W/issuer/etc/hosts.d/web0.example.test.yaml"
sed "s/^$HOST/web0.example.test/" "$W/issuer/etc/known_hosts" >"$W/more"
cat "$W/more" >>"$W/issuer/etc/known_hosts"
expect 3 hd halfday run
expect_text "web0.example.test"
expect 0 client "$HOST" "$NAME"
rm "$W/issuer/etc/hosts.d/web0.example.test.yaml"
for command in push issue "policy explain" "host show" "host remove" "status --why"; do
  # shellcheck disable=SC2086
  refused 2 "there is no host '${HOST%%.*}' in the inventory" hd halfday $command "${HOST%%.*}"
  expect_text "hint: did you mean '$HOST'?"
done
refused 2 "'--dry-rnu'" hd halfday push --dry-rnu
expect_text "hint: did you mean '--dry-run'?"
refused 2 "'sttaus'" hd halfday sttaus
expect_text "hint: did you mean 'status'?"
refused 2 "'web2' is one argument too many for 'halfday host add'" hd halfday host add web1 web2
refused 2 "nowhere.example.test" hd halfday push nowhere.example.test
refused 2 "nowhere.example.test" hd halfday issue nowhere.example.test

promise "a delivery that the host's grants refuse leaves what is served as it is"
sed -i "s/names: \[$NAME\]/names: [other.example.test]/" "$W/$HOST/etc/receiver.yaml"
serial=$(served_serial "$HOST" "$NAME")
world_clock +4h
run hd halfday run
[ "$STATUS" != 0 ] || fail "a refused delivery was taken for a good one"
expect_text "refused"
expect_same "$serial" "$(served_serial "$HOST" "$NAME")"
sed -i "s/names: \[other.example.test\]/names: [$NAME]/" "$W/$HOST/etc/receiver.yaml"

promise "an expired intermediate issues nothing, and says what to do"
world_clock +36d
run hd halfday issue --accept-clock
expect_same 1 "$STATUS"
expect_text "error: the intermediate .*is not valid after"
expect_text "hint: "
echo "all promises held"
