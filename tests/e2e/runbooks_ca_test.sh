#!/bin/bash
# The runbooks that go to the air-gapped box when something was stolen or is to be replaced, command by command.
# timeout: 120
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
chmod 755 "$W/stick"
world_root >/dev/null 2>&1
world_issuer >/dev/null
world_web_server "$HOST" 1 "$NAME"
world_add_host "$HOST" "$NAME" >/dev/null
hd halfday run >/dev/null
rm "$W"/stick/*

promise "a stolen intermediate: the issuer, the hosts and the log know it, and no client sees an outage"
for number in 1 2 3 4; do step intermediate-stolen $number; done
nginx_settled "$HOST"
expect 0 client "$HOST" "$NAME"
step intermediate-stolen 5
expect_no_text "was revoked"
expect 0 root_box log verify

no_step_left_out intermediate-stolen
echo "all promises held"
