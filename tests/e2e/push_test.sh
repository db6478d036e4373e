#!/bin/bash
# The distributor and a real sshd: each way in which a connection fails is told by what OpenSSH itself says there, with
# the host and what to do; it stops no other host, and the next run goes on.
# asan
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

GOOD=web1.example.test BAD=web2.example.test
world_begin "$(mktemp -d /tmp/halfday-push.XXXXXX)"
trap 'rm -rf "$W"' EXIT

restart_sshd() {
  kill "$(cat "$W/$BAD/sshd/sshd.pid")"
  while [ -e "$W/$BAD/sshd/sshd.pid" ]; do sleep 0.02; done
  rm -f "$W/$BAD/sshd/host_key.pub"
  world_sshd "$BAD"
}

# failed STATUS WHAT HINT: a push ends so, and says this of the bad host.
failed() {
  expect "$1" hd halfday push
  expect_text "error: $BAD( www)?: .*$2"
  [ -z "$3" ] || expect_text "hint: .*$3"
}

quiet() { expect 0 "$@"; }

quiet world_root
quiet world_issuer
# Web servers that are commands, so that the connection alone is tested.
world_command_host "$GOOD" 1 >/dev/null
world_command_host "$BAD" 2 >/dev/null
sshd=$W/$BAD/sshd known_hosts=$W/issuer/etc/known_hosts

promise "a host key that changed is never taken, and the line that mends it is printed"
mv "$sshd/host_key" "$sshd/host_key.real"
restart_sshd
failed 3 "is not the one in '$known_hosts'" "halfday host rekey $BAD --host-key"
expect_text "$GOOD www: asks for a certificate"
expect_no_text "error: $GOOD"

promise "what is left to do for one host alone fails as a whole"
failed 1 "is not the one in '$known_hosts'" ""
mv "$sshd/host_key.real" "$sshd/host_key"
restart_sshd

promise "a host whose key nobody pinned is not connected to"
cp "$known_hosts" "$W/known_hosts"
sed -i "/^$BAD /d" "$known_hosts"
failed 1 "no SSH host key that can be used" "'$BAD ssh-ed25519 '"
cp "$W/known_hosts" "$known_hosts"

promise "a key that is not accepted there"
mv "$sshd/authorized_keys" "$W/authorized_keys"
failed 1 "does not accept the distributor's SSH key" "authorized_keys"

promise "a forced command that is no receiver"
printf 'restrict,command="echo \\"\\e[31mhello\\"" %s\n' "$(cat "$W/issuer/state/distributor/id_ed25519.pub")" \
  >"$sshd/authorized_keys"
failed 1 "the answer is not one" "forced command"
expect_no_text $'\e'
cp "$W/authorized_keys" "$sshd/authorized_keys"

promise "a receiver that fails is quoted"
mv "$W/$BAD/etc/receiver.yaml" "$W/receiver.yaml"
failed 1 "failed with status [12]: 'halfday-receiver: error: .*receiver.yaml" "halfday-receiver check"
cp "$W/receiver.yaml" "$W/$BAD/etc/receiver.yaml"

promise "a receiver of another host is not listened to"
sed -i "s/^host: .*/host: web3.example.test/" "$W/$BAD/etc/receiver.yaml"
failed 1 "calls itself 'web3.example.test'" "receiver.yaml"
cp "$W/receiver.yaml" "$W/$BAD/etc/receiver.yaml"

promise "a host that hangs is given up in time, one that is down at once"
world_ports "$BAD"
kill -STOP "$(cat "$sshd/sshd.pid")"
printf 'push: {connect_timeout: 1s, timeout: 4s}\n' >"$W/issuer/etc/halfday.yaml"
failed 1 "(no answer from|was closed or died)" ""
kill -CONT "$(cat "$sshd/sshd.pid")"
kill "$(cat "$sshd/sshd.pid")"
while [ -e "$sshd/sshd.pid" ]; do sleep 0.02; done
failed 1 "connection refused at 127.0.0.1 port $SSH_PORT" "sshd"
rm "$W/issuer/etc/halfday.yaml"
expect 0 hd halfday push "$GOOD"
expect_silence

promise "once it is back, the next run goes on"
world_sshd "$BAD"
expect 0 hd halfday push
expect_text "$BAD www: asks for a certificate"
expect 0 hd halfday issue
sed -i "s/names: \[$BAD\]/names: [other.example.test]/" "$W/$BAD/etc/receiver.yaml"

promise "a delivery that is refused is told with the host's reason, once, and stops no other"
failed 3 "refused: .*'$BAD' is not among the names" "receiver.yaml"
expect_text "$GOOD www: proved: serves "
expect 0 hd halfday push
expect_silence

promise "the operator's ssh_config is used, and can't loosen what keeps a connection safe"
printf 'Host *\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  Port 1\n' >"$W/issuer/etc/ssh_config"
sed -i "/^$BAD /d" "$known_hosts"
fetch() {
  setpriv --reuid halfday-distributor --regid halfday-distributor --init-groups "$BIN/halfday-distributor" \
    --etc "$W/issuer/etc" --state "$W/issuer/state" fetch-identity --host "$1" \
    --reach "ssh://halfday-receiver@127.0.0.1:$2" --known-hosts "$known_hosts"
}
expect 1 fetch "$BAD" "$SSH_PORT"
expect_text "no SSH host key that can be used"
world_ports "$GOOD"
expect 0 fetch "$GOOD" "$SSH_PORT"
expect_text "^ed25519:"
expect_text "^([0-9a-f]{4} ){7}[0-9a-f]{4}$"
chmod 666 "$W/issuer/etc/ssh_config"
expect 2 fetch "$GOOD" "$SSH_PORT"
expect_text "ssh_config"
rm "$W/issuer/etc/ssh_config"

promise "an identity is taken from a receiver of that name alone"
expect 1 fetch "$BAD" "$SSH_PORT"
cp "$known_hosts" "$W/known_hosts"
sed "s/^$GOOD /$BAD /" "$W/known_hosts" >"$known_hosts"
expect 1 fetch "$BAD" "$SSH_PORT"
expect_text "calls itself '$GOOD', not '$BAD'"
cp "$W/known_hosts" "$known_hosts"

promise "nobody but the owner of its state runs the distributor"
expect 2 hd halfday-distributor push
expect_text "halfday-distributor"
expect_text "halfday push"
