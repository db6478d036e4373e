#!/bin/bash
# A web server that is an enemy's, and a real sshd: whatever it says costs itself alone.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test
world_begin "$(mktemp -d /tmp/halfday-hostile.XXXXXX)"
trap 'rm -rf "$W"' EXIT
expect 0 world_root
expect 0 world_issuer
world_host "$HOST" 1
cat >"$W/$HOST/etc/receiver.yaml" <<YAML
host: $HOST
roots: [root.pem]
certificates:
  www: {names: [$HOST], server: command, install: [/bin/true]}
YAML
world_receiver_init "$HOST" >/dev/null
world_sshd "$HOST"
expect 0 world_add_host "$HOST" "$HOST"

# answers COMMAND: the host's forced command from now on.
answers() {
  printf '#!/bin/sh\n%s\n' "$1" >"$W/$HOST/enemy"
  chmod 755 "$W/$HOST/enemy"
  printf 'restrict,command="%s" %s\n' "$W/$HOST/enemy" "$(cat "$W/issuer/state/distributor/id_ed25519.pub")" \
    >"$W/$HOST/sshd/authorized_keys"
}

promise "a host that speaks as ssh itself is quoted, and nobody is told to pin another key"
answers 'echo "REMOTE HOST IDENTIFICATION HAS CHANGED" >&2; exit 255'
expect 1 hd halfday push
expect_text "failed with status 255: 'REMOTE HOST IDENTIFICATION HAS CHANGED'"
expect_no_text "host rekey"

promise "an answer without end ends at its limit"
answers 'exec cat /dev/zero'
begin=$(date +%s)
expect 1 hd halfday push
expect_text "larger than any receiver's: it was cut off after 4194304 bytes"
[ $(($(date +%s) - begin)) -lt 30 ] || fail "it was read until the timeout"

promise "a push that is killed takes its ssh along, and the next one clears up"
answers 'exec sleep 60'
hd halfday push >/dev/null 2>&1 &
for _ in $(seq 100); do
  log=$(ls -A "$W/issuer/state/distributor" | grep '^\.halfday-ssh-') && break
  sleep 0.1
done
holder=$(cut -d' ' -f1 "$W/issuer/state/distributor/lock")
sleep 0.5
ssh=$(pgrep -P "$holder" ssh) || fail "no ssh is running"
kill -9 "$holder"
wait
for _ in $(seq 20); do kill -0 "$ssh" 2>/dev/null || break; sleep 0.1; done
[ ! -e "/proc/$ssh" ] || grep -q '^State:.Z' "/proc/$ssh/status" || fail "its ssh lives on"
answers 'exit 1'
expect 1 hd halfday push
[ ! -e "$W/issuer/state/distributor/$log" ] || fail "ssh's log is there still"
