#!/bin/bash
# m of n: what opens the root's key is shared among custodians, and fewer than it takes, a wrong or a doubled share open
# nothing, whatever happens on the way.
# asan
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
. "$here/root_box.sh"
request issuer
KEY=$S/root.key
people() { python3 "$here/custodians.py" "$1" "${@:2}"; }
sign() { "$R" sign request.pem --out chain.pem --state "$S" --confirm "$PAPER" "$@"; }
signed() {
  rm -f chain.pem
  expect 0 sign "$@"
  expect 0 openssl verify -CAfile "$S/root.pem" chain.pem
  rm chain.pem
}
# shut STATUS REGEX FLAG…: the key stays shut for that, and says so.
shut() {
  expect "$1" sign "${@:3}"
  expect_text "^halfday-root: error: .*$2"
  [ ! -e chain.pem ] || fail "it was signed"
}

expect 0 "$R" init "Example Root" --permit example.test --state "$S" --passphrase-file passphrase
cp "$KEY" key.before

promise "what protects nobody is refused before the key is opened"
for numbers in "1 5" "3 2" "2 17" "0 0"; do
  # shellcheck disable=SC2086
  set -- $numbers
  expect 2 "$R" share --threshold "$1" --of "$2" --state "$S" --passphrase-file nothing
done
expect 2 setsid "$R" share --threshold 2 --of 3 --state "$S" --passphrase-file passphrase
expect_text "there is no terminal"
expect_same 1 "$(wc -l <"$S/ceremony.log")"
cmp -s "$KEY" key.before || fail "the key was changed"
signed --passphrase-file passphrase
expect 2 sign --share-file nothing
expect_text "the root's key is not shared"

promise "a rehearsal hands out shares of a throw-away root, which open it, and leaves an event behind"
mkdir rehearsed
before=$(fingerprint_of "$S")
printf '%s\n' "five words of a passphrase" "five words of a passphrase" "five words of a passphrase" "share 2" "share 1" >rehearsed/lines
expect 0 people rehearsed "$R" share --threshold 2 --of 3 --rehearse --state "$S"
expect_text "^this is a rehearsal of 'share', with a throw-away root$"
expect_text "^these shares open the throw-away root$"
expect_same "$before" "$(fingerprint_of "$S")"
expect_same "" "$(find /dev/shm -name 'halfday-rehearsal-*')"
expect 0 "$R" log --state "$S"
expect_text "^3 .* rehearse .* share; not signed$"
expect 0 "$R" log verify --state "$S"
expect_text "warning: what comes after record 2 is not signed"
signed --passphrase-file passphrase
expect 0 "$R" log verify --state "$S"
expect_no_text "warning"

promise "each share is shown once, to be written down and typed back, and nothing of it stays on the screen"
mkdir one
expect 0 people one "$R" share --threshold 3 --of 5 --state "$S" --passphrase-file passphrase
expect_text "error: that is no share: it has 31 words"
expect_text "^share 2 is right on the paper"
expect_text "^  opened by +any 3 of 5 shares of set [0-9a-f]{4} [0-9a-f]{4}$"
SET=$(sed -nE 's/.*shares of set ([0-9a-f]{4} [0-9a-f]{4})$/\1/p' <<<"$OUT" | head -n 1)
expect_same "1 2 3 4 5" "$(cd one && echo [0-9])"
expect_same "32 32 32 32 32" "$(for n in 1 2 3 4 5; do wc -w <one/$n; done | xargs)"
for n in 1 2 3 4 5; do
  ! grep -qwE "$(tr ' ' '\n' <one/$n | grep -E '.{6}' | head -n 4 | xargs | tr ' ' '|')" one/cleared || fail "share $n is still there"
done
expect_same 600 "$(stat -c %a "$KEY")"
[ ! -e "$S/root.key.shared" ] || fail "the key is there twice"
expect 0 "$R" log --state "$S"
expect_text " share .*any 3 of 5 shares of set $SET are shown; what opened the key still does$"
expect_text " share .*any 3 of 5 shares of set $SET open the key, and nothing else does$"

promise "any three open the key, from files or the prompt; the passphrase does not any more"
signed --share-file one/1 --share-file one/2 --share-file one/3
signed --share-file one/5 --share-file one/3 --share-file one/4
signed --share-file one/1 --share-file one/2 --share-file one/3 --share-file one/4
shut 2 "the root's key is shared, and no passphrase opens it" --passphrase-file passphrase
expect_text "any 3 of 5 shares of set $SET"
mkdir prompt
cat one/4 one/4 one/1 - one/2 <<<"zoo zoo zoo" >prompt/lines
expect 0 people prompt "$R" sign request.pem --out chain.pem --state "$S" --confirm "$PAPER"
expect_text "a share of set $SET \(1 of 3\): "
expect_text "error: share 4 was given twice"
expect_text "error: that is no share: it has 3 words"
expect_no_text "$(cut -d' ' -f 1-2 one/4)"
rm chain.pem

promise "what a killed sharing leaves is removed by the next use of the key, and told"
sed 's/3/4/' "$KEY" >"$S/root.key.shared"
expect 0 sign --share-file one/1 --share-file one/2 --share-file one/3
expect_text "warning: a sharing of the key was cut short; what opened the key still does"
rm chain.pem
[ ! -e "$S/root.key.shared" ] || fail "it is still there"
cp "$KEY" "$S/root.key.shared"
expect 0 sign --share-file one/1 --share-file one/2 --share-file one/3
rm chain.pem
expect_no_text "cut short"
[ ! -e "$S/root.key.shared" ] || fail "it is still there"

promise "fewer, doubled, miswritten and foreign shares are refused by name"
shut 1 "2 shares were given, and the key needs any 3 of 5 shares of set $SET" --share-file one/1 --share-file one/2
shut 2 "share 2 was given twice" --share-file one/1 --share-file one/2 --share-file one/2
sed 's/ [a-z]* / zoo /' one/3 >miswritten
shut 2 "miswritten': that is no share: its checksum is wrong" --share-file one/1 --share-file one/2 --share-file miswritten
chmod 644 miswritten
shut 2 "miswritten' can be read by others" --share-file one/1 --share-file miswritten
expect 0 "$R" init "Other Root" --permit example.test --algorithm Ed25519 --state "$W/other" --passphrase-file passphrase
mkdir foreign
expect 0 people foreign "$R" share --threshold 3 --of 5 --state "$W/other" --passphrase-file passphrase
shut 2 "share 3 is of set .*, and the key's is $SET" --share-file one/1 --share-file one/2 --share-file foreign/3
cp "$KEY" shared.key
sed -i "1s/check .*/check $(printf '%064d' 0)/" "$KEY"
shut 2 "is of set $SET, and the key's is 0000 0000" --share-file one/1
sed -i "1s/.\{8\}$/00000000/;1s/check 0*/check $(tr -d ' ' <<<"$SET")$(printf '%056d' 0)/" "$KEY"
shut 1 "these shares do not make the key" --share-file one/1 --share-file one/2 --share-file one/3
cp shared.key "$KEY"

promise "the passphrase still opens a copy that was made before, as share says, and no other"
expect 1 openssl pkey -in "$KEY" -passin file:passphrase -noout
expect 0 openssl pkey -in key.before -passin file:passphrase -noout

promise "custodians change: sharing again takes the old shares, which then open nothing"
mkdir two
cat one/1 one/2 one/3 >two/lines
expect 0 people two "$R" share --threshold 2 --of 3 --qr --state "$S"
shut 2 "share 1 is of set $SET" --share-file one/1 --share-file one/2 --share-file one/3
signed --share-file two/3 --share-file two/1

promise "a share as a QR code is read by zbarimg, and opens the key as the words do"
for n in 1 2; do
  zbarimg -q --raw --nodbus -Sdisable -Sqrcode.enable two/$n.pbm >scanned.$n || fail "share $n can't be read"
  [[ $(<scanned.$n) =~ ^([A-Z]{3,4}\ ){31}[A-Z]{3,4}$ ]] || fail "share $n was read as $(<scanned.$n)"
done
signed --share-file scanned.1 --share-file scanned.2

if ! ldd "$R" | grep libasan >/dev/null; then
  promise "killed at any write, or with a disk that fails, either the old or the new shares open the key, and the log is whole"
  cp -a "$S" before
  for fault in "kill rename unlink" "28+ rename"; do
    for at in $(seq 60); do
      rm -rf "$S" three
      cp -a before "$S"
      mkdir three
      run env LD_PRELOAD="${HALFDAY_BUILD:?}/lib/fault_at_call.so" FAULT="${fault%% *}" FAULT_AT="$at" FAULT_CALLS="${fault#* }" \
        python3 "$here/custodians.py" three "$R" share --threshold 2 --of 2 --state "$S" --share-file two/1 --share-file two/2
      [ "$STATUS" != 0 ] || break
      rm -f chain.pem
      sign --share-file two/1 --share-file two/2 >/dev/null 2>&1 || sign --share-file three/1 --share-file three/2 >/dev/null 2>&1 ||
        fail "$fault at call $at: nobody opens the key"
      expect 0 "$R" log verify --state "$S"
    done
    [ "$at" -gt 4 ] && [ "$at" -lt 60 ] || fail "$fault: $at calls"
  done
fi
echo "all promises held"
