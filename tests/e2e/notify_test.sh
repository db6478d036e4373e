#!/bin/bash
# People are told what a cycle left wrong, once, by a command or by cron's mail; and nothing when all is well.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"
HOST=web1.example.test
world_begin "$(mktemp -d /tmp/halfday-notify.XXXXXX)"
trap 'rm -rf "$W"' EXIT
world_clock -12h
world_root >/dev/null 2>&1
world_issuer >/dev/null
world_command_host "$HOST" 1 >/dev/null

install -d -o nobody -m 700 "$W/mail"
cat >"$W/tell" <<'TELL'
#!/bin/sh
cat >>"$1/mail" && id -un >"$1/user" && env >"$1/env"
TELL
chmod 755 "$W/tell"
settings() { printf 'notify: {command: [%s], timeout: 1s}\n' "$1" >"$W/issuer/etc/halfday.yaml"; }
# told TIMES REGEX: since the last look, so many messages came, with a line like that.
told() {
  OUT=$(cat "$W/mail/mail" 2>/dev/null || true)
  rm -f "$W/mail/mail"
  expect_same "$1" "$(grep -c '^halfday on ' <<<"$OUT")"
  [ "$1" = 0 ] || expect_text "$2"
}
break_issuer() { mv "$W/issuer/state/issuer/chain.pem" "$W/chain.pem"; }
mend_issuer() { mv "$W/chain.pem" "$W/issuer/state/issuer/chain.pem"; }

promise "cron hears nothing of a cycle that mints and delivers, and nobody is told"
settings "$W/tell, $W/mail"
expect 0 hd halfday run --quiet
expect_silence
told 0

promise "what keeps the issuer from its work is told at once, with the box, what is wrong and how long there is; by nobody"
break_issuer
expect 1 hd halfday run
expect_text "halfday-issuer: error: "
told 1 "^halfday on $(hostname): [12] things? (is|are) wrong; the first host goes dark in 11 h"
expect_text "chain.pem"
expect_same nobody "$(cat "$W/mail/user")"
OUT=$(cat "$W/mail/env")
expect_no_text 'SSH|SUDO|PASS|HALFDAY'

promise "the same is not told again by the next cycles, until a day later"
world_clock -11h
expect 1 hd halfday run
told 0
expect 0 hd halfday notify --dry-run
expect_text "nothing is news"
world_clock +13h
expect 1 hd halfday run
told 1 "a host is dark"

promise "a host that is away is told when it has been for half an hour, beside the rest"
world_clock -12h
mend_issuer
rm "$W/issuer/state/status/notified.json"
settings "$W/tell, $W/mail" # a cycle that is well again
expect 0 hd halfday run
world_clock -8h
other=$(ssh-keygen -q -t ed25519 -N '' -f "$W/other" && cut -d' ' -f1,2 "$W/other.pub")
cp "$W/issuer/etc/known_hosts" "$W/known_hosts"
sed -i "s|^\([^ ]*\) .*|\1 $other|" "$W/issuer/etc/known_hosts"
expect 1 hd halfday run
told 0
world_clock -7h
expect 1 hd halfday run
told 1 "^$HOST/www: .*known_hosts.*; it serves a certificate until"

promise "that it is over is told once, when it has been for an hour"
cp "$W/known_hosts" "$W/issuer/etc/known_hosts"
expect 0 hd halfday push "$HOST"
world_clock -6h
expect 0 hd halfday run
told 1 "what was wrong is over"
expect 0 hd halfday run
told 0

promise "a command that fails or takes too long is told, and changes nothing of the cycle"
settings /bin/false
break_issuer
expect 1 hd halfday run
expect_text "warning: people are not told: '/bin/false' ended with 1"
settings "/bin/sleep, \"60\""
expect 1 hd halfday run
expect_text "people are not told: '/bin/sleep' did not end in time"
settings "$W/tell, $W/mail"
expect 0 hd halfday notify
told 1 chain.pem
mend_issuer

promise "a trial says that it is one"
expect 0 hd halfday notify --test
told 1 "this is a trial"

promise "cron's mail has all that the steps said and what is wrong, once"
rm "$W/issuer/etc/halfday.yaml" "$W/issuer/state/status/notified.json"
break_issuer
expect 1 hd halfday run --quiet
expect_text "^halfday-issuer: error: "
expect_text "^halfday on .* wrong; "
expect 1 hd halfday run --quiet
expect_silence
mend_issuer

promise "a service that was taken over can't write to root's terminal, nor into root's mail, but for what can be seen"
install -d -m 755 "$W/bin"
cp "$BIN/halfday" "$W/bin/"
printf '#!/bin/sh\nprintf "\\033]0;taken over\\007here\\n"\nexit 1\n' | tee "$W/bin/halfday-distributor" >"$W/bin/halfday-issuer"
chmod 755 "$W/bin/"*
rm "$W/issuer/state/status/notified.json"
BIN=$W/bin expect 1 hd halfday run --quiet
expect_text '^\\x1b\]0;taken over\\x07here$'
expect_no_text $'\x1b'

promise "what halfday itself can't do in a quiet cycle is never held back"
echo "notify: {}" >"$W/issuer/etc/halfday.yaml"
expect 2 hd halfday run --quiet
expect_text "halfday.yaml:1:9: the key 'command' is missing"
echo "all promises held"
