#!/bin/bash
# docs/clients.md: each snippet, as it stands, gets the page of a server under the root, and refuses one of the same name
# whose root is another, though the system trusts that. What Debian has no client for here is said to be skipped.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
. "$here/page.sh"
if [ -z "${HALFDAY_INSIDE:-}" ]; then
  exec env HALFDAY_INSIDE=1 unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
BIN=${HALFDAY_BIN:?}
W=$(mktemp -d /tmp/halfday-clients.XXXXXX)
trap 'rm -rf "$W"' EXIT
export HOME=$W TMPDIR=$W
unset SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE CURL_CA_BUNDLE JAVA_TOOL_OPTIONS NODE_OPTIONS
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY
ip link set lo up
mkdir "$W/other" "$W/system"
"$BIN/tests/make-chains" "$W"
"$BIN/tests/make-chains" "$W/other" Other

# The system trusts the other root, and that alone.
cp "$W/other/root.pem" "$W/system/ca-certificates.crt"
cp "$W/other/root.pem" "$W/system/other.pem"
openssl rehash "$W/system" >/dev/null 2>&1
mount --bind "$W/system" /etc/ssl/certs

# Two servers of one name, and the hosts file says which it is.
for folder in "$W" "$W/other"; do cat "$folder/good.pem" "$folder/intermediate.pem" >"$folder/chain.pem"; done
site() {
  printf 'server { listen %s:443 ssl; ssl_certificate %s/chain.pem; ssl_certificate_key %s/good.key;
    location / { default_type text/plain; return 200 "%s\\n"; } }\n' "$1" "$2" "$2" "$3"
}
nginx_conf() {
  printf 'daemon on; pid %s/%s.pid; error_log %s/error.log; events {}\nhttp { access_log off; %s }\n' "$W" "$1" "$W" "$(cat)"
}
{ site 127.0.0.1 "$W" "the page of ours"; site 127.0.0.2 "$W/other" "the page of another"; } | nginx_conf servers >"$W/servers.conf"
nginx -c "$W/servers.conf"
cp /etc/hosts "$W/hosts"
mount --bind "$W/hosts" /etc/hosts
serve() { echo "$1 localhost www.example.test" >"$W/hosts"; }

# A block of the page, with this test's root and names.
block() {
  block_of docs/clients.md "$1" |
    sed "s|/etc/halfday/|$W/|g; s|www\.example\.org|www.example.test|g"
}
expect_page_of_ours_alone() {
  serve 127.0.0.1
  expect 0 "$@"
  expect_text "the page of ours"
  serve 127.0.0.2
  run "$@"
  [ "$STATUS" != 0 ] || fail "'$*' took a server of another root"
  expect_no_text "the page of another"
}
ran() { promise "$1 trusts this root and nothing else"; }

serve 127.0.0.2
expect 0 curl --fail --silent --show-error https://www.example.test/ # else the test would show nothing
expect_text "the page of another"

for snippet in "environment sh" "curl sh" "s_client sh" "gnutls sh" "python python3" "requests python3" "node node" "go go"; do
  read -r name runner <<<"$snippet"
  case $name in
    requests) needed() { python3 -c 'import requests' 2>/dev/null; } ;;
    *) needed() { command -v "$runner" >/dev/null; } ;;
  esac
  needed || { echo "skipped: there is no $name here"; continue; }
  ran "$name"
  file=$W/snippet-$name.${runner/node/js}
  block "$snippet" >"$file"
  [ -s "$file" ] || fail "the page has no '$snippet'"
  case $runner in
    go)
      expect 0 env GOCACHE="$W/go" GO111MODULE=off GOFLAGS= go build -o "$W/snippet" "$file"
      expect_page_of_ours_alone "$W/snippet"
      ;;
    *) expect_page_of_ours_alone "$runner" "$file" ;;
  esac
done

promise "what only adds is no way to trust nothing else, as the page says"
serve 127.0.0.2
expect 0 curl --fail --silent --cacert "$W/root.pem" https://www.example.test/
verify() { openssl verify -CAfile "$W/root.pem" "$@" -untrusted "$W/other/intermediate.pem" "$W/other/good.pem"; }
expect 0 verify
expect 2 verify -no-CApath -no-CAstore

if command -v keytool >/dev/null && command -v javac >/dev/null; then
  ran java
  expect 0 sh -c "$(block 'java-keystore sh')"
  cat >"$W/Get.java" <<'JAVA'
public class Get {
  public static void main(String[] arguments) throws Exception {
    System.out.print(new String(new java.net.URL("https://www.example.test/").openStream().readAllBytes()));
  }
}
JAVA
  expect 0 javac -d "$W" "$W/Get.java"
  expect_page_of_ours_alone sh -c "java $(block java-options) -cp $W Get"
else
  echo "skipped: there is no Java here"
fi

ran nginx
proxy() {
  { echo "server { listen 127.0.0.1:80;"; block "nginx nginx"; echo "}"; } | nginx_conf proxy >"$W/proxy.conf"
  nginx -c "$W/proxy.conf" || return 1
  curl --fail --silent --show-error http://127.0.0.1/
  local status=$?
  kill "$(cat "$W/proxy.pid")"
  while [ -e "$W/proxy.pid" ]; do sleep 0.05; done
  return $status
}
expect_page_of_ours_alone proxy

if command -v chromium >/dev/null && command -v certutil >/dev/null; then
  promise "a browser takes the root for its names, and no other"
  mkdir -p "$W/.pki/nssdb"
  certutil -N --empty-password -d "sql:$W/.pki/nssdb"
  expect 0 "$BIN/halfday" trust install --store nss "$W/root.pem"
  browse() { timeout 60 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$W/chromium" --dump-dom https://www.example.test/; }
  serve 127.0.0.1
  expect 0 browse
  expect_text "the page of ours"
  serve 127.0.0.2
  run browse
  expect_no_text "the page of another"
else
  echo "skipped: there is no browser here"
fi
kill "$(cat "$W/servers.pid")"
echo "all promises held"
