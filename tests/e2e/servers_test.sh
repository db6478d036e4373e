#!/bin/bash
# Each kind of web server with the real program: the first delivery, renewals under clients, a configuration that is
# broken, a reload that does nothing, a pair that is none. The stories run side by side.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

world_begin "$(mktemp -d /tmp/halfday-servers.XXXXXX)"
trap 'rm -rf "$W"' EXIT
sed 's/^caddy:.*:/&halfday-receiver/' "$W/users/group" >"$W/group" # in place, since it is mounted
cat "$W/group" >"$W/users/group"
world_root >/dev/null 2>&1
world_issuer >/dev/null 2>&1
. "$here/receiver_world.sh"
. "$here/web_servers.sh"

# The hosts are named after what they show: KIND, or KIND-WAY.
STORIES=(nginx apache haproxy-master haproxy-runtime caddy)
host_of() { echo "$1.example.test"; }

# A receiver as init makes it, but for the paths of its web server.
make_host() {
  local story=$1 number=$2
  local kind=${story%-*} host group=www-data
  [ "$kind" != caddy ] || group=caddy # it reads the key as its own user
  host=$(host_of "$story")
  world_host "$host" "$number"
  world_ports "$host"
  on_host "$host"
  local options=(--root "$W/root.pem" --name "$host" --server "$kind" --probe "127.0.0.1:$TLS_PORT" --group "$group")
  case $story in
    haproxy-*) options+=("--${story#*-}-socket" "$h/haproxy/${story#*-}.sock") ;;
  esac
  rm "$h/etc/root.pem"
  "${RECEIVER[@]}" init "$host" "${options[@]}" >/dev/null 2>&1
  sed -i "s|^    test: .*|    test: [$("${kind}_test" "$host")]|" "$h/etc/receiver.yaml"
  case $story in
    haproxy-*) ;;
    *) sed -i "s|^    reload: .*|    reload: [$("${kind}_reload" "$host")]|" "$h/etc/receiver.yaml" ;;
  esac
  "${RECEIVER[@]}" --json init "$host" 2>/dev/null >"$h/init.json"
  add_to_inventory <"$h/init.json"
  python3 -c 'import json, sys; print(json.load(sys.stdin)["sudoers"], end="")' <"$h/init.json" >"$W/users/sudoers.d/$story"
  chmod 440 "$W/users/sudoers.d/$story"
}

# together STORY-FUNCTION: for all web servers at once, each with what it printed if it failed.
together() {
  local story broken=
  for story in "${STORIES[@]}"; do
    (on_host "$(host_of "$story")" && "$1" "$story") >"$W/$story.out" 2>&1 &
    echo $! >"$W/$story.pid"
  done
  for story in "${STORIES[@]}"; do
    wait "$(cat "$W/$story.pid")" || { echo "BROKEN: $story" >&2 && cat "$W/$story.out" >&2 && broken=1; }
  done
  [ -z "$broken" ] || exit 1
}

carry_all() { delivery nothing | visit && carry_requests; }
new_chains() {
  next_cycle
  together carry_all
  hd halfday issue >/dev/null
}

served() { served_serial "$HOST" "$HOST"; }
expect_served() { expect_same "$(live_serial)" "$(served)"; }

# Clients that make full handshakes and requests until $h/stop is there; then how many, and which did not end well.
clients() {
  world_ports "$HOST"
  python3 - "$TLS_PORT" "$HOST" "$h/stop" <<'PY'
import os, socket, ssl, sys, threading, time
port, name, stop = int(sys.argv[1]), sys.argv[2], sys.argv[3]
made, broken = [0] * 2, []
def go(i):
    while not os.path.exists(stop):
        try:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with socket.create_connection(("127.0.0.1", port), 5) as raw, context.wrap_socket(raw, server_hostname=name) as tls:
                tls.sendall(b"GET / HTTP/1.0\r\nHost: " + name.encode() + b"\r\n\r\n")
                if not tls.recv(100).startswith(b"HTTP/1"): raise OSError("no answer")
        except OSError as error:
            broken.append(repr(error))
        made[i] += 1
        time.sleep(0.005)
threads = [threading.Thread(target=go, args=(i,)) for i in range(2)]
for t in threads: t.start()
for t in threads: t.join()
print(sum(made), len(broken), broken[:3])
PY
}

number=0
for story in "${STORIES[@]}"; do
  number=$((number + 1))
  make_host "$story" $number
done

promise "the first delivery is taken up by a web server that runs without TLS; HAProxy by its runtime API has to know the file"
first() {
  local kind=${1%-*}
  "${kind}_conf" "$HOST" plain
  "${kind}_start" "$HOST"
  "${kind}_conf" "$HOST" tls
  deliver
  if [ "$1" = haproxy-runtime ]; then
    expect 1 "${RECEIVER[@]}" check
    expect_text "error: www: the running HAProxy has no certificate"
    expect_receipt unproved "the running HAProxy has no certificate '$h/state/live/www/combined.pem'"
    haproxy_stop "$HOST"
    sleep 0.2
    haproxy_start "$HOST"
    delivery nothing | visit
  fi
  expect_receipt proved
  expect_served
  expect 0 "${RECEIVER[@]}" check
  case $1 in
    haproxy-*)
      expect_text "www: HAProxy answers at '$h/haproxy/"
      chmod 600 "$h"/haproxy/*.sock
      run "${RECEIVER[@]}" check
      chmod 660 "$h"/haproxy/*.sock
      expect_text "error: www: cannot talk to HAProxy at '.*': Permission denied"
      expect_text "hint: start HAProxy, and let this user's group write to the socket"
      expect 0 "${RECEIVER[@]}" check
      ;;
  esac
  # Caddy's tickets are good for a week, the others' for five minutes.
  if [ "$1" = caddy ]; then
    expect_text "warning: www: clients may resume a TLS session for 7 d, but the certificate that they saw ends in"
  else
    expect_no_text "warning"
  fi
}
new_chains
together first

promise "a renewal is proved, and no client's handshake breaks"
renew() {
  local before
  before=$(served)
  rm -f "$h/stop"
  clients >"$h/clients" &
  # Somebody else's, or a killed receiver's, is left half done: HAProxy has one at a time.
  if [ "$1" = haproxy-runtime ]; then
    echo "new ssl cert $h/other.pem" | socat - "UNIX-CONNECT:$h/haproxy/runtime.sock" >/dev/null
    { echo "set ssl cert $h/other.pem <<" && cat "$h/state/live/www/combined.pem" && echo; } |
      socat - "UNIX-CONNECT:$h/haproxy/runtime.sock" | grep -q 'Transaction created' || fail "no transaction was left"
  fi
  deliver
  expect_receipt proved
  sleep 1
  touch "$h/stop"
  wait $!
  expect_served
  expect_differ "$before" "$(served)"
  cat "$h/clients"
  [ "$1" = caddy ] || grep -q '^[1-9][0-9]* 0 ' "$h/clients" || fail "$(cat "$h/clients")"
}
new_chains
together renew

promise "a configuration that is broken already is not reloaded, its own line is told, and it is proved when mended"
broken_configuration() {
  local kind=${1%-*} before
  if [ "$1" = haproxy-runtime ]; then # it reads no configuration
    deliver
    expect_receipt proved
    return
  fi
  before=$(served)
  local conf
  conf=$(find "$h/$kind" -name '*.conf' -o -name '*.cfg' -o -name Caddyfile)
  echo "nonsense {" >>"$conf"
  deliver
  expect_receipt unproved "fails without it too, so it was not reloaded: .*(nonsense|end of file|EOF|[Uu]nexpected)"
  expect_same "$before" "$(served)"
  sed -i '$d' "$conf"
  delivery nothing | visit
  expect_receipt proved
  expect_served
}
new_chains
together broken_configuration

promise "a reload that says it worked and does nothing is rolled back, which is proved"
idle_reload() {
  local before
  before=$(served)
  cp "$h/etc/receiver.yaml" "$h/receiver.yaml"
  case $1 in
    # Another HAProxy that has the same file, but not the clients.
    haproxy-*)
      sed "s|haproxy/|idle/|; s|:$TLS_PORT |:$((TLS_PORT + 2000)) |; s|:$((TLS_PORT + 1000))|:$((TLS_PORT + 3000))|" \
        "$h/haproxy/haproxy.cfg" >"$h/haproxy/idle.cfg"
      mkdir "$h/idle"
      haproxy -W -D -S "$h/idle/master.sock,mode,660,group,halfday-receiver" -p "$h/idle/pid" -f "$h/haproxy/idle.cfg"
      sed -i "s|_socket: .*haproxy/|_socket: \"$h/idle/|" "$h/etc/receiver.yaml"
      ;;
    *) sed -i 's|reload: .*|reload: [/bin/true]|' "$h/etc/receiver.yaml" ;;
  esac
  deliver
  expect_receipt rolled_back "the new certificate was not served: clients get serial $before"
  expect_same "$before" "$(live_serial)"
  expect_same "$before" "$(served)"
  cp "$h/receiver.yaml" "$h/etc/receiver.yaml"
}
new_chains
together idle_reload

promise "rollback goes back by hand, says so beforehand, and is proved; the next visit leaves it so"
rollback() {
  local before
  before=$(live_serial)
  expect 0 "${RECEIVER[@]}" rollback www --dry-run
  expect_text "^www: would go back from serial $before, .*, to serial [0-9a-f]{32}, which ends in 3 h"
  expect_same "$before" "$(live_serial)"
  expect 0 "${RECEIVER[@]}" rollback www
  expect_text "^www: went back from serial $before, .* to serial $(live_serial), .* and clients get it"
  expect_differ "$before" "$(live_serial)"
  expect_served
  delivery nothing | visit
  expect_receipt rolled_back "by hand"
  expect_served
  expect 1 "${RECEIVER[@]}" rollback www
  expect_text "no older certificate here that is still valid"
}
together rollback

promise "a pair that does not match never comes near the web server"
no_pair() {
  local before
  before=$(served)
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$h/state/pending/www.key" 2>/dev/null
  deliver
  expect_receipt refused
  expect_same "$before" "$(live_serial)"
  expect_same "$before" "$(served)"
}
new_chains
together no_pair
echo "all promises held"
