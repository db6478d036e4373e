#!/bin/bash
# Several certificates on one host: those of one web server are taken with one reload, and what is wrong with one stops no
# other; killed between any two steps, the next visit finishes or undoes.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

world_begin "$(mktemp -d /tmp/halfday-several.XXXXXX)"
trap 'rm -rf "$W"' EXIT
world_root >/dev/null 2>&1
world_issuer >/dev/null 2>&1
. "$here/receiver_world.sh"

# nginx serves www and api; odd is another program's, whose reload fails for a serial that is not in odd_takes.
ENTRIES=(www api odd)
world_host web1.example.test 1
on_host web1.example.test
grant() {
  printf '  %s:\n    names: [%s.example.test]\n    server: %s\n    mode: "0640"\n    group: www-data\n' "$1" "$1" "$2"
  shift 2
  printf '    %s\n' "$@"
}
nginx=("test: [$h/test]" "reload: [$h/reload]" "probe: 127.0.0.1:$TLS_PORT")
{
  printf 'host: %s\nroots: [root.pem]\ncertificates:\n' "$HOST"
  grant www nginx "${nginx[@]}"
  grant api nginx "${nginx[@]}"
  grant odd command "reload: [$h/odd_reload]"
} >"$h/etc/receiver.yaml"
cat >"$h/test" <<TEST
#!/bin/sh
live=\$(basename "\$(readlink $h/state/live/api)")
[ ! -e $h/test_refuses ] || [ "\$live" = "\$(cat $h/test_refuses)" ] || { echo "api is not to change" >&2; exit 1; }
exec sudo -n /usr/sbin/nginx -t -q -c $h/nginx/nginx.conf
TEST
printf '#!/bin/sh\necho reload >>%s/reloads\nexec sudo -n /usr/sbin/nginx -s reload -c %s/nginx/nginx.conf\n' "$h" "$h" >"$h/reload"
printf '#!/bin/sh\n[ ! -e %s/odd_takes ] || grep -q "$HALFDAY_SERIAL" %s/odd_takes\n' "$h" "$h" >"$h/odd_reload"
chmod 755 "$h/test" "$h/reload" "$h/odd_reload"
install -o halfday-receiver /dev/null "$h/reloads"
echo "halfday-receiver ALL=(root) NOPASSWD: /usr/sbin/nginx" >"$W/users/sudoers.d/nginx"
"${RECEIVER[@]}" --json init "$HOST" 2>/dev/null | add_to_inventory

# nginx_sites FOLDER-OF-API: both names on one port.
nginx_sites() {
  local name folder
  world_nginx "$HOST" plain
  sed -i '$d' "$h/nginx/nginx.conf"
  for name in www api; do
    folder=$h/state/live/$name
    [ $name = www ] || folder=$1
    printf 'server { listen 127.0.0.1:%s ssl; server_name %s.example.test; ssl_certificate %s/fullchain.pem; ssl_certificate_key %s/privkey.pem; }\n' \
      "$TLS_PORT" "$name" "$folder" "$folder"
  done >>"$h/nginx/nginx.conf"
  echo "}" >>"$h/nginx/nginx.conf"
}
served() { served_serial "$HOST" "$1.example.test"; }
expect_served() { for name in "$@"; do expect_same "$(live_serial "$name")" "$(served "$name")"; done; }
expect_reloads() { expect_same "$1" "$(wc -l <"$h/reloads")" && : >"$h/reloads"; }

promise "all certificates of a web server are taken with one reload"
world_nginx "$HOST" plain
world_start_nginx "$HOST"
nginx_sites "$h/state/live/api"
new_chain
deliver
for entry in www api odd; do expect_receipt proved "" $entry; done
expect_served www api
expect_reloads 1

promise "the one that clients do not get goes back, and the others stay"
cp -aL "$h/state/live/api" "$h/api"
nginx_sites "$h/api"
www=$(live_serial www) api=$(live_serial api)
new_chain
deliver
expect_receipt proved "" www
expect_receipt rolled_back "clients get serial $api" api
expect_same "$api" "$(live_serial api)"
expect_differ "$www" "$(live_serial www)"
expect_served www api
expect_reloads 2
nginx_sites "$h/state/live/api"

promise "where the configuration test fails with all of them, each is tried alone"
live_serial api >"$h/test_refuses"
new_chain
deliver
expect_receipt proved "" www
expect_receipt rolled_back "configuration test failed with the new certificate: api is not to change" api
expect_served www api
rm "$h/test_refuses"
new_chain
deliver
expect_receipt proved "" api

expect_pairs() {
  local entry live
  for entry in www api odd; do
    live=$h/state/live/$entry
    cmp -s <(openssl x509 -in "$live/fullchain.pem" -noout -pubkey) <(openssl pkey -in "$live/privkey.pem" -pubout) &&
      cmp -s "$live/combined.pem" <(cat "$live/fullchain.pem" "$live/privkey.pem") || fail "no pair of $entry, $1"
  done
}

# dies AT ARGUMENTS…: the receiver with $W/input, killed before its AT-th rename or unlink; false when there are not so
# many. What it writes in between is in files that have no name yet that counts.
dies() {
  STATUS=0
  OUT=$(setpriv --reuid halfday-receiver --regid halfday-receiver --init-groups \
    env LD_PRELOAD="$HALFDAY_BUILD/lib/fault_at_call.so $FAKETIME_LIBRARY" FAULT=kill FAULT_AT="$1" FAULT_CALLS="rename unlink" \
    FAKETIME_TIMESTAMP_FILE="$CLOCK" FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
    "$BIN/halfday-receiver" --etc "$h/etc" --state "$h/state" "${@:2}" <"$W/input" 2>&1) || STATUS=$?
  [ "$STATUS" = 137 ]
}

# dies_everywhere NEXT ARGUMENTS…: the same from the same state at each step; NEXT is the visit after it.
dies_everywhere() {
  local next=$1 at
  shift
  cp -a "$h/state" "$W/state"
  for at in $(seq 60); do
    rm -rf "$h/state"
    cp -a "$W/state" "$h/state"
    /usr/sbin/nginx -s reload -c "$h/nginx/nginx.conf" 2>/dev/null
    dies "$at" "$@" || break
    expect_pairs "after death at step $at"
    $next
    [ -z "$(ls "$h/state/journal")" ] || fail "a journal was left after death at step $at"
  done
  DEATHS=$((at - 1))
}

promise "killed at any step of taking, and of going back, all pairs are whole, and the next visit ends the work"
live_serial odd >"$h/odd_takes"
odd=$(live_serial odd)
new_chain
delivery >"$W/input"
after_delivery() {
  deliver
  expect_receipt proved "" www
  expect_receipt proved "" api
  expect_same "$odd" "$(live_serial odd)"
}
dies_everywhere after_delivery serve
expect_same 0 "$STATUS"
[ "$DEATHS" -ge 20 ] || fail "it died $DEATHS times only"

promise "the same of a rollback by hand"
after_rollback() {
  delivery nothing | visit
  expect_served www
}
: >"$W/input"
dies_everywhere after_rollback rollback www
expect_same 0 "$STATUS"
[ "$DEATHS" -ge 3 ] || fail "it died $DEATHS times only"
echo "all promises held"
