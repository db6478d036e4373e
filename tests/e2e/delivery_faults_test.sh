#!/bin/bash
# Each fault between the distributor and what clients get, one row of docs/delivery.md: nothing is lost, the old
# certificate is served meanwhile, the state is told as the page says, and the next push ends it.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test NAME=www.example.test PROXY_PORT=7022
world_begin "$(mktemp -d /tmp/halfday-delivery.XXXXXX)"
trap 'rm -rf "$W" 2>/dev/null || true' EXIT
world_root >/dev/null
world_issuer >/dev/null
mkdir -p "$W/$HOST/state"
mount -t tmpfs -o size=2m,mode=755 tmpfs "$W/$HOST/state"
world_web_server "$HOST" 1 "$NAME"
echo "push: {connect_timeout: 2s, timeout: 4s}" >"$W/issuer/etc/halfday.yaml"
world_ports "$HOST"
mkdir "$W/proxy"
python3 "$here/faulty_proxy.py" "$PROXY_PORT" "$SSH_PORT" "$W/proxy" &
for _ in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/$PROXY_PORT) 2>/dev/null && break; sleep 0.05; done
hd halfday host add "$HOST" --reach "ssh://halfday-receiver@127.0.0.1:$PROXY_PORT" --certificate "www=$NAME" \
  --host-key "$(cut -d' ' -f1,2 "$W/$HOST/sshd/host_key.pub")" --confirm "$IDENTITY_FINGERPRINT" >/dev/null
expect 0 hd halfday run
G=$W/$HOST/etc/receiver.yaml R=$W/$HOST/state hours=0
cp "$G" "$W/receiver.yaml"

# What the ledger has last; what clients get.
newest() { sqlite3 "$W/issuer/state/issuer/ledger.db" "select serial from certificates order by sequence desc limit 1"; }
served() { served_serial "$HOST" "$NAME"; }
pair_is_whole() {
  local live=$R/live/www
  expect_same "$(openssl x509 -noout -pubkey -in "$live/fullchain.pem")" "$(openssl pkey -pubout -in "$live/privkey.pem")"
}
# A certificate is issued and waits for its delivery. BEFORE is what is served.
next_certificate() {
  hours=$((hours + 4))
  world_clock "+${hours}h"
  BEFORE=$(served)
  expect_same "$BEFORE" "$(newest)"
  expect 0 hd halfday issue
  expect_differ "$BEFORE" "$(newest)"
}
# during STATUS TEXT: the push ends so and says this; the old one is served, and nothing is half there.
during() {
  expect "$1" hd halfday push
  expect_text "$2"
  expect_same "$BEFORE" "$(served)"
  pair_is_whole
  expect 0 client "$HOST" "$NAME"
}
# The fault is over: the next push, and no other, brings what was issued.
mended() {
  expect 0 hd halfday push "$HOST"
  expect_same "$(newest)" "$(served)"
  pair_is_whole
  expect 0 hd halfday status --check
}

# The same where the fault used the certificate up: the renewal brings the next.
renewed() {
  hours=$((hours + 4))
  world_clock "+${hours}h"
  expect 0 hd halfday run
  expect_same "$(newest)" "$(served)"
  pair_is_whole
  expect 0 hd halfday status --check
}

promise "a link that is cut at each stage of a transfer: the next push begins anew"
total=$(cat "$W/proxy/passed")
for part in 1 3 5 7 9 11; do
  next_certificate
  echo "cut $((total * part / 12))" >"$W/proxy/fault"
  run hd halfday push
  [ "$STATUS" = 1 ] || fail "a push whose link was cut at $part of 12 ended with $STATUS"
  expect_text "error: $HOST"
  pair_is_whole
  expect 0 client "$HOST" "$NAME"
  rm "$W/proxy/fault"
  mended
done

promise "a proxy that stalls, and one that changes a byte"
next_certificate
echo "stall $((total / 2))" >"$W/proxy/fault"
during 1 "no answer from 127.0.0.1 port $PROXY_PORT in time"
rm "$W/proxy/fault"
mended
next_certificate
echo "garble $((total * 3 / 4))" >"$W/proxy/fault"
run hd halfday push
expect_same 1 "$STATUS"
expect_text "message authentication code incorrect"
rm "$W/proxy/fault"
mended

promise "a full disk at the receiver, and a file system that became read-only"
next_certificate
head -c 4M /dev/zero >"$R/filler" 2>/dev/null || true
during 1 "No space left on device"
rm "$R/filler"
mended
next_certificate
mount -o remount,ro "$R"
during 1 "Read-only file system"
mount -o remount,rw "$R"
mended

rm "$W/issuer/etc/halfday.yaml" # the usual timeouts
promise "a web server that hangs in its reload, and a reload that does nothing: back to the old one, told until the next renewal"
for reload in '/usr/bin/timeout, "1", /bin/sleep, "60"' '/bin/true'; do
  next_certificate
  sed -E "s|reload: .*|reload: [$reload]|" "$W/receiver.yaml" >"$G"
  during 1 "rolled back: the new certificate was not served"
  cp "$W/receiver.yaml" "$G"
  expect 1 hd halfday status --check
  expect_text "$HOST/www: rolled_back: the new certificate was not served"
  renewed
done

promise "a clock a day ahead at the host: told with both times, and over when the clock is right"
next_certificate
cp "$W/$HOST/serve" "$W/serve"
echo "+$((hours + 24))h" >"$W/other_clock"
chmod 644 "$W/other_clock"
sed "s|FAKETIME_TIMESTAMP_FILE=[^ ]*|FAKETIME_TIMESTAMP_FILE=$W/other_clock|" "$W/serve" >"$W/$HOST/serve"
during 1 "skew: certificate .* is not valid after 20.*, and this clock says 20.*; its clock is off by 1 d"
expect 1 hd halfday status --check
expect_text "its clock is .* ahead of this box's"
cp "$W/serve" "$W/$HOST/serve"
hours=$((hours + 4))
world_clock "+${hours}h"
expect 0 hd halfday run
expect_same "$(newest)" "$(served)"
expect 0 hd halfday status --check

promise "another protocol on either side: both numbers are told, and nothing is done"
next_certificate
sed 's!^LD_PRELOAD!export LD_PRELOAD!; s!exec !; sed s/.protocol.:1/\\"protocol\\":2/ | exec !' "$W/serve" >"$W/$HOST/serve"
during 1 "the other side speaks protocol 2, this side protocol 1"
cp "$W/serve" "$W/$HOST/serve"
mended
next_certificate
printf '#!/bin/sh\ncat >/dev/null\necho %s\n' "'{\"protocol\":2,\"host\":\"$HOST\"}'" >"$W/$HOST/serve"
during 1 "the other side speaks protocol 2, this side protocol 1"
cp "$W/serve" "$W/$HOST/serve"
mended
echo "all promises held"
