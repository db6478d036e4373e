#!/bin/bash
# Half a year of docs/runbooks/twice-yearly-ceremony.md, command by command: the keys of six windows but the first are
# sealed, a person unseals one after the other, the issuer changes over by itself, and who steals the box has one window.
# timeout: 180
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"
. "$here/runbook.sh"
. "$here/runbook_world.sh"

HOST=web1.example.org NAME=www.example.org PAGE=twice-yearly-ceremony
world_begin "$(mktemp -d /tmp/halfday-windows.XXXXXX)" example.org
trap 'rm -rf "$W"' EXIT
S=$W/issuer/state/issuer H=$W/$HOST
chmod 755 "$W/stick"
cd "$W/stick"
for window in 2 3 4 5 6; do
  install -m 600 /dev/null "$W/window$window"
  echo "the passphrase of window $window" >"$W/window$window"
done
UNSEALED=2
world_root >/dev/null 2>&1
refused_unchanged() {
  local pattern=$1 before
  shift
  before=$(fingerprint_of "$S")
  run "$@"
  [ "$STATUS" != 0 ] || fail "'$*' was not refused"
  expect_text "$pattern"
  expect_same "$before" "$(fingerprint_of "$S")"
}
count_of() { find "$S" -name "$1" | wc -l; }
sums() { find "$S" -name '*.pem' -not -name request.pem | sort | xargs sha256sum; }

promise "the keys of six windows are made at once, five of them sealed, and asking again makes no other ones"
step $PAGE 1
expect_same "1 5 6" "$(count_of key.pem) $(count_of sealed.pem) $(grep -c BEGIN stage.pem)"
before=$(sums)
expect 0 halfday init --stage 6
expect_text "kept, it was there already"
expect_text "fingerprint: $(fingerprint_of_request stage.pem | sed 's/..../& /g;s/ $//')"
expect_same "$before" "$(sums)"
expect 2 halfday init --stage 5
expect_text "a request of 6 windows is waiting to be signed already"
mv "$W/window3" "$W/was3"
cp "$W/window2" "$W/window3"
expect 2 halfday init --stage 6
expect_text "the passphrase of window 3 opens another key too"
mv "$W/was3" "$W/window3"
expect_same "$before" "$(sums)"

promise "one fingerprint stands for all keys in their order, and the root signs as many windows as there are keys"
expect 1 halfday-root sign stage.pem --out windows.pem
expect_text "the request is for 6 keys, and 1 window is ordered"
csplit -sz -f request stage.pem '/BEGIN/' '{*}'
cat request01 request00 request0[2-5] >swapped.pem
expect 1 root_box sign swapped.pem --out windows.pem --windows 6 --passphrase-file "$W/root-box/passphrase" --confirm "$(fingerprint_of_request stage.pem)"
expect_text "the fingerprint is not the request's"
[ ! -e windows.pem ] || fail "something was signed"
step $PAGE 2
step $PAGE 3
csplit -sz -f window windows.pem '/BEGIN/' '{*}'
expect 0 root_box log verify
expect 0 root_box log
expect_same 6 "$(grep -c "intermediate" <<<"$OUT")"
cat >ceremony.yaml <<YAML
ceremony: sign
request: stage.pem
out: by-file.pem
windows: 6
YAML
expect 0 halfday-root do ceremony.yaml --check
expect_text "window +6 of 6"

promise "one file brings all windows to the issuer, and a file with a foreign one none"
openssl req -new -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout other.key -subj /CN=other \
  -addext basicConstraints=critical,CA:true -out other.pem 2>/dev/null
cat window00 other.pem window02 >mixed.pem
chmod 644 mixed.pem
refused_unchanged "window 2 of 3: it is for the key" hd halfday accept mixed.pem
step $PAGE 4
expect_same "6 5" "$(grep -c "^accepted:" <<<"$OUT") $(grep -c "^sealed:" <<<"$OUT")"
expect 2 halfday init --stage 6
expect_text "a window is sealed still"

promise "unseal says that it is too early before it asks for a passphrase"
expect 2 setsid -w "$BIN/halfday" --etc "$W/issuer/etc" --state "$W/issuer/state" unseal
expect_text "until .* its key stays sealed"

promise "a stolen box has the one key that is in use, and nothing on it opens another one"
cp -a "$W/issuer" "$W/stolen"
find "$W/stolen" -type f -size -64k -not -empty >stolen.txt
while read -r key; do
  grep -q "BEGIN ENCRYPTED PRIVATE KEY" "$key" || fail "$key is not sealed"
done < <(grep 'sealed.pem$' stolen.txt)
key=$(grep -m 1 'sealed.pem$' stolen.txt)
while read -r guess; do
  ! openssl pkey -in "$key" -passin "file:$guess" -noout 2>/dev/null || fail "$guess opens $key"
done < <(grep -v '[.]pem$' stolen.txt)
expect_same "key.pem ledger.key" "$(xargs grep -l "BEGIN PRIVATE KEY" <stolen.txt | grep /issuer/ | xargs -n 1 basename | sort | xargs)"
expect_same "" "$(xargs grep -l "the passphrase of window" <stolen.txt)"
rm -r "$W/stolen"

world_host "$HOST" 1
cat >"$H/etc/receiver.yaml" <<YAML
host: $HOST
roots: [root.pem]
certificates:
  www: {names: [$NAME], server: command, install: [/bin/true]}
YAML
world_receiver_init "$HOST"
world_sshd "$HOST"
world_add_host "$HOST" "$NAME" >/dev/null
at() {
  world_clock "+$1"
  run hd halfday run # what expired meanwhile is asked for anew
  expect 0 hd halfday run
}
# The number of the window that signed what is served.
served() {
  local key window
  key=$(sed '1,/END CERT/d' "$H/state/live/www/fullchain.pem" | openssl x509 -noout -pubkey)
  for window in 1 2 3 4 5 6; do
    [ "$(openssl x509 -in "$W/stick/window0$((window - 1))" -noout -pubkey)" != "$key" ] || echo $window
  done
}
run hd halfday run
step $PAGE 5
expect_text "runway: issuing can go on for 184 d"
expect_no_text "problem:"
expect_same 1 "$(served)"

promise "a key is unsealed when its time has come, by its own passphrase"
refused_unchanged "until .* its key stays sealed" halfday unseal
at 26d
expect_no_text "halfday unseal"
UNSEALED=3
refused_unchanged "wrong passphrase for .*sealed.pem" halfday unseal
at 28d
expect_text "is sealed, and issuing ends at .* without it: sudo halfday unseal"
expect 1 hd halfday status --check
expect_text "WARNING.*sudo halfday unseal"
at 32d
expect 2 hd halfday status --check
expect_text "CRITICAL.*sudo halfday unseal"
expect_same 1 "$(served)"
UNSEALED=2
step $PAGE 6
expect_same "2 4" "$(count_of key.pem) $(count_of sealed.pem)"
expect_same "600 halfday-issuer" "$(stat -c '%a %U' "$(find "$S/intermediates" -name key.pem)")"

promise "the issuer changes over by itself, days before the first window ends"
world_clock +772h
step $PAGE 7
expect_same 2 "$(served)"
refused_unchanged "until .* its key stays sealed" halfday unseal

promise "one window at a time; the third signs a day after it has opened, and the keys of the two before go"
UNSEALED=3
at 54d
expect 0 halfday unseal
UNSEALED=4
refused_unchanged "is unsealed already, and signs from" halfday unseal --early
at 1455h
expect_same 2 "$(served)"
at 1465h
expect_same 3 "$(served)"
at 66d
at 1590h
expect_same 1 "$(count_of key.pem)"

promise "a window that nobody unsealed is skipped and its key deleted; a revoked one is passed over"
expect 0 halfday-root revoke window04 --reason superseded --out revoked.pem
expect 0 hd halfday accept revoked.pem
world_clock +96d
expect 1 hd halfday issue
expect_text "sudo halfday unseal: the window from .* is open"
UNSEALED=6
refused_unchanged "wrong passphrase" halfday unseal
world_clock +127d
refused_unchanged "the next window opens at .* its key stays sealed" halfday unseal
world_clock +152d
expect 0 halfday unseal
expect_text "signs: +from now on"
expect 0 hd halfday push --ask "$HOST" # its request has expired
expect 0 hd halfday issue --accept-clock
at 152d
expect_same 6 "$(served)"
at 156d
at 3750h
expect_same "1 0" "$(count_of key.pem) $(count_of sealed.pem)"
no_step_left_out $PAGE
echo "all promises held"
