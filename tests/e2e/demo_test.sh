#!/bin/bash
# `./bootstrap demo` does its job, touches nothing outside its folder and leaves no process behind.
# serial
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
export HALFDAY_BUILD=$HALFDAY_BUILD/demo-test HALFDAY_BIN=${HALFDAY_BIN:?}
rm -rf "$HALFDAY_BUILD"
mkdir -p "$HALFDAY_BUILD"
trap 'rm -rf "$HALFDAY_BUILD"' EXIT
outside() { find /etc /var/lib /usr /home -xdev -newer "$HALFDAY_BUILD/start" 2>/dev/null | sort; }
touch "$HALFDAY_BUILD/start"

promise "the demo ends well, with a table and two files"
expect 0 "$here/demo.sh"
expect_text "^client +[0-9]+ requests, 0 failed"
expect_text "^web1.example.test +www +OK"
expect_text "served chain: .*/served.pem"
demo=$OUT

promise "what it served is valid now, with its root as the only trust anchor"
expect 0 openssl verify -x509_strict -CAfile "$HALFDAY_BUILD/demo/root.pem" -no-CApath \
  -untrusted "$HALFDAY_BUILD/demo/served.pem" -verify_hostname www.example.test "$HALFDAY_BUILD/demo/served.pem"

promise "nothing outside was touched, and no process is left"
expect_same "" "$(outside)"
expect_same "" "$(pgrep -f "$HALFDAY_BUILD" || true)"

promise "with --keep the servers stay until Ctrl-C, and go then"
env --default-signal=INT "$here/demo.sh" --keep >"$HALFDAY_BUILD/keep.log" 2>&1 &
kept=$!
for _ in $(seq 600); do
  grep -q '^curl ' "$HALFDAY_BUILD/keep.log" && break
  sleep 0.1
done
expect 0 bash -c "$(grep '^curl ' "$HALFDAY_BUILD/keep.log") --silent"
expect_text "hello from"
kill -INT "$kept" "$(pgrep -P "$kept")"
wait "$kept" || true
expect_same "" "$(pgrep -f "$HALFDAY_BUILD/demo" || true)"
[ -n "$demo" ]
