#!/bin/bash
# What each user and key on the issuer box can't do.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test NAME=www.example.test
world_begin "$(mktemp -d /tmp/halfday-users.XXXXXX)"
trap 'rm -rf "$W"' EXIT
world_root >/dev/null
world_issuer >/dev/null
world_web_server "$HOST" 1 "$NAME"
world_add_host "$HOST" "$NAME" >/dev/null
expect 0 hd halfday push

as() { local user=$1; shift; setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups "$@"; }
STATE=$W/issuer/state

promise "halfday issue works in an empty network namespace"
expect 0 unshare --net "$BIN/halfday" --etc "$W/issuer/etc" --state "$STATE" issue
[ -s "$STATE/exchange/chains/$HOST/www.pem" ] || fail "no chain was published"
expect 0 hd halfday push

promise "the distributor's user reads neither key nor ledger, and writes no chains"
for file in key.pem ledger.db chain.pem; do
  expect 1 as halfday-distributor cat "$STATE/issuer/$file"
  expect_text "Permission denied"
done
expect 1 as halfday-distributor touch "$STATE/exchange/chains/$HOST/www.pem"

promise "the issuer's user reads no SSH key and writes no requests"
expect 1 as halfday-issuer cat "$STATE/distributor/id_ed25519"
expect 1 as halfday-issuer touch "$STATE/exchange/requests/$HOST/www.jws"

promise "other users see neither exchange nor status"
expect 2 as nobody ls "$STATE/exchange/"
expect 2 as nobody "$BIN/halfday" --etc "$W/issuer/etc" --state "$STATE" issue
expect_text "runs as user 'halfday-issuer' and nobody else"

promise "root does not run a service's program as root"
expect 2 "$BIN/halfday-issuer" --etc "$W/issuer/etc" --state "$STATE" issue
expect_text "halfday-issuer"
expect 2 "$BIN/halfday-distributor" --etc "$W/issuer/etc" --state "$STATE" push
expect_text "halfday-distributor"

promise "a service gets none of root's terminal: a session of its own, and pipes for what it writes"
expect 0 script -qefc "strace -f -qq -o $W/terminal -e trace=setsid,dup2,execve $BIN/halfday --etc $W/issuer/etc --state $STATE issue" /dev/null
[ "$(grep -nm1 'setsid()' "$W/terminal" | cut -d: -f1)" -lt "$(grep -nm1 'execve(.*halfday-issuer' "$W/terminal" | cut -d: -f1)" ] ||
  fail "halfday-issuer was started in root's session"
for fd in 0 1 2; do grep -q "dup2([0-9]*, $fd)" "$W/terminal" || fail "descriptor $fd is root's terminal"; done

promise "no socket can be made once the key is open: the filter is there before the key"
expect 0 strace -f -qq -o "$W/trace" -e trace=openat,seccomp,socket setpriv --reuid halfday-issuer --regid halfday-issuer --init-groups \
  "$BIN/halfday-issuer" --etc "$W/issuer/etc" --state "$STATE" issue
grep -q 'seccomp(SECCOMP_SET_MODE_FILTER' "$W/trace" || fail "there is no seccomp filter"
! grep -q 'socket(AF_INET' "$W/trace" || fail "it made a socket"

promise "what hosts sent is read when folders, processes and network are given up, and not before"
expect 0 strace -f -qq -o "$W/trace" -e trace=openat2,landlock_restrict_self,seccomp setpriv --reuid halfday-issuer --regid halfday-issuer --init-groups \
  "$BIN/halfday-issuer" --etc "$W/issuer/etc" --state "$STATE" issue
expect_same "seccomp seccomp landlock_restrict_self" "$(sed -nE 's/^[0-9]+ +(seccomp\(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC|landlock_restrict_self|openat2).*= 0$/\1/p; s/^[0-9]+ +(openat2).*/\1/p' "$W/trace" |
  sed 's/(.*//' | awk '/openat2/ { exit } { print }' | xargs)"
grep -q openat2 "$W/trace" || fail "nothing was read from the exchange"

echo "all promises held"
