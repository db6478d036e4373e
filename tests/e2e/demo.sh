#!/bin/bash
# `./bootstrap demo [--keep]`: the main job on a real web server, in a world of its own below build/demo. Each line
# says which box does what and with which command. The story begins twelve hours ago: the clock moves through three
# 4-hour cycles while a client polls, and ends at the real time, so that what is served then is valid now.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
export HALFDAY_BUILD=${HALFDAY_BUILD:-$(realpath "$here/../../build")}
export HALFDAY_BIN=${HALFDAY_BIN:-$HALFDAY_BUILD/bin}
. "$here/world.sh"
world_enter machine-network "$0" "$@"

KEEP=${1:-}
HOST=web1.example.test NAME=www.example.test
WORLD=$HALFDAY_BUILD/demo

say() { printf '%-14s  %-42s  %s\n' "$1" "$2" "$3"; }

# Runs a step; only a failure shows what it printed.
quietly() {
  local log=$W/log.txt
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    echo "demo: the step '$*' failed" >&2
    exit 1
  fi
}

setup_root() {
  quietly world_root
  say "air-gapped box" "root made" "halfday-root init 'Example Root' --permit example.test"
}

setup_issuer() {
  quietly hd halfday init
  say "issuer box" "intermediate requested" "halfday init"
  cp "$W/issuer/state/issuer/request.pem" "$W/stick/request.pem"
  quietly world_sign
  say "air-gapped box" "intermediate signed, fingerprint compared" "halfday-root sign request.pem --out chain.pem"
  quietly hd halfday accept "$W/stick/chain.pem"
  say "issuer box" "chain accepted" "halfday accept chain.pem"
}

setup_host() {
  quietly world_web_server "$HOST" 1 "$NAME"
  say "web server" "identity made, distributor's key bound" "halfday-receiver init $HOST"
  quietly world_add_host "$HOST" "$NAME"
  say "issuer box" "host enrolled, identity confirmed" "halfday host add $HOST"
}

first_certificate() {
  quietly hd halfday push
  say "issuer box" "request fetched over SSH" "halfday push"
  quietly hd halfday issue
  say "issuer box" "12-hour certificate minted" "halfday issue"
  quietly hd halfday push
  say "web server" "delivered, nginx reloaded, handshake proved" "halfday push -> halfday-receiver serve"
  quietly client "$HOST" "$NAME"
  say "client" "served with the root as only trust anchor" "curl --cacert root.pem https://$NAME:$TLS_PORT/"
}

poll() {
  while [ ! -e "$W/stop" ]; do
    if client "$HOST" "$NAME" >"$W/poll.out" 2>&1; then echo ok; else sed 's/^/failed: /' "$W/poll.out"; fi
    sleep 0.05
  done >"$W/poll.log"
}

cycles() {
  rm -f "$W/stop"
  poll &
  local poller=$! clock serial next
  serial=$(served_serial "$HOST" "$NAME")
  say "client" "now served: serial ${serial:0:16}..." "a client polls from here on"
  for clock in -8h -4h +0h; do
    world_clock "$clock"
    quietly hd halfday run
    sleep 0.3
    next=$(served_serial "$HOST" "$NAME")
    if [ "$next" = "$serial" ]; then
      echo "demo: with the clock at $clock the serial is still $serial" >&2
      exit 1
    fi
    serial=$next
    say "clock $clock" "now served: serial ${serial:0:16}..." "halfday run"
  done
  touch "$W/stop"
  wait "$poller"
  local failed
  failed=$(grep -vc '^ok$' "$W/poll.log" || true)
  say "client" "$(wc -l <"$W/poll.log") requests, $failed failed" "curl in a loop"
  if [ "$failed" != 0 ]; then
    grep -v '^ok$' "$W/poll.log" >&2
    exit 1
  fi
}

finish() {
  served_chain "$HOST" "$NAME" >"$W/served.pem"
  chmod 644 "$W/served.pem"
  echo
  hd halfday status
  echo
  echo "root:         $W/root.pem"
  echo "served chain: $W/served.pem"
}

keep() {
  echo
  echo "https://$NAME:$TLS_PORT/  until Ctrl-C; try:"
  echo "curl --cacert $W/root.pem --resolve $NAME:$TLS_PORT:127.0.0.1 https://$NAME:$TLS_PORT/"
  trap 'exit 0' INT TERM
  while :; do sleep 1; done
}

rm -rf "$WORLD"
world_begin "$WORLD"
world_clock -12h
setup_root
setup_issuer
setup_host
first_certificate
cycles
finish
[ "$KEEP" != --keep ] || keep
