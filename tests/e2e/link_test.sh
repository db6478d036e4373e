#!/bin/bash
# A host at the other end of a veth pair, whose link goes down, and silently takes what is on its way, at each stage of a
# visit: the push ends in its time, whole pairs are served, and the next push brings what was issued.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test NAME=www.example.test FAR=10.77.0.1
world_begin "$(mktemp -d /tmp/halfday-link.XXXXXX)"
trap 'rm -rf "$W" 2>/dev/null || true' EXIT
world_root >/dev/null
world_issuer >/dev/null
world_web_server "$HOST" 1 "$NAME"
echo "push: {connect_timeout: 2s, timeout: 4s}" >"$W/issuer/etc/halfday.yaml"
world_ports "$HOST"

# The distributor has a network of its own, whose only way to the host is the veth pair.
unshare --net sleep infinity &
distributor=$!
until [ "$(readlink /proc/$distributor/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
ip link add host type veth peer name issuer netns "$distributor"
ip address add "$FAR/24" dev host
ip link set host up
near() { nsenter --net=/proc/$distributor/ns/net "$@"; }
near ip address add 10.77.0.2/24 dev issuer
near ip link set issuer up
kill "$(cat "$W/$HOST/sshd/sshd.pid")"
sed -i "s/^ListenAddress .*/ListenAddress $FAR/" "$W/$HOST/sshd/sshd_config"
/usr/sbin/sshd -f "$W/$HOST/sshd/sshd_config" -E "$W/$HOST/sshd/sshd.log"
mkdir "$W/near"
printf '#!/bin/sh\nexec nsenter --net=/proc/%s/ns/net %s "$@"\n' "$distributor" "$BIN/halfday" >"$W/near/halfday"
chmod 755 "$W/near/halfday"
near_hd() { BIN=$W/near hd "$@"; }

near_hd halfday host add "$HOST" --reach "ssh://halfday-receiver@$FAR:$SSH_PORT" --certificate "www=$NAME" \
  --host-key "$(cut -d' ' -f1,2 "$W/$HOST/sshd/host_key.pub")" --confirm "$IDENTITY_FINGERPRINT" >/dev/null
expect 0 near_hd halfday run
expect 0 client "$HOST" "$NAME"

newest() { sqlite3 "$W/issuer/state/issuer/ledger.db" "select serial from certificates order by sequence desc limit 1"; }
served() { served_serial "$HOST" "$NAME"; }
pair_is_whole() {
  local live=$W/$HOST/state/live/www
  expect_same "$(openssl x509 -noout -pubkey -in "$live/fullchain.pem")" "$(openssl pkey -pubout -in "$live/privkey.pem")"
}

# cuts: what a forced command calls; it comes back when the link is down.
mkdir -m 1777 "$W/flags"
printf '#!/bin/sh\n: >%s/flags/cut\nuntil [ -e %s/flags/down ]; do sleep 0.02; done\n' "$W" "$W" >"$W/cuts"
chmod 755 "$W/cuts"
while sleep 0.02; do
  if [ -e "$W/flags/cut" ] && [ ! -e "$W/flags/down" ]; then
    ip link set host down
    : >"$W/flags/down"
  fi
done &

cp "$W/$HOST/serve" "$W/serve"
hours=0
# stage TEXT SERVE-COMMAND SERVED: the link goes down where the forced command says; SERVED (old, new) is what clients get.
stage() {
  promise "the link goes down $1"
  hours=$((hours + 4))
  world_clock "+${hours}h"
  local before
  before=$(served)
  expect 0 near_hd halfday issue
  expect_differ "$before" "$(newest)"
  printf '#!/bin/sh\n%s\n' "$2" >"$W/$HOST/serve"
  local start=$SECONDS
  expect 1 near_hd halfday push
  expect_text "error: $HOST: .*$4"
  [ $((SECONDS - start)) -le 10 ] || fail "the push took $((SECONDS - start)) s"
  if [ "$3" = new ]; then
    for _ in $(seq 100); do [ "$(served)" = "$(newest)" ] && break; sleep 0.05; done
    expect_same "$(newest)" "$(served)"
  else
    expect_same "$before" "$(served)"
  fi
  pair_is_whole
  expect 0 client "$HOST" "$NAME"

  cp "$W/serve" "$W/$HOST/serve"
  rm -f "$W/flags/cut" "$W/flags/down"
  ip link set host up
  expect 0 near_hd halfday push "$HOST"
  expect_same "$(newest)" "$(served)"
  pair_is_whole
  expect 0 near_hd halfday status --check
}

silence="no answer from $FAR port $SSH_PORT in time"
"$W/cuts"
stage "before the connection" "exit 1" old "$FAR"
stage "before the delivery is read" "$W/cuts; cat >/dev/null" old "$silence"
stage "when the delivery was read" "d=\$(mktemp); cat >\$d; $W/cuts; $W/serve <\$d" new "$silence"
stage "when half of the answer was written" "d=\$(mktemp); $W/serve >\$d; head -c 500 \$d; $W/cuts; tail -c +501 \$d" new "$silence"
echo "all promises held"
