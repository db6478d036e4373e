# Many web servers at one real sshd, sourced after world.sh: each has an address of 127.0.1.0/24 and a receiver of its
# own, whose web server is a command that does nothing.
#
#   one_sshd [LINE…]          starts it, with more lines for its sshd_config
#   one_sshd_stop
#   one_sshd_host NUMBER      enrols a host: what `halfday host add` does, but for the connection that fetches the identity

ONE_SSHD_PORT=2222

one_sshd_name() { printf 'web%d.example.test' "$1"; }
one_sshd_address() { echo "127.0.1.$1"; }

# Keys beside the distributor's are in $W/sshd/more_keys. The forced command is the receiver of the address that a
# connection came to.
one_sshd() {
  local d=$W/sshd
  mkdir -p "$d"
  [ -f "$d/host_key" ] || ssh-keygen -q -t ed25519 -N "" -f "$d/host_key"
  cat >"$d/serve" <<SERVE
#!/bin/sh
set -- \$SSH_CONNECTION
exec $BIN/halfday-receiver --etc $W/hosts/\$3/etc --state $W/hosts/\$3/state serve
SERVE
  chmod 755 "$d/serve"
  {
    printf 'restrict,command="%s" %s\n' "$d/serve" "$(cat "$W/issuer/state/distributor/id_ed25519.pub")"
    cat "$d/more_keys" 2>/dev/null || true
  } >"$d/authorized_keys"
  cat >"$d/sshd_config" <<CONF
Port $ONE_SSHD_PORT
HostKey $d/host_key
PidFile $d/sshd.pid
AuthorizedKeysFile $d/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
$(printf '%s\n' "$@")
CONF
  /usr/sbin/sshd -f "$d/sshd_config" -E "$d/sshd.log"
}

one_sshd_stop() {
  kill "$(cat "$W/sshd/sshd.pid")"
  while [ -e "$W/sshd/sshd.pid" ]; do sleep 0.02; done
}

one_sshd_host() {
  local host at h
  host=$(one_sshd_name "$1") at=$(one_sshd_address "$1")
  h=$W/hosts/$at
  mkdir -p "$h/etc"
  install -d -o halfday-receiver -g halfday-receiver "$h/state"
  hd halfday-receiver --etc "$h/etc" --state "$h/state" init "$host" --name "$host" --root "$W/root.pem" \
    --server command --install /bin/true --reach "ssh://halfday-receiver@$at:$ONE_SSHD_PORT" \
    --distributor-key "$W/issuer/state/distributor/id_ed25519.pub" >"$W/init.txt"
  sed -n "/^# the issuer box's/,/^$/{/^#/d;/^$/d;p}" "$W/init.txt" >"$W/issuer/etc/hosts.d/$host.yaml"
  printf '%s %s\n' "$host" "$(cut -d' ' -f1,2 "$W/sshd/host_key.pub")" >>"$W/issuer/etc/known_hosts"
}
