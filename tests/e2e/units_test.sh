#!/bin/bash
# The units under a real systemd, with every restriction that they have: the timer issues, by a key whose passphrase is a
# credential, and pushes, over SSH and over the receiver's socket; the journal has it, and people are told. systemd is the first
# process of namespaces of its own.
# skips: 77
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
set -uo pipefail
BUILD=${HALFDAY_BUILD:?}

skip() {
  echo "SKIPPED: $*"
  exit 77
}
# All that systemd starts is in a control group of this run's, which goes with it.
GROUPS2=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
[ -x /lib/systemd/systemd ] || skip "there is no systemd"
[ -n "$GROUPS2" ] || skip "there are no control groups of version 2, which systemd wants"
GROUP=$GROUPS2/halfday-units.$$
mkdir "$GROUP" 2>/dev/null || skip "no control group can be made in $GROUPS2"
W=$(mktemp -d /tmp/halfday-units.XXXXXX)
INIT=
# shellcheck disable=SC2317  # by the trap
clean_up() {
  [ -z "$INIT" ] || kill -KILL "$INIT" 2>/dev/null
  wait 2>/dev/null
  for _ in $(seq 100); do
    find "$GROUP" -depth -type d -exec rmdir {} + 2>/dev/null
    [ -d "$GROUP" ] || break
    sleep 0.05
  done
  rm -rf "$W"
}
trap clean_up EXIT

cat >"$W/box" <<'BOX'
W=$1
mount -t tmpfs -o mode=755 tmpfs "$W"
mkdir "$W"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$W/upper,workdir=$W/work" "$W/root"
cd "$W/root"
rm -rf etc/systemd/system/* etc/nginx/sites-enabled/* etc/halfday var/lib/halfday* var/log/journal etc/machine-id
touch etc/machine-id
printf '[Unit]\nRequires=basic.target systemd-user-sessions.service\nAfter=basic.target\n' >etc/systemd/system/box.target
mount -t proc proc proc
mount --bind proc/sys proc/sys && mount -o remount,bind,ro proc/sys # the machine's, not this box's
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
for folder in run tmp; do mount -t tmpfs -o mode=755 tmpfs $folder; done
chmod 1777 tmp
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do touch dev/$node && mount --bind /dev/$node dev/$node; done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ip link set lo up
pivot_root . mnt # a chroot could have no user namespaces
umount --lazy /mnt
mount --make-rshared / # as on a machine: a service sees its credentials by that
# The machine's kernel and clock are not this box's either.
exec setpriv --bounding-set=-sys_module,-sys_time,-sys_boot,-sys_rawio \
  env -i container=halfday PATH="$PATH" /lib/systemd/systemd --unit=box.target
BOX
(
  echo "$BASHPID" >"$GROUP/cgroup.procs" || exit 1
  exec unshare --mount --propagation private --net --uts --ipc --cgroup --pid --fork --kill-child bash "$W/box" "$W"
) >"$W.log" 2>&1 &
unsharing=$!
for _ in $(seq 200); do
  INIT=$(pgrep -P "$unsharing" .) && [ -e "/proc/$INIT/root/run/systemd/private" ] && break
  kill -0 "$unsharing" 2>/dev/null || break
  sleep 0.05
done
log=$(cat "$W.log")
rm -f "$W.log"
[ -e "/proc/${INIT:-0}/root/run/systemd/private" ] || skip "systemd does not start in namespaces here: ${log:-it said nothing}"
on() { nsenter --target "$INIT" --mount --net --uts --ipc --cgroup --pid --root --wdns=/root env -i PATH="$PATH" HOME=/root "${@:2}"; }
OUT=$(timeout 60 nsenter --target "$INIT" --mount --pid --root systemctl start box.target 2>&1) ||
  skip "systemd does not come up in namespaces here: $OUT"
. "$here/typed.sh"

promise "what is installed has units that systemd loads, and nothing of it runs before it is enabled"
for component in root issuer receiver; do expect 0 env DESTDIR="/proc/$INIT/root" cmake --install "$BUILD" --prefix /usr --component "$component"; done
expect 0 on box systemctl daemon-reload
expect 0 on box systemd-sysusers
expect 0 on box systemd-tmpfiles --create
expect 3 on box systemctl is-active halfday.timer halfday-receiver.socket

# Root, issuer and web server are one box here.
ETC=/proc/$INIT/root/etc STICK=/proc/$INIT/root/root
echo "correct horse battery staple" >"$STICK/passphrase"
chmod 600 "$STICK/passphrase"
expect 0 on box halfday-root init "Example Root" --permit example.org --passphrase-file passphrase
expect 0 on box install -D -m 644 /var/lib/halfday-root/root.pem /etc/halfday/root.pem
# The issuer's key is encrypted, and its unit has the passphrase as a credential (docs/keys.md).
mkdir -p "$ETC/systemd/system/halfday-issuer.service.d"
printf '[Service]\nLoadCredential=issuer-passphrase:/etc/halfday/issuer.pin\n' >"$ETC/systemd/system/halfday-issuer.service.d/pin.conf"
expect 0 on box install -m 600 passphrase /etc/halfday/issuer.pin
expect 0 on box systemctl daemon-reload
expect 0 on box halfday init --passphrase-file /etc/halfday/issuer.pin
paper=$(fingerprint_in "$OUT")
expect 0 on box halfday-root sign /var/lib/halfday/issuer/request.pem --out chain.pem --confirm "$paper" --passphrase-file passphrase
expect 0 on box halfday accept chain.pem
expect 0 on box halfday-receiver init web1.example.org --name www.example.org --probe 127.0.0.1:443 --in-place \
  --root /etc/halfday/root.pem --distributor-key /var/lib/halfday/distributor/id_ed25519.pub
paper=$(fingerprint_in "$OUT")
cat >"$ETC/nginx/conf.d/www.conf" <<'NGINX'
server {
    listen 443 ssl;
    server_name www.example.org;
    ssl_certificate     /var/lib/halfday/receiver/live/www/fullchain.pem;
    ssl_certificate_key /var/lib/halfday/receiver/live/www/privkey.pem;
}
NGINX
mv "$ETC/nginx/conf.d/www.conf" "$ETC/nginx/www"
on box ssh-keygen -q -A
expect 0 on box systemctl start ssh.service nginx.service
mv "$ETC/nginx/www" "$ETC/nginx/conf.d/www.conf"
expect 0 on box halfday host add web1.example.org --reach ssh://halfday-receiver@127.0.0.1 --certificate www=www.example.org \
  --host-key "$(on box cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)" --confirm "$paper"
printf 'notify: {command: [/usr/bin/tee, /tmp/told], user: nobody}\n' >"$ETC/halfday/halfday.yaml"

# What a unit told the journal since the box began.
journal() { on box journalctl --no-pager --output=cat --unit "$1" "${@:2}"; }
# until_done TIMES: as many cycles have ended, and what tells people of each.
until_done() {
  local _
  for _ in $(seq 400); do
    [ "$(journal halfday-notify.service | grep -c '^Finished\|^Failed to start')" -ge "$1" ] && return
    sleep 0.05
  done
  OUT=$(on box journalctl --no-pager --lines 60)
  fail "cycle $1 has not ended"
}

promise "the enabled timer's run issues and pushes, with all restrictions of the units"
mkdir -p "$ETC/systemd/system/halfday.timer.d"
printf '[Timer]\nOnCalendar=\nOnActiveSec=0\nRandomizedDelaySec=0\nAccuracySec=1ms\n' >"$ETC/systemd/system/halfday.timer.d/now.conf"
expect 0 on box systemctl daemon-reload
expect 0 on box systemctl enable --now halfday.timer
until_done 1
OUT=$(on box journalctl --no-pager --unit 'halfday*')
for unit in halfday-issuer halfday-distributor halfday; do
  expect_same success "$(on box systemctl show --property Result --value $unit.service)"
done
expect 0 on box halfday status --check
expect_text "^OK: 0 of 1 "
expect 0 on box curl --silent --fail --cacert /etc/halfday/root.pem --capath /nonexistent --output /dev/null \
  --resolve www.example.org:443:127.0.0.1 https://www.example.org/ || expect_text "404"

promise "the journal has what was done, by its fields"
expect_same 1 "$(on box journalctl --no-pager --output=cat _SYSTEMD_UNIT=halfday-issuer.service HOST=web1.example.org OUTCOME=issued | wc -l)"

promise "'halfday run' by hand is the units' run, and one with nothing due says nothing"
expect 0 on box halfday run
expect_silence
until_done 2

promise "an entry that is delivered over the receiver's socket unit is proved, too"
expect 0 on box systemctl enable --now halfday-receiver.socket
sed -i 's|^reach:.*|reach: unix:/run/halfday-receiver.sock|; s|^certificates:|certificates:\n  api: {names: [api.example.org]}|' \
  "$ETC/halfday/hosts.d/web1.example.org.yaml"
sed -i 's|^certificates:|certificates:\n  api: {names: [api.example.org], server: command, install: [/bin/true]}|' "$ETC/halfday/receiver.yaml"
expect 0 on box halfday run
until_done 3
expect 0 on box halfday status --check
expect_text "^OK: 0 of 2 "

promise "what a cycle leaves wrong reaches people by the unit that comes after it, and 'halfday run' says where to look"
expect 0 on box systemctl disable --now halfday-receiver.socket
sed -i 's|^certificates:|certificates:\n  mail: {names: [mail.example.org]}|' "$ETC/halfday/hosts.d/web1.example.org.yaml"
expect 1 on box halfday run
expect_text "hint: journalctl -u 'halfday\*'"
until_done 4
expect 0 on box cat /tmp/told
expect_text "^halfday on .*: .* wrong; the first host goes dark in "
expect_text "^web1.example.org/mail: cannot talk to .*; it serves no certificate$"
expect_text "^    next: .*halfday push web1.example.org"
echo "all promises held"
