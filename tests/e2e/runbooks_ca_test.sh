#!/bin/bash
# The runbooks that go to the air-gapped box when something was stolen or is to be replaced, command by command.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"
. "$here/runbook.sh"
. "$here/runbook_world.sh"
HOST=web1.example.org NAME=www.example.org

world_begin "$(mktemp -d /tmp/halfday-runbooks.XXXXXX)" example.org
STATE=$W/issuer/state
trap 'rm -rf "$W"' EXIT
runbook_boxes
cd "$W/stick"
rm ./*

promise "a stolen intermediate: the issuer, the hosts and the log know it, and no client sees an outage"
for number in 1 2 3 4; do step intermediate-stolen $number; done
nginx_settled "$HOST"
expect 0 client "$HOST" "$NAME"
step intermediate-stolen 5
expect_no_text "was revoked"
expect 0 root_box log verify

promise "the root is rotated; who trusts either root accepts what is served, until the old one is taken away"
accepted_by() {
  world_ports "$HOST"
  moved curl --silent --show-error --fail --max-time 5 --cacert "$1" --capath /nonexistent \
    --resolve "$NAME:$TLS_PORT:127.0.0.1" "https://$NAME:$TLS_PORT/"
}
both() {
  nginx_settled "$HOST"
  for root in "$W/root.pem" next-root.pem; do expect 0 accepted_by $root; done
}
rm -r ./* "$STATE"/issuer/intermediates/*/request.pem
for number in 1 2 3; do step rotate-root $number; done
world_clock +4h
expect 0 hd halfday run
both
for number in 4 5 6; do step rotate-root $number; done
for hours in 8 12 16 20 24 28 32 36; do
  world_clock +${hours}h
  expect 0 hd halfday run
  both
done
served_chain "$HOST" "$NAME" | sed '1,/END CERT/d' | openssl x509 -noout -issuer | grep -q "2036" || fail "the next root's intermediate does not sign"
step rotate-root 7
world_clock +40h
step rotate-root 8
world_clock +44h
expect 0 hd halfday run
nginx_settled "$HOST"
expect 0 accepted_by next-root.pem
expect 60 accepted_by "$W/root.pem"

no_step_left_out intermediate-stolen rotate-root
echo "all promises held"
