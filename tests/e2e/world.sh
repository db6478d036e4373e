# A whole world for demo and tests, sourced by a script: an air-gapped box, an issuer box and web servers below one
# folder, with users, mounts, processes and (for tests) a network of its own, so that nothing outside is touched and all ends with the script.
#
#   world_enter own-network "$0" "$@"    first line of a script: runs it again inside
#   world_begin DIR [DOMAIN]             users, folders, the clock at the real time
#   world_root [--permit RANGE]; world_issuer; world_web_server HOST NUMBER NAME…; world_add_host HOST NAME
#   world_clock +4h                      moves the clock of halfday's programs and of the clients, not of nginx and sshd
#   hd PROGRAM ARGUMENTS…                one of halfday's programs with this world's folders and clock

set -euo pipefail

BIN=${HALFDAY_BIN:?}
PASSPHRASE="correct horse battery staple"

world_enter() {
  local network=$1 script=$2
  shift 2
  [ -z "${HALFDAY_INSIDE:-}" ] || return 0
  local options=(--mount --propagation private --pid --fork --kill-child --mount-proc)
  [ "$network" = own-network ] && options+=(--net)
  exec env HALFDAY_INSIDE=1 HALFDAY_NETWORK="$network" unshare "${options[@]}" bash "$script" "$@"
}

world_begin() {
  W=$(realpath "$1") DOMAIN=${2:-example.test}
  mkdir -p "$W"
  chmod 755 "$W"
  CLOCK=$W/issuer/etc/.clock # where halfday-issuer may still read when it has given up the rest
  mkdir -p "$W/issuer/etc"
  : >"$CLOCK"
  FAKETIME_LIBRARY=$(echo /usr/lib/*/faketime/libfaketimeMT.so.1)
  if [ "$HALFDAY_NETWORK" = own-network ]; then
    mount -t sysfs sysfs /sys
    ip link set lo up
  fi
  mount -t tmpfs -o mode=755 tmpfs /run
  mount -t tmpfs -o mode=1777 tmpfs /dev/shm # libfaketime's semaphores are named after pids, which begin anew here
  mkdir -p /run/sshd /run/sudo
  world_users
  mkdir -p "$W/root-box" "$W/issuer/etc" "$W/issuer/state" "$W/stick"
  install -m 600 /dev/null "$W/root-box/passphrase"
  printf '%s\n' "$PASSPHRASE" >"$W/root-box/passphrase"
}

# Users of this world alone: copies of the machine's files, with ours added, mounted over them in this mount namespace.
world_users() {
  local u=$W/users file
  mkdir -p "$u/sudoers.d"
  for file in passwd group shadow; do cp "/etc/$file" "$u/$file"; done
  chmod 644 "$u/passwd" "$u/group"
  chmod 640 "$u/shadow"
  world_user halfday-issuer 64001 /usr/sbin/nologin
  world_user halfday-distributor 64002 /usr/sbin/nologin
  world_user halfday-receiver 64003 /bin/sh
  printf 'halfday:x:64000:halfday-issuer,halfday-distributor\n' >>"$u/group"
  # A file can be given to a group by its members only.
  sed -i 's/^\(www-data:[^:]*:[^:]*\):.*/\1:halfday-receiver/' "$u/group"
  for file in passwd group shadow; do mount --bind "$u/$file" "/etc/$file"; done
  mount --bind "$u/sudoers.d" /etc/sudoers.d
}

world_user() {
  grep -q "^$1:" "$W/users/passwd" && sed -i "/^$1:/d" "$W/users/passwd" "$W/users/group" "$W/users/shadow"
  printf '%s:x:%s:%s::%s:%s\n' "$1" "$2" "$2" "$W/home/$1" "$3" >>"$W/users/passwd"
  printf '%s:x:%s:\n' "$1" "$2" >>"$W/users/group"
  printf '%s:*:19000:0:99999:7:::\n' "$1" >>"$W/users/shadow"
  install -d -o "$2" -g "$2" "$W/home/$1"
}

# An offset such as +4h, or nothing for the real time. libfaketime reads the file at every call.
world_clock() {
  printf '%s\n' "${1:-}" >"$CLOCK.new"
  [ -n "${1:-}" ] || : >"$CLOCK.new"
  mv "$CLOCK.new" "$CLOCK"
}

moved() {
  # The sanitizers want to be the first library: say that this one may come before.
  env LD_PRELOAD="$FAKETIME_LIBRARY" FAKETIME_TIMESTAMP_FILE="$CLOCK" FAKETIME_NO_CACHE=1 \
    FAKETIME_DONT_FAKE_MONOTONIC=1 ASAN_OPTIONS=verify_asan_link_order=0 "$@"
}

hd() {
  local program=$1
  shift
  case $program in
    halfday-root)
      case " $* " in
        *" --state "*) ;;
        " init "* | " do "* | " sign "* | " revoke "* | " crl "* | " rotate "* | " log "*)
          set -- "$1" --state "$W/root-box/state" "${@:2}" ;;
      esac ;;
    halfday-receiver) ;;
    *) set -- --etc "$W/issuer/etc" --state "$W/issuer/state" "$@" ;;
  esac
  moved "$BIN/$program" "$@"
}

# halfday-root on a box without a network: in the tests' own network there is none; the demo makes an empty one for it.
root_box() {
  if [ "$HALFDAY_NETWORK" = own-network ]; then
    hd halfday-root "$@"
  else
    unshare --net --mount bash -c 'mount -t sysfs sysfs /sys && exec "$@"' - \
      env LD_PRELOAD="$FAKETIME_LIBRARY" FAKETIME_TIMESTAMP_FILE="$CLOCK" FAKETIME_NO_CACHE=1 \
      FAKETIME_DONT_FAKE_MONOTONIC=1 "$BIN/halfday-root" "$1" --state "$W/root-box/state" "${@:2}"
  fi
}

world_root() {
  root_box init "Example Root" --permit "$DOMAIN" --passphrase-file "$W/root-box/passphrase" "$@"
  install -m 644 "$W/root-box/state/root.pem" "$W/root.pem"
  install -m 644 "$W/root.pem" "$W/issuer/etc/root.pem"
}

# The request goes over on a stick, its fingerprint on paper.
world_issuer() {
  hd halfday init
  cp "$W/issuer/state/issuer/request.pem" "$W/stick/request.pem"
  world_sign
  hd halfday accept "$W/stick/chain.pem"
}

request_fingerprint() { fingerprint_of_request "$W/stick/request.pem"; }

# Of all keys in it, in their order.
fingerprint_of_request() {
  local pem='' line
  while read -r line; do
    pem+=$line$'\n'
    if [ "$line" = "-----END CERTIFICATE REQUEST-----" ]; then
      openssl req -noout -pubkey <<<"$pem" | openssl pkey -pubin -outform DER
      pem=''
    fi
  done <"$1" | sha256sum | cut -c1-32
}

world_sign() {
  rm -f "$W/stick/chain.pem"
  root_box sign "$W/stick/request.pem" --out "$W/stick/chain.pem" --confirm "$(request_fingerprint)" \
    --passphrase-file "$W/root-box/passphrase" "$@"
  chmod 644 "$W/stick/chain.pem"
}

# world_host HOST NUMBER: the folders and ports of one web server.
world_host() {
  local host=$1 number=$2
  local h=$W/$host
  ADDRESS=127.0.0.1 SSH_PORT=$((2200 + number)) TLS_PORT=$((8440 + number))
  if [ "$HALFDAY_NETWORK" != own-network ]; then
    SSH_PORT=$(free_port) TLS_PORT=$(free_port)
  fi
  mkdir -p "$h/etc" "$h/sshd"
  install -d -o halfday-receiver -g halfday-receiver "$h/state"
  cp "$W/root.pem" "$h/etc/root.pem"
  printf '%s %s\n' "$SSH_PORT" "$TLS_PORT" >"$h/ports"
}

world_ports() { read -r SSH_PORT TLS_PORT <"$W/$1/ports"; ADDRESS=127.0.0.1; }

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Grants for nginx: the exact config test and reload, and nothing else, as root.
world_nginx_grants() {
  local host=$1
  shift
  local h=$W/$host names
  names=$(IFS=,; echo "$*")
  world_ports "$host"
  cat >"$h/etc/receiver.yaml" <<YAML
host: $host
roots: [root.pem]
max_lifetime: 24h
certificates:
  www:
    names: [${names//,/, }]
    server: nginx
    test:   [sudo, -n, /usr/bin/timeout, "10", /usr/sbin/nginx, -t, -q, -c, $h/nginx/nginx.conf]
    reload: [sudo, -n, /usr/bin/timeout, "10", /usr/sbin/nginx, -s, reload, -c, $h/nginx/nginx.conf]
    probe: 127.0.0.1:$TLS_PORT
    mode: "0640"
    group: www-data
YAML
  printf 'halfday-receiver ALL=(root) NOPASSWD: /usr/bin/timeout 10 /usr/sbin/nginx -t -q -c %s, /usr/bin/timeout 10 /usr/sbin/nginx -s reload -c %s\n' \
    "$h/nginx/nginx.conf" "$h/nginx/nginx.conf" >"$W/users/sudoers.d/${host//./_}" # sudo passes over names with a dot
  chmod 440 "$W/users/sudoers.d/${host//./_}"
}

# nginx without TLS first: its TLS server is in the configuration, and the first delivery's reload brings it up.
world_nginx() {
  local host=$1 tls=${2:-tls}
  local h=$W/$host
  world_ports "$host"
  mkdir -p "$h/nginx"
  cat >"$h/nginx/nginx.conf" <<CONF
user www-data;
worker_processes 1;
pid $h/nginx/nginx.pid;
error_log $h/nginx/error.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path $h/nginx/body; proxy_temp_path $h/nginx/proxy; fastcgi_temp_path $h/nginx/fastcgi;
  uwsgi_temp_path $h/nginx/uwsgi; scgi_temp_path $h/nginx/scgi;
CONF
  if [ "$tls" = tls ]; then
    cat >>"$h/nginx/nginx.conf" <<CONF
  server {
    listen 127.0.0.1:$TLS_PORT ssl;
    ssl_certificate $h/state/live/www/fullchain.pem;
    ssl_certificate_key $h/state/live/www/privkey.pem;
    location / { return 200 "hello from $host\n"; }
  }
CONF
  fi
  echo "}" >>"$h/nginx/nginx.conf"
}

world_start_nginx() {
  /usr/sbin/nginx -c "$W/$1/nginx/nginx.conf"
}

# sshd of one web server: the distributor's key can run the receiver and nothing else.
world_sshd() {
  local host=$1
  local h=$W/$host
  world_ports "$host"
  [ -f "$h/sshd/host_key" ] || ssh-keygen -q -t ed25519 -N "" -f "$h/sshd/host_key"
  cat >"$h/sshd/sshd_config" <<CONF
Port $SSH_PORT
ListenAddress 127.0.0.1
HostKey $h/sshd/host_key
PidFile $h/sshd/sshd.pid
AuthorizedKeysFile $h/sshd/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowUsers halfday-receiver
MaxStartups 100
CONF
  /usr/sbin/sshd -f "$h/sshd/sshd_config" -E "$h/sshd/sshd.log"
}

# A web server with nginx, which runs but has no certificate yet; its sshd; and its receiver, made ready by its administrator.
world_web_server() {
  local host=$1
  world_host "$@"
  world_nginx_grants "$host" "${@:3}"
  world_nginx "$host" plain
  world_start_nginx "$host"
  world_nginx "$host" tls
  world_receiver_init "$host"
  world_sshd "$host"
}

# What an administrator does on the web server: init, authorized_keys. Sets IDENTITY_FINGERPRINT.
world_receiver_init() {
  local host=$1
  local h=$W/$host
  moved "$BIN/halfday-receiver" --etc "$h/etc" --state "$h/state" init "$host" \
    --distributor-key "$W/issuer/state/distributor/id_ed25519.pub" >"$h/init.txt"
  local key
  key=$(cat "$W/issuer/state/distributor/id_ed25519.pub")
  grep -qF "restrict,command=" "$h/init.txt" || { cat "$h/init.txt"; return 1; }
  # The clock of this world has to reach the receiver too, through a wrapper around the very same command.
  cat >"$h/serve" <<WRAPPER
#!/bin/sh
LD_PRELOAD=$FAKETIME_LIBRARY FAKETIME_TIMESTAMP_FILE=$CLOCK FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
ASAN_OPTIONS=verify_asan_link_order=0 exec $BIN/halfday-receiver --etc $h/etc --state $h/state serve
WRAPPER
  chmod 755 "$h/serve"
  printf 'restrict,command="%s" %s\n' "$h/serve" "$key" >"$h/sshd/authorized_keys"
  IDENTITY_FINGERPRINT=$(grep -oE '([0-9a-f]{4} ){7}[0-9a-f]{4}' "$h/init.txt" | head -n 1)
}

# world_command_host HOST NUMBER [INSTALL]: enrolled, with a web server that is a command (/bin/true).
world_command_host() {
  local host=$1
  world_host "$host" "$2"
  printf 'host: %s\nroots: [root.pem]\ncertificates:\n  www: {names: [%s], server: command, install: [%s]}\n' \
    "$host" "$host" "${3:-/bin/true}" >"$W/$host/etc/receiver.yaml"
  world_receiver_init "$host"
  world_sshd "$host"
  world_add_host "$host" "$host"
}

world_add_host() {
  local host=$1 names=$2
  world_ports "$host"
  hd halfday host add "$host" --reach "ssh://halfday-receiver@127.0.0.1:$SSH_PORT" --certificate "www=$names" \
    --host-key "$(cut -d' ' -f1,2 "$W/$host/sshd/host_key.pub")" --confirm "$IDENTITY_FINGERPRINT"
}

# A client that trusts the root and nothing else, with this world's clock.
client() {
  local host=$1 name=$2
  world_ports "$host"
  moved curl --silent --show-error --fail --max-time 5 --cacert "$W/root.pem" --capath /nonexistent \
    --resolve "$name:$TLS_PORT:127.0.0.1" "https://$name:$TLS_PORT/"
}

# nginx keeps its old worker accepting for 100 ms after a reload, beside the new one that the proof has reached: returns
# when one is left, or after 5 s. The worker's title says when it has stopped accepting ("is shutting down").
nginx_settled() {
  local master _
  master=$(cat "$W/$1/nginx/nginx.pid" 2>/dev/null) || return 0
  for _ in $(seq 100); do
    (($(pgrep -c -x -P "$master" -f 'nginx: worker process') > 1)) || return 0
    sleep 0.05
  done
}

# The chain that a server shows, as PEM.
served_chain() {
  local host=$1 name=$2
  world_ports "$host"
  nginx_settled "$host"
  openssl s_client -connect "127.0.0.1:$TLS_PORT" -servername "$name" -showcerts </dev/null 2>/dev/null |
    sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p'
}

served_serial() { served_chain "$@" | openssl x509 -noout -serial | cut -d= -f2 | tr A-F a-f; }
