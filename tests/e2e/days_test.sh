#!/bin/bash
# Three days of cycles, an issuer that is down for 7 hours and a host that is down for 20: no poll fails, and what is
# served is never older than 12 hours.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test NAME=www.example.test
world_begin "$(mktemp -d /tmp/halfday-days.XXXXXX)"
trap 'rm -rf "$W"' EXIT
world_root >/dev/null
world_issuer >/dev/null
world_web_server "$HOST" 1 "$NAME"
world_add_host "$HOST" "$NAME" >/dev/null

# minutes since the start, moved on by advance
NOW=0 POLLS=0
advance() {
  NOW=$((NOW + $1))
  world_clock "+${NOW}m"
}

poll() {
  expect 0 client "$HOST" "$NAME"
  local chain age
  chain=$(served_chain "$HOST" "$NAME")
  age=$(($(moved date +%s) - $(date -d "$(openssl x509 -noout -startdate <<<"$chain" | cut -d= -f2)" +%s)))
  [ "$age" -lt 43200 ] || fail "what is served at +${NOW}m is $age s old"
  POLLS=$((POLLS + 1))
}

cycle() { expect 0 hd halfday run; }

cycle
poll
serials=$(served_serial "$HOST" "$NAME")

promise "three days of cycles: every poll succeeds, every certificate served is younger than 12 hours"
while [ "$NOW" -lt $((3 * 24 * 60)) ]; do
  advance 60
  poll
  cycle
  poll
  serials+=$'\n'$(served_serial "$HOST" "$NAME")
done
renewals=$(sort -u <<<"$serials" | wc -l)
[ "$renewals" -ge 18 ] || fail "only $renewals certificates in three days"
expect_same "$renewals" "$(sqlite3 "$W/issuer/state/issuer/ledger.db" 'select count(*) from certificates')"

promise "an issuer that is down for 7 hours costs nothing"
last=$(served_serial "$HOST" "$NAME")
for _ in 1 2 3 4 5 6 7; do advance 60; poll; done
cycle
poll
expect_differ "$last" "$(served_serial "$HOST" "$NAME")"

promise "a host that was down for 20 hours costs no certificates, and is served again within one run of its return"
/usr/sbin/nginx -s stop -c "$W/$HOST/nginx/nginx.conf"
kill "$(cat "$W/$HOST/sshd/sshd.pid")"
issued=$(sqlite3 "$W/issuer/state/issuer/ledger.db" 'select count(*) from certificates')
for _ in 1 2 3 4 5; do
  advance 240
  run hd halfday run # the first one mints for it, and all fail to reach it
done
minted=$(($(sqlite3 "$W/issuer/state/issuer/ledger.db" 'select count(*) from certificates') - issued))
[ "$minted" -le 1 ] || fail "$minted certificates were minted for a host that is down"
world_sshd "$HOST"
world_start_nginx "$HOST"
cycle
nginx_settled "$HOST"
poll
echo "$POLLS polls, $renewals certificates in three days"
