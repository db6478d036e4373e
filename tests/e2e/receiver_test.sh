#!/bin/bash
# A web server's receiver alone: deliveries by hand on its standard input, chains from a real issuer, a real nginx.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test NAME=www.example.test
world_begin "$(mktemp -d /tmp/halfday-receiver.XXXXXX)"
trap 'rm -rf "$W"' EXIT
world_root >/dev/null
world_issuer >/dev/null
. "$here/receiver_world.sh"
on_host "$HOST"

promise "a host that is no receiver yet, a web server that is misspelt and a root that is none are told as what they are"
for command in status check "rollback www"; do
  # shellcheck disable=SC2086
  expect 1 hd halfday-receiver --etc "$W/none" --state "$W/none" $command
  expect_text "error: this host is no receiver yet"
done
init_here=(hd halfday-receiver --etc "$W/none" --state "$W/none" init "$HOST" --name "$NAME")
expect 2 "${init_here[@]}" --root "$W/root.pem" --server ngnix
expect_text "error: 'ngnix' is no web server that is known"
expect 1 "${init_here[@]}" --root "$W/stick/request.pem"
expect_text "error: '$W/stick/request.pem': "
[ ! -e "$W/none" ] || fail "a refused init left something"

promise "init makes a receiver of nothing, tells what the issuer box has to know, and may be run again"
world_host "$HOST" 1
world_ports "$HOST"
rm -r "$h/etc" "$h/state"
init=("${RECEIVER[@]}" init "$HOST" --root "$W/root.pem" --name "$NAME" --probe "127.0.0.1:$TLS_PORT" --group www-data)
expect 2 "${RECEIVER[@]}" init "$HOST" --root "$W/root.pem"
expect_text "hint: pass --name"
expect 0 "${init[@]}" --distributor-key "$SSH_KEY"
expect_text '^restrict,command="'"$BIN"'/halfday-receiver serve --etc '"$h/etc --state $h/state"'" ssh-ed25519 '
expect_text "^identity: ([0-9a-f]{4} ){7}[0-9a-f]{4}$"
expect_same "halfday-receiver 755" "$(stat -c '%U %a' "$h/state")"
expect_same "halfday-receiver 600" "$(stat -c '%U %a' "$h/state/identity.key")"
expect_same "root 644" "$(stat -c '%U %a' "$h/etc/receiver.yaml")"
before=$(fingerprint_of "$h/etc" "$h/state")
expect 0 "${init[@]}" --json
expect_same "$before" "$(fingerprint_of "$h/etc" "$h/state")"
add_to_inventory <<<"$OUT"
expect 0 hd halfday check

promise "who may not be the receiver, and configuration that is not root's, are refused with what to do"
expect 2 setpriv --reuid nobody --regid nogroup --clear-groups "$BIN/halfday-receiver" --etc "$h/etc" --state "$h/state" status
expect_text "hint: run this as that user"
chmod g+w "$h/etc/receiver.yaml"
expect 2 "${RECEIVER[@]}" status
expect_text "hint: chmod go-w "
chmod g-w "$h/etc/receiver.yaml"
expect 1 "${RECEIVER[@]}" serve
expect_text "error: the delivery is not one"

promise "check says before the first delivery what waits for it, and what would keep it from working"
world_nginx_grants "$HOST" "$NAME"
world_nginx "$HOST" plain
world_start_nginx "$HOST"
world_nginx "$HOST" tls
expect 0 "${RECEIVER[@]}" check
expect_text "warning: www: the configuration test fails: .*cannot load certificate"
expect_text "warning: www: cannot connect to 127.0.0.1:$TLS_PORT"
sed -i "1i no_such_directive;" "$h/nginx/nginx.conf"
expect 1 "${RECEIVER[@]}" check
expect_text "error: www: the configuration test fails: .*no_such_directive"
world_nginx "$HOST" tls

promise "check tells a login shell that runs nothing, and a sudo that permits less or more than the commands"
sudoers=$W/users/sudoers.d/${HOST//./_}
mv "$sudoers" "$W/sudoers"
expect 1 "${RECEIVER[@]}" check
expect_text "error: sudo does not permit what 'sudo -n -l -n /usr/bin/timeout 10 /usr/sbin/nginx -t .*' asks for"
mv "$W/sudoers" "$sudoers"
echo "halfday-receiver ALL=(ALL) NOPASSWD: ALL" >"$W/users/sudoers.d/all"
expect 1 "${RECEIVER[@]}" check
expect_text "error: sudo lets 'halfday-receiver' run a shell"
rm "$W/users/sudoers.d/all"
cp "$W/users/passwd" "$W/passwd"
sed '/^halfday-receiver:/s#/bin/sh$#/usr/sbin/nologin#' "$W/passwd" >"$W/users/passwd"
expect 1 "${RECEIVER[@]}" check
expect_text "hint: usermod -s /bin/sh halfday-receiver"
cat "$W/passwd" >"$W/users/passwd"
expect 0 "${RECEIVER[@]}" check

promise "the first delivery brings TLS up, with the mode and group that root set"
new_chain
deliver
expect_receipt proved
expect 0 client "$HOST" "$NAME"
expect_same "$(live_serial)" "$(served_serial "$HOST" "$NAME")"
expect_same "640 halfday-receiver www-data" "$(stat -L -c '%a %U %G' "$h/state/live/www/privkey.pem")"
expect_same "640 halfday-receiver www-data" "$(stat -L -c '%a %U %G' "$h/state/live/www/combined.pem")"
expect 0 "${RECEIVER[@]}" check
expect_text "www: 127.0.0.1:$TLS_PORT serves serial $(live_serial)"
expect 0 "${RECEIVER[@]}" status
expect_text "^www +$(live_serial) .* proved$"

promise "the same delivery again is no work"
before=$(fingerprint_of "$h/state/live" "$h/state/versions" "$h/state/pending" "$h/state/receipts")
deliver
expect_receipt proved
expect_same "$before" "$(fingerprint_of "$h/state/live" "$h/state/versions" "$h/state/pending" "$h/state/receipts")"

promise "a configuration that is broken already is not reloaded, and is proved when it has been mended"
new_chain
served=$(served_serial "$HOST" "$NAME")
echo "nonsense;" >>"$h/nginx/nginx.conf"
deliver
expect_receipt unproved "unknown directive .nonsense.|unexpected end of file|nonsense"
expect_same "$served" "$(served_serial "$HOST" "$NAME")"
expect_differ "$served" "$(live_serial)"
sed -i '$d' "$h/nginx/nginx.conf"
delivery nothing | visit
expect_receipt proved
expect_same "$(live_serial)" "$(served_serial "$HOST" "$NAME")"

promise "a new certificate that clients do not get is rolled back, and the old one is served"
new_chain
served=$(served_serial "$HOST" "$NAME")
cp "$h/etc/receiver.yaml" "$W/receiver.yaml"
sed -i 's|reload: .*|reload: [/bin/true]|' "$h/etc/receiver.yaml"
deliver
expect_receipt rolled_back "clients get serial $served"
expect_same "$served" "$(live_serial)"
expect_same "$served" "$(served_serial "$HOST" "$NAME")"
cp "$W/receiver.yaml" "$h/etc/receiver.yaml"

promise "check tells sessions that outlive the certificate, and a web server that serves something else"
sed -i 's|^http {|&\n  ssl_session_timeout 1d;|' "$h/nginx/nginx.conf"
/usr/sbin/nginx -s reload -c "$h/nginx/nginx.conf" 2>/dev/null
for _ in $(seq 50); do # until the reload has been done
  expect 0 "${RECEIVER[@]}" check
  ! grep -q ": warning: " <<<"$OUT" || break
done
expect_text "warning: www: clients may resume a TLS session for 1 d, but the certificate that they saw ends in"
served=$(served_serial "$HOST" "$NAME")
cp -aL "$h/state/live/www" "$h/elsewhere"
sed -i "/ssl_session_timeout/d; s|$h/state/live/www|$h/elsewhere|" "$h/nginx/nginx.conf"
new_chain
sed -i 's|reload: .*|reload: [/bin/true]|; s|probe: .*|probe: 127.0.0.1:1|' "$h/etc/receiver.yaml"
deliver
cp "$W/receiver.yaml" "$h/etc/receiver.yaml"
expect 1 "${RECEIVER[@]}" check
expect_text "error: www: clients get serial $served, but serial $(live_serial) is installed"
sed -i "s|$h/elsewhere|$h/state/live/www|" "$h/nginx/nginx.conf"
delivery nothing | visit
expect_receipt proved

promise "a web server that is down is not ours to roll back, and is proved when it is up"
new_chain
/usr/sbin/nginx -s stop -c "$h/nginx/nginx.conf"
deliver
expect_receipt unproved "cannot connect to 127.0.0.1:$TLS_PORT"
world_start_nginx "$HOST"
delivery nothing | visit
expect_receipt proved
expect_same "$(live_serial)" "$(served_serial "$HOST" "$NAME")"

promise "a receiver behind a UNIX socket answers when the other side has shut down its sending"
delivery nothing >"$W/delivery"
expect 0 python3 - "$W/delivery" "$h/answer" "${RECEIVER[@]:1}" serve <<'PY'
import socket, subprocess, sys
ours, theirs = socket.socketpair()
receiver = subprocess.Popen(sys.argv[3:], stdin=theirs, stdout=theirs)
theirs.close()
ours.sendall(open(sys.argv[1], "rb").read())
ours.shutdown(socket.SHUT_WR)
open(sys.argv[2], "wb").write(b"".join(iter(lambda: ours.recv(65536), b"")))
sys.exit(receiver.wait())
PY
expect_receipt proved

echo "all promises held"
