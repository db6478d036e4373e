#!/bin/bash
# Many hosts at a time and real sshds: one that takes few connections, one that hangs, one that is down.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
. "$here/one_sshd.sh"
world_enter own-network "$0" "$@"

HOSTS=12
world_begin "$(mktemp -d /tmp/halfday-fan-out.XXXXXX)"
trap 'rm -rf "$W"' EXIT

world_root >/dev/null
world_issuer >/dev/null
one_sshd "MaxStartups 2:100:2"
for ((i = 1; i <= HOSTS; i++)); do one_sshd_host "$i"; done

promise "an sshd that takes two connections at a time still serves twelve hosts in one run: who is turned away comes again"
expect 0 hd halfday push
expect_same "$HOSTS" "$(grep -c 'asks for a certificate' <<<"$OUT")"
grep -qE 'drop connection|beginning MaxStartups' "$W/sshd/sshd.log" || fail "sshd turned nobody away"
one_sshd_stop
one_sshd

promise "a jump host that takes two connections at a time is no hindrance either, and ssh_config keeps the quick key exchange"
install -d -m 755 "$W/jump"
install -m 644 "$W/issuer/state/distributor/id_ed25519.pub" "$W/jump/authorized_keys"
sed "s/^Port .*/Port 2225/; s,^PidFile .*,PidFile $W/jump/sshd.pid,; s,^AuthorizedKeysFile .*,AuthorizedKeysFile $W/jump/authorized_keys," \
  "$W/sshd/sshd_config" >"$W/jump/sshd_config"
printf 'MaxStartups 2:100:2\nLogLevel DEBUG1\n' >>"$W/jump/sshd_config"
/usr/sbin/sshd -f "$W/jump/sshd_config" -E "$W/jump/sshd.log"
printf 'jump %s\n' "$(cut -d' ' -f1,2 "$W/sshd/host_key.pub")" >>"$W/issuer/etc/known_hosts"
cat >"$W/issuer/etc/ssh_config" <<CONFIG
Host 127.0.1.*
  ProxyJump halfday-receiver@127.0.0.1:2225
Host 127.0.0.1
  HostKeyAlias jump
  UserKnownHostsFile $W/issuer/etc/known_hosts
  IdentityFile $W/issuer/state/distributor/id_ed25519
CONFIG
rm -rf "$W"/issuer/state/exchange/requests/*
expect 0 hd halfday push
expect_same "$HOSTS" "$(grep -c 'asks for a certificate' <<<"$OUT")"
grep -qE 'drop connection|beginning MaxStartups' "$W/jump/sshd.log" || fail "the jump host turned nobody away"
grep -q 'kex: algorithm: curve25519-sha256 ' "$W/jump/sshd.log" || fail "another key exchange was used: $(grep 'kex: algorithm' "$W/jump/sshd.log" | head -n 1)"
rm "$W/issuer/etc/ssh_config"
kill "$(cat "$W/jump/sshd.pid")"
expect 0 hd halfday issue

promise "a host that hangs, and one that is down, cost nobody else; the terminal shows how far it is, and who is slow"
python3 - "$W/hanging" <<'PYTHON' &
import socket, sys, time
listener = socket.create_server(("127.0.2.1", 2224))
open(sys.argv[1], "w").close()
time.sleep(60)
PYTHON
HANGING=$!
while [ ! -e "$W/hanging" ]; do kill -0 "$HANGING" || fail "nothing hangs"; sleep 0.02; done
for number in 100 101; do one_sshd_host $number; done # among the first three in the inventory's order
sed -i 's/^reach: .*/reach: ssh:\/\/halfday-receiver@127.0.2.1:2224/' "$W/issuer/etc/hosts.d/web100.example.test.yaml"
sed -i 's/:2222$/:2223/' "$W/issuer/etc/hosts.d/web101.example.test.yaml"
printf 'push: {parallel: 3, connect_timeout: 5s, timeout: 6s}\n' >"$W/issuer/etc/halfday.yaml"
: >"$W/push.txt"
begin=${EPOCHREALTIME/./}
TERM=xterm script -qefc "stty cols 120; $BIN/halfday --etc $W/issuer/etc --state $W/issuer/state push" "$W/push.txt" >/dev/null </dev/null &
PUSH=$!
while (($(grep -c ': proved: ' "$W/push.txt") < HOSTS)); do
  kill -0 "$PUSH" 2>/dev/null || fail "not all were served: $(cat "$W/push.txt")"
  sleep 0.05
done
served=$(((${EPOCHREALTIME/./} - begin) / 1000))
((served < 5000)) || fail "the others were served after $served ms, when the hanging one was given up"
STATUS=0
wait "$PUSH" || STATUS=$?
expect_same 3 "$STATUS"
OUT=$(cat "$W/push.txt")
expect_text "error: web100.example.test: no answer from 127.0.2.1 port 2224 within 5s"
expect_text "error: web101.example.test: connection refused at 127.0.1.101 port 2223"
expect_text $'\x1b\\[31m1 failed\x1b\\[0m, 1 in flight, [0-9]+/(s|min), .* left, slowest web100.example.test [0-9] s\r\x1b\\[K'
[ "$(tail -c 100 "$W/push.txt" | grep -c 'slowest')" = 0 ] || fail "the last line is left on the terminal"

promise "those that failed can be visited alone; elsewhere than on a terminal there are plain lines, and NO_COLOR holds"
printf 'push: {parallel: 3, connect_timeout: 1s, timeout: 1s}\n' >"$W/issuer/etc/halfday.yaml"
expect 1 hd halfday push --only failed
expect_text "error: web100.example.test: no answer"
expect_text "error: web101.example.test: connection refused"
expect_no_text "slowest|web1.example.test"
TERM=xterm NO_COLOR=1 expect 1 script -qefc "stty cols 120; $BIN/halfday --etc $W/issuer/etc --state $W/issuer/state push --only failed" /dev/null
expect_text "slowest web100.example.test"
expect_no_text $'\x1b\\[31m'
TERM=dumb expect 1 script -qefc "stty cols 120; $BIN/halfday --etc $W/issuer/etc --state $W/issuer/state push --only failed" /dev/null
expect_no_text "slowest"
kill "$HANGING"
echo "all promises held"
