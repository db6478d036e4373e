#!/bin/bash
# The README's first installation, command by command, on three boxes of their own: each has its own /etc, /usr, /var/lib
# and /run, root's box its own network too. Prompts are answered at a terminal.
# serial
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
if [ -z "${HALFDAY_INSIDE:-}" ]; then
  exec env HALFDAY_INSIDE=1 unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
README=$here/../../README.md BUILD=${HALFDAY_BUILD:?} PASSPHRASE="correct horse battery staple"
W=$(mktemp -d /tmp/halfday-readme.XXXXXX)
trap 'rm -rf "$W"' EXIT
mkdir "$W/stick"
ip link set lo up

. "$here/boxes.sh"
. "$here/typed.sh"

# The commands of the README's next block for a box, a line each, continued lines joined.
block() {
  awk -v wanted="$1" -v number="$2" '
    /^<!-- test: / { marked = ($3 == wanted) ? ++seen == number : 0; next }
    /^```/ { inside = marked && !inside; if (!inside) marked = 0; next }
    inside { print }' "$README" | sed -e ':a' -e '/\\$/N; s/\\\n *//; ta'
}

promise "each box is installed by its component"
make_box root --net
make_box issuer
make_box web
for box in root issuer web; do
  component=${box/web/receiver}
  expect 0 on "$box" cmake --install "$BUILD" --prefix /usr --component "$component"
  [ "$box" = root ] || expect 0 on "$box" systemd-sysusers
done
on issuer bash -c 'echo "127.0.0.1 web1.example.org www.example.org" >>/etc/hosts'

commands=0
promise "the root is made on the air-gapped box"
mapfile -t lines < <(block root 1)
typed root "${lines[0]}" "passphrase" "$PASSPHRASE" "again" "$PASSPHRASE"
typed root "${lines[1]}"
commands=$((commands + ${#lines[@]}))

promise "the issuer box makes its request"
mapfile -t lines < <(block issuer 1)
typed issuer "${lines[0]}"
typed issuer "${lines[1]}"
paper=$(fingerprint_in "$OUT")
typed issuer "${lines[2]}"
commands=$((commands + ${#lines[@]}))

promise "the air-gapped box signs it, with the fingerprint from the paper"
mapfile -t lines < <(block root 2)
typed root "${lines[0]}" "fingerprint" "$paper" "passphrase" "$PASSPHRASE"
commands=$((commands + ${#lines[@]}))

promise "the issuer box accepts the chain"
mapfile -t lines < <(block issuer 2)
typed issuer "${lines[0]}"
commands=$((commands + ${#lines[@]}))

promise "the web server makes its identity and says what to put in place"
mapfile -t lines < <(block web 1)
typed web "${lines[0]}"
commands=$((commands + ${#lines[@]}))
identity=$(fingerprint_in "$OUT")
grep '^restrict,command=' <<<"$OUT" >"$W/authorized_keys"
grep '^halfday-receiver ALL=' <<<"$OUT" >"$W/sudoers"
on web install -D -m 644 "$W/authorized_keys" /var/lib/halfday/receiver/.ssh/authorized_keys
on web install -m 440 "$W/sudoers" /etc/sudoers.d/halfday-receiver
expect 0 on web visudo -cq
block nginx 1 >"$W/site"
on web bash -c 'rm -f /etc/nginx/sites-enabled/* && nginx' # it runs before it has a certificate, as on a new web server
on web bash -c "cat '$W/site' >/etc/nginx/conf.d/www.conf"
on web ssh-keygen -q -A
on web /usr/sbin/sshd -E "$W/sshd.log"

promise "the issuer box enrols it and runs a cycle"
mapfile -t lines < <(block issuer 3)
host_key=$(on web cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)
typed issuer "${lines[0]/ssh-ed25519 AAAAC3Nza.../$host_key}" "yes/no" yes
expect_same "$identity" "$(fingerprint_in "$OUT")"
commands=$((commands + ${#lines[@]}))
typed issuer "${lines[1]}"
typed issuer "${lines[2]}"
expect_text "web1.example.org +www +OK"
expect_same "systemctl enable --now halfday.timer" "${lines[3]}"
[ -f "$W/issuer/usr/lib/systemd/system/halfday.timer" ] || fail "the timer was not installed"
expect 0 on issuer curl -s --cacert root.pem -o /dev/null -w '%{http_code}' https://www.example.org/

promise "the README's files are taken as they stand"
shown() { awk -v file="$1" '/^# / && index($0, file) { shown = 1 } /^```/ { shown = 0 } shown' "$README"; }
shown /etc/halfday/halfday.yaml >"$W/halfday.yaml"
on issuer install -m 644 "$W/halfday.yaml" /etc/halfday/halfday.yaml
expect 0 on issuer halfday check
shown /etc/halfday/receiver.yaml >"$W/receiver.yaml"
on web install -m 644 "$W/receiver.yaml" /etc/halfday/receiver.yaml
expect 0 on web setpriv --reuid halfday-receiver --regid halfday-receiver --init-groups halfday-receiver check
[ -s "$W/halfday.yaml" ] && [ -s "$W/receiver.yaml" ] || fail "the README shows no files"

promise "that was under fifteen commands"
[ "$commands" -lt 15 ] || fail "$commands commands"
for command in check "host list" "issue --dry-run" "push --dry-run" "inspect www.example.org:443"; do
  grep -qF "    halfday $command" "$README" || fail "the README lacks 'halfday $command'"
  expect 0 on issuer sh -c "halfday $command"
done
echo "all promises held: $commands commands"
