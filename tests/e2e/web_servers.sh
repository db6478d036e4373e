# The web servers of Debian on loopback ports, sourced after world.sh: for each kind KIND_conf HOST plain|tls writes its
# configuration, KIND_start HOST starts it, KIND_stop HOST ends it, and KIND_test and KIND_reload HOST print the argument
# lists of receiver.yaml. Without TLS they start before they have a certificate.

# In the words of a YAML list.
as_root() { printf 'sudo, -n, /usr/bin/timeout, "10", %s' "$1"; }

nginx_conf() { world_nginx "$1" "$2"; }
nginx_start() { world_start_nginx "$1"; }
nginx_stop() { kill "$(cat "$W/$1/nginx/nginx.pid")"; }
nginx_test() { as_root "/usr/sbin/nginx, -t, -q, -c, $W/$1/nginx/nginx.conf"; }
nginx_reload() { as_root "/usr/sbin/nginx, -s, reload, -c, $W/$1/nginx/nginx.conf"; }

apache_conf() {
  local s=$W/$1/apache live=$W/$1/state/live/www module
  world_ports "$1"
  mkdir -p "$s"
  {
    for module in mpm_event authz_core ssl; do
      echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
    done
    printf '%s\n' "ServerName $1" "User www-data" "Group www-data" "DefaultRuntimeDir $s" "PidFile $s/pid" \
      "ErrorLog $s/error.log" "DocumentRoot $s" "Listen 127.0.0.1:$((TLS_PORT + 1000))"
    [ "$2" = plain ] || printf '%s\n' "Listen 127.0.0.1:$TLS_PORT" "<VirtualHost 127.0.0.1:$TLS_PORT>" "SSLEngine on" \
      "SSLCertificateFile $live/fullchain.pem" "SSLCertificateKeyFile $live/privkey.pem" "</VirtualHost>"
  } >"$s/apache.conf"
}
apache_start() { /usr/sbin/apache2 -f "$W/$1/apache/apache.conf" -k start; }
apache_stop() { kill "$(cat "$W/$1/apache/pid")"; }
apache_test() { as_root "/usr/sbin/apache2, -t, -f, $W/$1/apache/apache.conf"; }
apache_reload() { as_root "/usr/sbin/apache2, -f, $W/$1/apache/apache.conf, -k, graceful"; }

haproxy_conf() {
  local s=$W/$1/haproxy
  world_ports "$1"
  mkdir -p "$s"
  cat >"$s/haproxy.cfg" <<CONF
global
  stats socket $s/runtime.sock mode 660 group halfday-receiver level admin
defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend web
  bind 127.0.0.1:$((TLS_PORT + 1000))
  http-request return status 200 content-type text/plain string hello
CONF
  [ "$2" = plain ] || echo "  bind 127.0.0.1:$TLS_PORT ssl crt $W/$1/state/live/www/combined.pem" >>"$s/haproxy.cfg"
}
haproxy_start() {
  /usr/sbin/haproxy -W -D -S "$W/$1/haproxy/master.sock,mode,660,group,halfday-receiver" -p "$W/$1/haproxy/pid" \
    -f "$W/$1/haproxy/haproxy.cfg" >/dev/null 2>&1
}
haproxy_stop() { kill "$(cat "$W/$1/haproxy/pid")"; }
haproxy_test() { as_root "/usr/sbin/haproxy, -c, -f, $W/$1/haproxy/haproxy.cfg"; }

caddy_conf() {
  local s=$W/$1/caddy live=$W/$1/state/live/www
  world_ports "$1"
  install -d -o caddy "$s"
  {
    printf '%s\n' "{" "  auto_https off" "}" "http://127.0.0.1:$((TLS_PORT + 1000)) {" "  respond hello" "}"
    [ "$2" = plain ] || printf '%s\n' "https://:$TLS_PORT {" "  tls $live/fullchain.pem $live/privkey.pem" \
      "  respond hello" "}"
  } >"$s/Caddyfile"
}
caddy_start() {
  setpriv --reuid caddy --regid caddy --init-groups env HOME="$W/$1/caddy" /usr/bin/caddy start \
    --config "$W/$1/caddy/Caddyfile" --pidfile "$W/$1/caddy/pid" >"$W/$1/caddy/start.log" 2>&1
}
caddy_stop() { kill "$(cat "$W/$1/caddy/pid")"; }
caddy_test() { printf 'sudo, -n, -u, caddy, /usr/bin/timeout, "10", /usr/bin/caddy, validate, --config, %s' "$W/$1/caddy/Caddyfile"; }
caddy_reload() { printf '/usr/bin/timeout, "10", /usr/bin/caddy, reload, --force, --config, %s' "$W/$1/caddy/Caddyfile"; }
