#!/bin/bash
# docs/web-servers.md: its fragments of receiver.yaml work and ask for the sudo lines that it shows, and its examples of
# server: command serve a real PostgreSQL and Postfix, and write the manifest of a Kubernetes secret.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
. "$here/page.sh"
world_enter own-network "$0" "$@"

world_begin "$(mktemp -d /tmp/halfday-page.XXXXXX)" example.org
trap 'rm -rf "$W"' EXIT
sed 's/^postgres:.*:/&halfday-receiver/' "$W/users/group" >"$W/group" # in place, since it is mounted
cat "$W/group" >"$W/users/group"
world_root >/dev/null 2>&1
world_issuer >/dev/null 2>&1
. "$here/receiver_world.sh"
world_host web1.example.org 1
on_host web1.example.org

# A block of the page, with this world's folders.
block() {
  block_of docs/web-servers.md "$1" |
    sed "s|/var/lib/halfday/receiver|$h/state|g; s|/usr/local/lib/halfday|$h/lib|g; s|/var/lib/postgresql|$W/postgresql|g"
}
grants() { printf 'host: %s\nroots: [root.pem]\ncertificates:\n%s\n' "$HOST" "$1" >"$h/etc/receiver.yaml"; }
init() { "${RECEIVER[@]}" init "$HOST" 2>/dev/null; }

promise "each fragment is taken, and init prints the sudo lines that the page shows"
for kind in nginx apache haproxy haproxy-runtime caddy postgresql postfix; do
  fragment=$(block "$kind grant")
  [ -n "$fragment" ] || fail "the page has no fragment for $kind"
  grants "$fragment"
  expect_same "$(block "$kind sudoers" | sort)" "$(init | grep " ALL=(" | sort)"
done

promise "a Kubernetes secret, PostgreSQL and Postfix get their certificates as the page says"
grants "$(for kind in secret postgresql postfix; do block "$kind grant"; done)"
init | grep " ALL=(" >"$W/users/sudoers.d/halfday-receiver"
"${RECEIVER[@]}" --json init "$HOST" 2>/dev/null | add_to_inventory
mkdir "$h/lib"
for program in apply-secret reload-and-prove take-postgresql; do
  block "$program" >"$h/lib/$program"
  chmod 755 "$h/lib/$program"
done
# There is no cluster: what it would be told goes into a file.
printf '#!/bin/sh\n[ "$*" = "apply -f -" ] && cat >%s/manifest\n' "$h" >"$h/lib/kubectl"
chmod 755 "$h/lib/kubectl"
install -o halfday-receiver /dev/null "$h/manifest"
sed -i "s|^kubectl|$h/lib/kubectl|" "$h/lib/apply-secret"

pg=/usr/lib/postgresql/15/bin
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
install -d -o postgres "$W/postgresql" "$W/postgresql/15" "$W/postgresql/tls"
as_postgres $pg/initdb --no-sync -A trust -D "$W/postgresql/15/main" >/dev/null
start_postgres() {
  as_postgres $pg/pg_ctl start -w -D "$W/postgresql/15/main" -l "$W/postgresql/log" >/dev/null
}
printf '%s\n' "unix_socket_directories = ''" "fsync = off" >>"$W/postgresql/15/main/postgresql.conf"
start_postgres
printf '%s\n' "ssl = on" "ssl_cert_file = '$W/postgresql/tls/live/fullchain.pem'" \
  "ssl_key_file = '$W/postgresql/tls/live/privkey.pem'" >>"$W/postgresql/15/main/postgresql.conf"

mkdir -p "$W/postfix/conf" "$W/postfix/queue"
install -d -o postfix "$W/postfix/data"
cp -r /etc/postfix/. "$W/postfix/conf"
mount --bind "$W/postfix/conf" /etc/postfix
printf '%s\n' "compatibility_level = 3.6" "queue_directory = $W/postfix/queue" "data_directory = $W/postfix/data" \
  "inet_interfaces = 127.0.0.1" "inet_protocols = ipv4" "myhostname = mail.example.org" "smtpd_tls_security_level = may" \
  "smtpd_tls_chain_files = $h/state/live/mail/privkey.pem, $h/state/live/mail/fullchain.pem" "alias_maps =" \
  >/etc/postfix/main.cf
printf '%s\n' "smtp inet n - n - - smtpd" "tlsmgr unix - - n 1000? 1 tlsmgr" "rewrite unix - - n - - trivial-rewrite" \
  "anvil unix - - n - 1 anvil" "proxymap unix - - n - - proxymap" >/etc/postfix/master.cf
postfix start >/dev/null 2>&1

ENTRIES=(www db mail)
shown() {
  openssl s_client -starttls "$1" -connect "$2" </dev/null 2>/dev/null | openssl x509 -noout -serial | cut -d= -f2 | tr A-F a-f
}
expect_shown() {
  expect_same "$(live_serial db)" "$(shown postgres 127.0.0.1:5432)"
  expect_same "$(live_serial mail)" "$(shown smtp 127.0.0.1:25)"
  python3 - "$h" <<'PY' || fail "the manifest is not of the live pair"
import base64, json, sys
manifest = json.load(open(sys.argv[1] + "/manifest"))
assert manifest["type"] == "kubernetes.io/tls" and manifest["metadata"] == {"namespace": "web", "name": "www-tls"}
for key, name in (("tls.crt", "fullchain.pem"), ("tls.key", "privkey.pem")):
    assert base64.b64decode(manifest["data"][key]) == open(f"{sys.argv[1]}/state/live/www/{name}", "rb").read()
PY
}
for _ in first renewal; do
  new_chain
  deliver
  for entry in "${ENTRIES[@]}"; do expect_receipt proved "" $entry; done
  expect_shown
done

promise "what they do not take, or clients do not get, goes back"
db=$(live_serial db) mail=$(live_serial mail) www=$(live_serial www)
sed -i 's|, sudo, -n, /usr/bin/timeout, "10", /usr/sbin/postfix, reload|, /bin/true|' "$h/etc/receiver.yaml"
sed -i "s|tls_chain_files = .*|tls_chain_files = $h/mail/privkey.pem, $h/mail/fullchain.pem|" /etc/postfix/main.cf
cp -aL "$h/state/live/mail" "$h/mail"
postfix reload >/dev/null 2>&1
chown root "$W/postgresql/tls" && chmod 555 "$W/postgresql/tls"
sed -i '2i[ "$HALFDAY_SERIAL" = '"$www"' ] || { echo "no such namespace" >\&2; exit 1; }' "$h/lib/apply-secret"
new_chain
deliver
expect_receipt rolled_back "the reload failed: no such namespace" www
expect_receipt rolled_back "127.0.0.1:25 shows serial=" mail
expect_receipt failed "Permission denied" db # and can't be told to go back either
expect_same "$www $db $mail" "$(live_serial www) $(live_serial db) $(live_serial mail)"
expect_shown
postfix stop >/dev/null 2>&1
as_postgres $pg/pg_ctl stop -m immediate -D "$W/postgresql/15/main" >/dev/null
echo "all promises held"
