#!/bin/bash
# `halfday host add --install`: an operator with sudo on both boxes, one command, and a new web server is served; and its
# reverse. Real sshd, sudo, useradd, visudo and nginx, in boxes of their own.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
if [ -z "${HALFDAY_INSIDE:-}" ]; then
  exec env HALFDAY_INSIDE=1 unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
. "$here/operator_boxes.sh"
cat >"$W/web/etc-site" <<'NGINX'
server {
    listen 443 ssl;
    server_name www.example.org;
    ssl_certificate     /var/lib/halfday/receiver/live/www/fullchain.pem;
    ssl_certificate_key /var/lib/halfday/receiver/live/www/privkey.pem;
}
NGINX
on web cp "$W/web/etc-site" /etc/nginx/conf.d/www.conf

by_operator() { on issuer env SUDO_UID="$(on issuer id -u op)" halfday "$@"; }
add() { by_operator host add "$HOST" --install --certificate www=www.example.org "$@"; }
facts() { fingerprint_of "$W"/{issuer,web}/etc "$W/web/usr" "$W"/web/lib/halfday/receiver/{identity.key,.ssh,live,versions}; }

promise "an SSH host key that the operator doesn't know is not taken, and nothing is changed"
before=$(facts)
expect 2 add
expect_text "SSH host key of '$HOST' is not in"
expect_same "$before" "$(facts)"
expect 2 add --host-key "ssh-ed25519 nonsense"
expect 1 add --host-key "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
expect_text "Host key verification failed"
expect_same "$before" "$(facts)"
operator_knows_host

promise "nor is one that the operator's known_hosts say was revoked"
cp "$W/op/.ssh/known_hosts" "$W/known"
sed 's/^/@revoked /' "$W/known" >>"$W/op/.ssh/known_hosts"
expect 2 add
expect_text "SSH host key of '$HOST' is not in"
expect_same "$before" "$(facts)"
operator_knows_host

promise "a dry run says what it would do and does nothing"
expect 0 add --dry-run
expect_text "would +copy /usr/lib/halfday/halfday-receiver to /usr/local/bin/halfday-receiver"
expect_text "'init' '$HOST' '--in-place'"
expect_text "would deliver its first certificate"
expect_same "$before" "$(facts)"

promise "what a shell would take for more than a word goes to no host"
expect 2 add --probe '127.0.0.1:443;id'
expect 2 add --server '$(id)'
expect 2 add --via '-oProxyCommand=id'
expect_same "$before" "$(facts)"

promise "an installation that stops half way is finished by the next"
on web chattr +i /etc/sudoers.d 2>/dev/null || on web mount -o bind,ro /etc/sudoers.d /etc/sudoers.d
expect 1 add
expect_text "a step failed there"
[ ! -e "$W/issuer/etc/halfday/hosts.d/$HOST.yaml" ] || fail "the host is in the inventory"
on web chattr -i /etc/sudoers.d 2>/dev/null || on web umount /etc/sudoers.d
on web sh -c 'rm -r /var/lib/halfday/receiver && mkdir /var/lib/halfday/receiver' # killed before it was given away

promise "one command makes a served host of a web server, and shows each step"
expect 0 add
for step in "halfday-receiver is there already" "may test and reload the web server as root, and nothing else" "its identity is " \
  "host $HOST added" "www: asks for a certificate" "minted $HOST/www" "www: proved: serves" "host $HOST is served"; do
  expect_text "$step"
done
expect 0 on issuer curl -s --cacert root.pem -o /dev/null https://www.example.org/
expect_same "$(on web cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)" "$(grep "^$HOST " "$W/issuer/etc/halfday/known_hosts" | cut -d' ' -f2,3)"
expect 0 on web visudo -cq
expect_same "root 644" "$(on web stat -c '%U %a' /var/lib/halfday/receiver/.ssh/authorized_keys)"
expect_text_of() { grep -qE "$1" <<<"$(on web cat "$2")" || fail "$2 has no line like: $1"; }
expect_text_of '^restrict,command="/usr/local/bin/halfday-receiver serve" ssh-ed25519 ' /var/lib/halfday/receiver/.ssh/authorized_keys

promise "the same again changes nothing"
served=$(facts)
expect 0 add
expect_no_text "proved|minted|added|copied"
expect_same "$served" "$(facts)"
expect 2 add --certificate api=api.example.org
expect_text "one certificate"

promise "removing it takes the receiver from the host, but for what its web server is serving"
expect 0 by_operator host remove "$HOST" --uninstall --dry-run
expect_same "$served" "$(facts)"
expect 0 by_operator host remove "$HOST" --uninstall
expect_text "removed the distributor's key"
expect_text "left /var/lib/halfday/receiver/live"
for gone in /etc/halfday/receiver.yaml /etc/halfday/root.pem /etc/sudoers.d/halfday-receiver /usr/local/bin/halfday-receiver \
  /var/lib/halfday/receiver/identity.key; do
  on web test ! -e "$gone" || fail "$gone is left"
done
expect 0 on web nginx -t
expect 0 on issuer curl -s --cacert root.pem -o /dev/null https://www.example.org/
expect 0 on issuer halfday host list
expect_no_text "$HOST"

promise "and it can be added again"
expect 0 add
expect_text "www: proved: serves"
echo "all promises held"
