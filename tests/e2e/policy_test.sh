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
  world_root
  world_issuer
  world_web_server "$HOST" 1 "$NAME"
  world_add_host "$HOST" "$NAME"
} >/dev/null

promise "explain prints each value and who said it"
expect 0 hd halfday policy explain "$HOST"
expect_text "lifetime +12h +default"
expect_text "permitted +example.test +the root"
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
expect_text "refused: the root permits example.test, not 'www.exmaple.test'; 'www.example.test' would pass"
expect 2 hd halfday check
expect_text "'www.example.test' would pass"
world_clock +4h
expect 3 hd halfday run
expect_text "'www.example.test' would pass"

promise "server+client needs an intermediate that the root signed for it, and a host that takes it"
sed -i "s/www.exmaple.test/$NAME/; s/lifetime: 6h/lifetime: 6h, purpose: server+client/" "$FILE"
expect 3 hd halfday run
expect_text "the intermediate is for servers alone"
world_sign --purpose server+client >/dev/null
expect 0 hd halfday accept "$W/stick/chain.pem"
world_clock +30h # a new intermediate signs from 24 h on
expect 1 hd halfday run
expect_text "extended key usage is not serverAuth alone"
sed -i "s/^    server: nginx/    purpose: server+client\n&/" "$W/$HOST/etc/receiver.yaml"
expect 0 hd halfday run
expect 0 hd halfday run # the refused one's key went with it: this one has the next
served_chain "$HOST" "$NAME" >"$W/chain.pem"
expect 0 openssl x509 -in "$W/chain.pem" -noout -ext extendedKeyUsage
expect_text "TLS Web Server Authentication, TLS Web Client Authentication"
expect 0 moved openssl verify -x509_strict -purpose sslclient -CAfile "$W/root.pem" -no-CApath -untrusted "$W/chain.pem" "$W/chain.pem"

promise "no file goes above the ceiling of 24 h"
sed -i "s/lifetime: 6h/lifetime: 25h/" "$FILE"
expect 2 hd halfday policy explain "$HOST"
expect_text "$FILE:[0-9]+:[0-9]+: a certificate's lifetime of '25h'"
echo "all promises held"
