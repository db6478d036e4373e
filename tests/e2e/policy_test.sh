#!/bin/bash
# What a host may get, on one page: who says what, who refuses, what would pass; and that issuing goes by it.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

world_begin "$(mktemp -d /tmp/halfday-policy.XXXXXX)"
trap 'rm -rf "$W"' EXIT
HOST=web1.example.test NAME=www.example.test
FILE=$W/issuer/etc/hosts.d/$HOST.yaml
{
  world_root --permit 127.0.0.0/24
  world_issuer
  world_web_server "$HOST" 1 "$NAME" 127.0.0.1
  world_add_host "$HOST" "$NAME"
} >/dev/null

promise "explain prints each value and who said it"
expect 0 hd halfday policy explain "$HOST"
expect_text "lifetime +12h +default"
expect_text "permitted +example.test, 127.0.0.0/24 +the root"
expect_text "addresses +any +default"
expect_text "certificate www: $NAME"

promise "a host's file outweighs halfday.yaml, which outweighs the default"
cat >"$W/issuer/etc/halfday.yaml" <<'YAML'
certificates: {lifetime: 10h, renew_after: 3h}
YAML
printf 'policy: {lifetime: 6h}\n' >>"$FILE"
expect 0 hd halfday policy explain "$HOST"
expect_text "lifetime +6h +$FILE:[0-9]+"
expect_text "renew_after +3h +$W/issuer/etc/halfday.yaml:1"

promise "a certificate is what the page says"
expect 0 hd halfday run
served_chain "$HOST" "$NAME" >"$W/chain.pem"
lifetime=$(($(date -d "$(openssl x509 -in "$W/chain.pem" -noout -enddate | cut -d= -f2)" +%s) - $(date -d "$(openssl x509 -in "$W/chain.pem" -noout -startdate | cut -d= -f2)" +%s)))
expect_same $((6 * 3600 - 1)) "$lifetime"

promise "an edit is seen by the next run, in the same second and of the same size; owner and mode too"
expect 0 hd halfday run
sed -i 's/lifetime: 6h/lifetime: 6x/' "$FILE"
expect 2 hd halfday run
expect_text "$FILE:[0-9]+:[0-9]+: "
sed -i 's/lifetime: 6x/lifetime: 6h/' "$FILE"
expect 0 hd halfday run
chmod g+w "$FILE"
expect 2 hd halfday run
expect_text "chmod go-w"
chmod g-w "$FILE"
expect 0 hd halfday run

promise "a refusal says who refuses and the nearest name that would pass, in explain, check and issue alike"
sed -i "s/$NAME/www.exmaple.test/" "$FILE"
expect 0 hd halfday policy explain "$HOST"
expect_text "refused: the root permits example.test, 127.0.0.0/24, not 'www.exmaple.test'; 'www.example.test' would pass"
expect 2 hd halfday check
expect_text "'www.example.test' would pass"
world_clock +4h
expect 3 hd halfday run
expect_text "'www.example.test' would pass"

promise "an IP address is a name: refused where root or policy do not permit it, served without SNI where they do, and found"
sed -i "s/www.exmaple.test/127.0.1.1, '::1'/; s/lifetime: 6h/lifetime: 6h, addresses: [127.0.0.0\/31]/" "$FILE"
expect 0 hd halfday policy explain "$HOST"
expect_text "addresses +127.0.0.0/31 +$FILE:[0-9]+"
expect_text "the root permits example.test, 127.0.0.0/24, not '127.0.1.1'; an address in 127.0.0.0/24 would pass"
expect_text "not '::1'; a DNS name in example.test would pass"
sed -i "s/127.0.1.1, '::1'/127.0.0.2/" "$FILE"
expect 3 hd halfday run
expect_text "policy of $HOST permits 127.0.0.0/31, not '127.0.0.2'; an address in 127.0.0.0/31 would pass"
sed -i "s/127.0.0.2/127.0.0.1/" "$FILE"
expect 0 hd halfday run
world_ports "$HOST"
nginx_settled "$HOST"
expect 0 moved curl -sS --fail --max-time 5 --cacert "$W/root.pem" --capath /nonexistent "https://127.0.0.1:$TLS_PORT/"
expect 0 hd halfday inspect "127.0.0.1:$TLS_PORT"
expect_text "^ +names +127.0.0.1$"
expect 0 hd halfday ledger list --name 127.0.0.1
expect_same 2 "$(wc -l <<<"$OUT")"
sed -i "s/\[127.0.0.1\]/[$NAME]/" "$FILE"

promise "server+client needs an intermediate that the root signed for it, and a host that takes it"
sed -i "s/lifetime: 6h/lifetime: 6h, purpose: server+client/" "$FILE"
expect 3 hd halfday run
expect_text "the intermediate is for servers alone"
world_sign --purpose server+client >/dev/null
expect 0 hd halfday accept "$W/stick/chain.pem"
world_clock +30h # a new intermediate signs from 24 h on
expect 1 hd halfday run
expect_text "extended key usage is not serverAuth alone"
sed -i "s/^    server: nginx/    purpose: server+client\n&/" "$W/$HOST/etc/receiver.yaml"
expect 0 hd halfday renew "$HOST" # at once, not in an hour; the refused one's key went with it: this one has the next
served_chain "$HOST" "$NAME" >"$W/chain.pem"
expect 0 openssl x509 -in "$W/chain.pem" -noout -ext extendedKeyUsage
expect_text "TLS Web Server Authentication, TLS Web Client Authentication"
expect 0 moved openssl verify -x509_strict -purpose sslclient -CAfile "$W/root.pem" -no-CApath -untrusted "$W/chain.pem" "$W/chain.pem"

promise "no file goes above the ceiling of 24 h"
sed -i "s/lifetime: 6h/lifetime: 25h/" "$FILE"
expect 2 hd halfday policy explain "$HOST"
expect_text "$FILE:[0-9]+:[0-9]+: a certificate's lifetime of '25h'"
echo "all promises held"
