#!/bin/bash
# The runbooks of an operator with sudo and ssh of their own, command by command, in boxes of their own: adding a host, a stolen
# distributor's key, an appliance.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
if [ -z "${HALFDAY_INSIDE:-}" ]; then
  exec env HALFDAY_INSIDE=1 unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
. "$here/operator_boxes.sh"
. "$here/runbook.sh"
operator_knows_host
on issuer bash -c 'echo "op ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/op && chmod 440 /etc/sudoers.d/op'

# There is no systemd: its sockets are opened as their units say, and sshd's journal is its log.
cat >"$W/systemctl" <<'SYSTEMCTL'
#!/bin/sh
case $* in
  "enable --now halfday-receiver.socket")
    systemd-socket-activate --accept --inetd --listen /run/halfday-receiver.sock \
      setpriv --reuid halfday-receiver --regid halfday-receiver --init-groups halfday-receiver serve >/dev/null 2>&1 &
    until [ -S /run/halfday-receiver.sock ]; do sleep 0.05; done
    chown root:halfday-distributor /run/halfday-receiver.sock
    chmod 660 /run/halfday-receiver.sock ;;
esac
SYSTEMCTL
printf '#!/bin/sh\ncat %s\n' "$W/sshd.log" >"$W/journalctl"
chmod 755 "$W/systemctl" "$W/journalctl"
for tool in systemctl journalctl; do
  on issuer install "$W/$tool" /usr/bin/$tool
  on web install "$W/$tool" /usr/bin/$tool
done

# A person compares the fingerprint.
perform() {
  [[ $2 != "halfday host add "* ]] || set -- "$1" "$2 --confirm '$identity'"
  case $1 in
    operator) on issuer runuser -u op -- env HOME="$W/op" bash -c "$2" ;;
    *) on "$1" bash -c "$2" ;;
  esac
}
client() { on issuer curl -s --cacert root.pem -o /dev/null https://www.example.org/; }
served() { openssl s_client -connect 127.0.0.1:443 -servername www.example.org </dev/null 2>/dev/null | openssl x509 -noout -serial; }

promise "a host is added, and its web server was never down"
step add-host 1
file_of add-host /etc/nginx/conf.d/www.conf | on web tee /etc/nginx/conf.d/www.conf >/dev/null
for number in 2 3 4; do step add-host $number; done
expect 0 client

promise "a stolen SSH key is worth nothing once its hosts have the new one, and nothing that is served changed"
before=$(served)
cp "$W/issuer/lib/halfday/distributor/id_ed25519" "$W/stolen"
thief() { # as the distributor would come
  on issuer ssh -F /dev/null -i "$W/stolen" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
    "halfday-receiver@$HOST" <<<'{"protocol":1,"chains":[]}'
}
run thief
expect_same 0 "$STATUS"
step ssh-key-stolen 1
stolen=$(grep -o 'SHA256:[^ ]*' <<<"$OUT" | head -n 1)
step ssh-key-stolen 2
expect 1 on issuer halfday push --ask $HOST
expect_text "does not accept the distributor's SSH key"
step ssh-key-stolen 3
run thief
expect_same 255 "$STATUS"
expect_text "Permission denied"
step ssh-key-stolen 4
step ssh-key-stolen 5
grep -qF "$stolen" <<<"$OUT" || fail "the stolen key is not in what sshd wrote"
expect_same "$before" "$(served)"
expect 0 client

promise "a host is taken out, and nginx is up"
on web rm /etc/nginx/conf.d/www.conf
on web nginx -s reload
step add-host 5
expect 0 on web nginx -t

promise "an appliance is served by a receiver on the issuer box"
mkdir -m 777 "$W/device"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$W/device.key" -out "$W/printer-ca.pem" -days 1 \
  -subj /CN=printer.example.org -addext subjectAltName=DNS:printer.example.org 2>/dev/null
echo 'upload:{PLAIN}secret' >"$W/device.users"
cat >"$W/device.conf" <<NGINX
pid $W/device.pid; error_log $W/device.log;
events {}
http {
  access_log off; client_body_temp_path $W/device/body;
  server {
    listen 127.0.0.2:443 ssl;
    ssl_certificate $W/printer-ca.pem; ssl_certificate_key $W/device.key;
    auth_basic device; auth_basic_user_file $W/device.users;
    root $W/device; dav_methods PUT;
  }
}
NGINX
/usr/sbin/nginx -c "$W/device.conf"
on issuer bash -c 'echo "127.0.0.2 printer.example.org" >>/etc/hosts'
expect 0 on issuer cmake --install "$BUILD" --prefix /usr --component receiver
expect 0 on issuer systemd-sysusers
on issuer mkdir -p /usr/local/lib/halfday
file_of appliance /usr/local/lib/halfday/upload-printer | on issuer tee /usr/local/lib/halfday/upload-printer >/dev/null
on issuer cp "$W/printer-ca.pem" /usr/local/lib/halfday/printer-ca.pem
echo "machine printer.example.org login upload password secret" >"$W/login"
on issuer install -m 640 -g halfday-receiver "$W/login" /usr/local/lib/halfday/printer-login
on issuer chmod 755 /usr/local/lib/halfday/upload-printer
step appliance 1
identity=$(grep -oE '([0-9a-f]{4} ){7}[0-9a-f]{4}' <<<"$OUT" | head -n 1)
step appliance 2
step appliance 3
on issuer openssl verify -x509_strict -CAfile root.pem -untrusted "$W/device/certificate.pem" -verify_hostname printer.example.org \
  "$W/device/certificate.pem" >/dev/null
expect_same "$(openssl x509 -in "$W/device/certificate.pem" -noout -pubkey)" "$(openssl pkey -in "$W/device/certificate.pem" -pubout)"

promise "a device that fails is named, with what it said, and each run tries again"
echo 'upload:{PLAIN}another' >"$W/device.users"
run on issuer halfday renew printer.example.org
expect_differ 0 "$STATUS"
expect_text "printer.example.org web: .*401"
echo 'upload:{PLAIN}secret' >"$W/device.users"
expect 0 on issuer halfday push
expect_text "printer.example.org web: proved"
step appliance 4

no_step_left_out add-host ssh-key-stolen appliance
echo "all promises held"
