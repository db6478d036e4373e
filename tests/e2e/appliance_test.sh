#!/bin/bash
# A device that can't run a receiver is served by one that runs on the issuer box, as a user of its own: `server: command`,
# reached by a UNIX socket whose unit starts one receiver a delivery.
# asan
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=printer.example.test NAME=printer.example.test
world_begin "$(mktemp -d /tmp/halfday-appliance.XXXXXX)"
trap 'rm -rf "$W"' EXIT
world_root >/dev/null
world_issuer >/dev/null
world_host "$HOST" 1
h=$W/$HOST
install -d -o halfday-receiver "$h/device"
cat >"$h/upload" <<'UPLOAD'
#!/bin/sh
# What an appliance's own tool would do with the files.
set -e
cp "$HALFDAY_FULLCHAIN" "$DEVICE/chain.pem"
cp "$HALFDAY_PRIVKEY" "$DEVICE/key.pem"
echo "$HALFDAY_ENTRY $HALFDAY_SERIAL" >>"$DEVICE/log"
UPLOAD
sed -i "s|\$DEVICE|$h/device|" "$h/upload"
chmod 755 "$h/upload"
cat >"$h/etc/receiver.yaml" <<YAML
host: $HOST
roots: [root.pem]
certificates:
  web:
    names: [$NAME]
    server: command
    install: [$h/upload]
YAML
world_receiver_init "$HOST" >/dev/null

# As halfday-receiver.socket and halfday-receiver@.service say it, without systemd as the first process.
socket=$W/receiver.sock
systemd-socket-activate --accept --inetd --listen "$socket" \
  setpriv --reuid halfday-receiver --regid halfday-receiver --init-groups "$h/serve" 2>"$W/activate.log" &
until [ -S "$socket" ]; do sleep 0.05; done
chown root:halfday-distributor "$socket"
chmod 660 "$socket"

promise "the host is enrolled through its socket, without an SSH key"
expect 0 hd halfday host add "$HOST" --reach "unix:$socket" --certificate "web=$NAME" --confirm "$IDENTITY_FINGERPRINT"
expect 0 hd halfday host list
expect_text "$HOST +unix:$socket"

promise "a cycle gives the device its certificate and key, and says how it was proven"
expect 0 hd halfday run
expect_text "$HOST web"
expect 0 openssl verify -x509_strict -CAfile "$W/root.pem" -untrusted "$h/device/chain.pem" -verify_hostname "$NAME" "$h/device/chain.pem"
expect_same "$(openssl x509 -in "$h/device/chain.pem" -noout -pubkey)" "$(openssl pkey -in "$h/device/key.pem" -pubout)"

promise "four hours later it gets the next one, and only then"
expect 0 hd halfday run
expect_same 1 "$(wc -l <"$h/device/log")"
world_clock +4h
expect 0 hd halfday run
expect_same 2 "$(wc -l <"$h/device/log")"

promise "a device that fails keeps what it had, and the run says so"
serial=$(openssl x509 -in "$h/device/chain.pem" -noout -serial)
sed -i 's/^set -e$/echo "no paper" >\&2; exit 1/' "$h/upload"
world_clock +8h
run hd halfday run
[ "$STATUS" != 0 ] || fail "a failed installation was taken for a good one"
expect_text "$HOST web: .*no paper"
expect_same "$serial" "$(openssl x509 -in "$h/device/chain.pem" -noout -serial)"
echo "all promises held"
