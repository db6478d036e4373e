# An air-gapped box for a test: a network, a sysfs, memory files and mounts of its own, loopback alone; nobody outside is touched.
# Sourced by the script that runs in it: the folder is $W, the root's state $S, the program $R.

[ -n "${HALFDAY_INSIDE:-}" ] || exec env HALFDAY_INSIDE=1 unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0"
set -euo pipefail
mount -t sysfs sysfs /sys
mount -t tmpfs -o mode=1777 tmpfs /dev/shm # another test may rehearse at the same time
ip link set lo up

W=$(mktemp -d /tmp/halfday-root.XXXXXX)
trap 'rm -rf "$W"' EXIT
cd "$W"
S=$W/box
R=${HALFDAY_BIN:?}/halfday-root
umask 077
echo "correct horse battery staple" >passphrase

# request NAME: a key and a request of an issuer's that calls itself NAME; the fingerprint on its screen is $PAPER.
request() {
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out issuer.key 2>/dev/null
  openssl req -new -key issuer.key -subj "/CN=$1" -out request.pem 2>/dev/null
  PAPER=$(openssl pkey -in issuer.key -pubout -outform DER | sha256sum | cut -c1-32)
}
