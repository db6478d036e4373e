#!/bin/bash
# What a thief can do with the distributor's SSH key, who has everything that ever was delivered too: nothing but see the
# names, and disturb. One host, its own sshd and nginx.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

HOST=web1.example.test NAME=www.example.test
world_begin "$(mktemp -d /tmp/halfday-thief.XXXXXX)"
trap 'rm -rf "$W"' EXIT
world_root >/dev/null
world_issuer >/dev/null
world_web_server "$HOST" 1 "$NAME"
world_add_host "$HOST" "$NAME" >/dev/null
expect 0 hd halfday run
R=$W/$HOST/state
world_ports "$HOST"
SSH=(-F /dev/null -i "$W/stolen_key" -o BatchMode=yes -o UserKnownHostsFile="$W/issuer/etc/known_hosts"
  -o HostKeyAlias="$HOST" -o StrictHostKeyChecking=yes -o ExitOnForwardFailure=yes)
install -m 600 "$W/issuer/state/distributor/id_ed25519" "$W/stolen_key"

thief() { ssh "${SSH[@]}" -p "$SSH_PORT" "$@"; }
# deliver CHAIN-FILE [SSH-OPTION…]: what the distributor would send, with this in it.
deliver() {
  local file=$1
  shift
  python3 -c 'import json, sys; print(json.dumps({"protocol": 1, "chains": [{"entry": "www", "chain_file": open(sys.argv[1]).read()}]}))' "$file" |
    thief "$@" halfday-receiver@127.0.0.1
}
keys_of() { sha256sum "$R"/identity.key "$R"/live/*/privkey.pem; }
chain_in_exchange() { cat "$W/issuer/state/exchange/chains/$HOST/www.pem"; }

promise "no shell, no command, no terminal"
run thief halfday-receiver@127.0.0.1 cat /etc/passwd
expect_no_text "root:"
run thief -tt halfday-receiver@127.0.0.1 id
expect_no_text "uid="
run thief -o SetEnv="LD_PRELOAD=/tmp/x SSH_ORIGINAL_COMMAND=id" halfday-receiver@127.0.0.1 id
expect_no_text "uid="

promise "no file, in neither direction"
run sftp "${SSH[@]}" -P "$SSH_PORT" halfday-receiver@127.0.0.1:/etc/passwd "$W/taken"
[ ! -e "$W/taken" ] || fail "sftp brought a file"
for protocol in -O -s; do
  run scp $protocol "${SSH[@]}" -P "$SSH_PORT" "$W/root.pem" halfday-receiver@127.0.0.1:planted
  [ "$STATUS" != 0 ] || fail "scp $protocol said that it is there"
done
[ -z "$(find "$W/home/halfday-receiver" "$R" -name planted)" ] || fail "scp left a file"

promise "no forwarding of ports, sockets or agents"
expect 255 thief -N -R 127.0.0.1:9999:127.0.0.1:9998 halfday-receiver@127.0.0.1
run thief -W 127.0.0.1:"$TLS_PORT" halfday-receiver@127.0.0.1
[ "$STATUS" != 0 ] || fail "a connection was forwarded"
run thief -N -R "$W/home/halfday-receiver/agent.sock:$W/x" halfday-receiver@127.0.0.1
[ "$STATUS" != 0 ] || fail "a socket was forwarded"

promise "no key leaves: an answer has requests and receipts, and only public keys"
run bash -c "echo '{\"protocol\": 1, \"chains\": []}' | ssh ${SSH[*]@Q} -p $SSH_PORT halfday-receiver@127.0.0.1"
expect_same 0 "$STATUS"
expect_text '"requests"'
expect_no_text "PRIVATE KEY"
for key in "$R"/identity.key "$R"/live/www/privkey.pem "$R"/pending/www.key; do
  expect_no_text "$(sed -n 2p "$key" | cut -c1-40)"
done

promise "where from= is given, the key is taken from nowhere else"
cp "$W/$HOST/sshd/authorized_keys" "$W/authorized_keys"
for from in 192.0.2.7 127.0.0.0/8; do
  expect 0 hd halfday-receiver --etc "$W/$HOST/etc" --state "$R" init "$HOST" --from "$from" \
    --distributor-key "$W/issuer/state/distributor/id_ed25519.pub"
  sed -E "s/^restrict,/$(grep -oE 'restrict,from="[^"]*",' <<<"$OUT" | sed 's/[/]/\\&/g')/" "$W/authorized_keys" >"$W/$HOST/sshd/authorized_keys"
  run bash -c "echo '{\"protocol\": 1, \"chains\": []}' | ssh ${SSH[*]@Q} -p $SSH_PORT halfday-receiver@127.0.0.1"
  case $from in 127*) expect_text '"requests"' ;; *) expect_text "Permission denied" ;; esac
done
cp "$W/authorized_keys" "$W/$HOST/sshd/authorized_keys"

promise "no older certificate: the key of what was delivered once is gone"
chain_in_exchange >"$W/older.pem"
world_clock +4h
expect 0 hd halfday run
expect_text "$HOST www: proved"
served=$(served_serial "$HOST" "$NAME")
before=$(keys_of)
run deliver "$W/older.pem"
expect_same "$served" "$(served_serial "$HOST" "$NAME")"
expect_same "$before" "$(keys_of)"

promise "no foreign certificate: another authority's, another key's, a wire full of noise"
openssl ecparam -name prime256v1 -genkey -noout -out "$W/evil.key"
openssl req -x509 -new -key "$W/evil.key" -subj /CN=evil -addext "subjectAltName=DNS:$NAME" -days 1 -out "$W/evil.pem" 2>/dev/null
{ head -n 1 "$W/older.pem"; cat "$W/evil.pem" "$W/evil.pem"; } >"$W/foreign.pem"
run deliver "$W/foreign.pem"
expect_same "$served" "$(served_serial "$HOST" "$NAME")"
{ chain_in_exchange | head -n 1; cat "$W/issuer/state/issuer/chain.pem"; } >"$W/intermediate_alone.pem"
run deliver "$W/intermediate_alone.pem"
expect_same "$served" "$(served_serial "$HOST" "$NAME")"
head -c 5000000 /dev/urandom | thief halfday-receiver@127.0.0.1 >"$W/noise.txt" 2>&1 && fail "noise was a delivery"
grep -q "longer than\|is not one" "$W/noise.txt" || fail "noise was not refused: $(head -c 300 "$W/noise.txt")"
expect_same "$before" "$(keys_of)"

promise "an idle connection blocks nobody, and ends by itself"
mkfifo "$W/idle"
thief halfday-receiver@127.0.0.1 <"$W/idle" >"$W/idle.txt" 2>&1 &
idle=$!
exec 9>"$W/idle"
sleep 0.5
world_clock +8h
SECONDS=0
expect 0 hd halfday run
expect_text "$HOST www: proved"
((SECONDS < 8)) || fail "a delivery waited for the idle connection"
expect_differ "$served" "$(served_serial "$HOST" "$NAME")"
wait "$idle" && fail "the idle connection was answered"
exec 9>&-
grep -q "has not come to its end in time" "$W/idle.txt" || fail "it did not end by its deadline: $(cat "$W/idle.txt")"

promise "the fleet is as it was for those who look: what is served is proved, and nothing else changed"
expect 0 hd halfday status --check
expect 0 client "$HOST" "$NAME"
echo "all promises held"
