# An air-gapped box, an issuer box with an accepted intermediate and an operator (`op`), and a web server with nginx and sshd,
# where that operator's key is an administrator's with sudo, sourced by a script that is alone in its namespaces, after
# expect.sh. Real paths, real sudo and useradd: boxes.sh.

BUILD=${HALFDAY_BUILD:?} BIN=${HALFDAY_BIN:?} HOST=web1.example.org
W=$(mktemp -d /tmp/halfday-boxes.XXXXXX)
trap 'rm -rf "$W"' EXIT
chmod 755 "$W"
mkdir "$W/stick"
ip link set lo up
. "$here/boxes.sh"

[ -x "$BUILD/static/halfday-receiver" ] || fail "there is no static receiver in $BUILD/static"

make_box root --net
make_box issuer
make_box web
expect 0 on issuer cmake --install "$BUILD" --prefix /usr --component issuer
expect 0 on issuer systemd-sysusers
printf 'correct horse battery staple\n' >"$W/passphrase"
chmod 600 "$W/passphrase"
cd "$W/stick"
expect 0 on root "$BIN/halfday-root" init "Example Root" --permit example.org --passphrase-file "$W/passphrase"
cp "$W/root/lib/halfday-root/root.pem" .
on issuer install -D -m 644 root.pem /etc/halfday/root.pem
expect 0 on issuer halfday init
fingerprint=$(grep -oE '([0-9a-f]{4} ){7}[0-9a-f]{4}' <<<"$OUT" | head -n 1)
cp "$W/issuer/lib/halfday/issuer/request.pem" .
expect 0 on root "$BIN/halfday-root" sign request.pem --out chain.pem --confirm "$fingerprint" --passphrase-file "$W/passphrase"
expect 0 on issuer halfday accept chain.pem

on issuer useradd --home-dir "$W/op" --create-home --shell /bin/sh op
on issuer bash -c 'echo "127.0.0.1 web1.example.org www.example.org" >>/etc/hosts'
on web useradd --home-dir "$W/admin" --create-home --shell /bin/sh --password '*' admin
on web bash -c 'echo "admin ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/admin && chmod 440 /etc/sudoers.d/admin'
mkdir -m 755 "$W/op/.ssh" "$W/admin/.ssh"
ssh-keygen -q -t ed25519 -N "" -f "$W/op/.ssh/id_ed25519"
cp "$W/op/.ssh/id_ed25519.pub" "$W/admin/.ssh/authorized_keys"
printf 'Host %s\n  User admin\n' "$HOST" >"$W/op/.ssh/config"
on issuer chown -R op: "$W/op/.ssh"
on web chown -R admin: "$W/admin/.ssh"
on web ssh-keygen -q -A
on web /usr/sbin/sshd -E "$W/sshd.log"
on web bash -c 'rm -f /etc/nginx/sites-enabled/* && nginx'

# The operator knows the web server's SSH host key.
operator_knows_host() {
  printf '%s %s\n' "$HOST" "$(on web cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)" >"$W/op/.ssh/known_hosts"
}
