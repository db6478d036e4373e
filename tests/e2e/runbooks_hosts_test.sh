#!/bin/bash
# The runbooks of web servers, of a rollout and of a move, command by command, with a real sshd and nginx.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"
. "$here/runbook.sh"
. "$here/runbook_world.sh"

HOST=web1.example.org NAME=www.example.org
world_begin "$(mktemp -d /tmp/halfday-runbooks-hosts.XXXXXX)" example.org
trap 'rm -rf "$W"' EXIT
STATE=$W/issuer/state
world_root >/dev/null 2>&1
world_issuer >/dev/null
cp "$W/stick/chain.pem" "$W/stick/first.pem"
for number in 1 2; do
  world_web_server "web$number.example.org" $number "www${number#1}.example.org"
  world_add_host "web$number.example.org" "www${number#1}.example.org" >/dev/null
done
hd halfday run >/dev/null

served_is_good() {
  nginx_settled "$HOST"
  expect 0 client "$HOST" "$NAME"
}
stop_nginx() {
  local master
  master=$(cat "$W/$HOST/nginx/nginx.pid")
  /usr/sbin/nginx -q -s stop -c "$W/$HOST/nginx/nginx.conf" 2>/dev/null
  while kill -0 "$master" 2>/dev/null; do sleep 0.02; done
}
rows_of() { sqlite3 "$STATE/issuer/ledger.db" "select count(*) from certificates where host = '$1'"; }
key_served() { served_chain "$HOST" "$NAME" | openssl x509 -noout -pubkey; }

promise "a stolen server key: in a minute the server has another, which was made after the hole was closed"
stolen=$(key_served)
waiting=$(sha256sum <"$W/$HOST/state/pending/www.key")
for number in 1 2; do step server-key-stolen $number; done
expect_differ "$waiting" "$(sha256sum <"$W/$HOST/state/pending/www.key")"
made=$(openssl pkey -in "$W/$HOST/state/pending/www.key" -pubout)
step server-key-stolen 3
expect_differ "$stolen" "$(key_served)"
expect_same "$made" "$(key_served)"
expect_same 2 "$(rows_of $HOST)"
expect_same 1 "$(rows_of web2.example.org)"
served_is_good

promise "its dry run and a host that can't be asked change nothing, and the rate limit holds"
kill "$(cat "$W/$HOST/sshd/sshd.pid")"
expect 0 hd halfday renew $HOST --dry-run
expect_text "would mint $HOST/www"
expect 1 hd halfday renew $HOST
expect_text "nothing was issued"
world_sshd $HOST
expect_same 2 "$(rows_of $HOST)"
expect 0 hd halfday renew $HOST
expect 0 hd halfday renew $HOST
expect 3 hd halfday renew $HOST
expect_text "4 certificates were issued for it within the last hour, max_per_hour is 4"
expect_same 4 "$(rows_of $HOST)"
expect 2 hd halfday renew
expect 2 hd halfday renew web3.example.org
served_is_good

promise "a host that was down for days is served again within one run of its return"
stop_nginx
kill "$(cat "$W/$HOST/sshd/sshd.pid")"
for hours in 4 60; do # one certificate waits for it until it has expired
  world_clock +${hours}h
  run hd halfday run
done
world_sshd $HOST
world_start_nginx $HOST
for number in 1 2 3; do step host-was-down $number; done
served_is_good

promise "a rollout that stopped goes on when the host that failed is mended"
printf 'rollout: {canary: [%s]}\n' $HOST >>"$W/issuer/etc/halfday.yaml"
hd halfday init --next >/dev/null
cp "$STATE"/issuer/intermediates/*/request.pem "$W/stick/request.pem"
world_sign >/dev/null
hd halfday accept "$W/stick/chain.pem" >/dev/null
world_clock +76h
expect 0 hd halfday run
kill "$(cat "$W/$HOST/sshd/sshd.pid")"
world_clock +84h
expect 3 hd halfday run
world_clock +86h
expect 1 hd halfday run
for number in 1 2 3 4; do step rollout-stopped $number; done
expect_no_text ", stopped;"
served_is_good

promise "and one whose intermediate is at fault is taken back"
step rollout-stopped 5
world_clock +91h
expect 0 hd halfday run
expect 0 hd halfday status
expect_no_text "rollout"
served_is_good

promise "the issuer moves: nothing is lost, and the old box keeps no key"
step issuer-moves 1
cp -a "$STATE" "$W/old"
rm -rf "${STATE:?}"/* "${W:?}"/issuer/etc/*
for number in 1 2 3 4 5; do step issuer-lost $number; done
for host in $HOST web2.example.org; do
  sed -i "s|ssh-ed25519 .*|$(cat "$STATE/distributor/id_ed25519.pub")|" "$W/$host/sshd/authorized_keys"
done
step issuer-lost 6
step issuer-moves 2
step issuer-moves 3
expect_silence
served_is_good

promise "a host whose root was a thief gets nothing any more"
step server-key-stolen 4
expect 0 hd halfday host list
expect_no_text "^$HOST "
before=$(rows_of $HOST)
world_clock +96h
expect 0 hd halfday run
expect_same "$before" "$(rows_of $HOST)"

no_step_left_out host-was-down server-key-stolen rollout-stopped issuer-moves
echo "all promises held"
