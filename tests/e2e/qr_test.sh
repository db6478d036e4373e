#!/bin/bash
# What goes out over the air gap as QR codes on the screen comes in from photographs of it, or not at all.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
. "$here/root_box.sh"
request issuer
scan() { "${HALFDAY_BIN:?}/halfday" scan "$@"; }
photographs() {
  rm -rf photographs
  mkdir photographs
  python3 "$here/photographs.py" photographs <<<"$OUT"
}
expect 0 "$R" init "Example Root" --permit example.test --state "$S" --passphrase-file passphrase
expect 0 "$R" sign request.pem --out chain.pem --state "$S" --passphrase-file passphrase --confirm "$PAPER"
tail -n 1 "$S/ceremony.log" >head.log

promise "a chain and the log's head cross from the screen to a file, byte by byte"
for file in head.log chain.pem; do
  expect 0 "$R" qr $file
  codes=$(grep -c '^code ' <<<"$OUT")
  expect_text "^code $codes of $codes$"
  [ "$codes" -gt 2 ] || fail "$file is in $codes codes"
  [ "$(wc -L <<<"$OUT")" -le 80 ] || fail "a code is wider than a terminal"
  photographs
  expect_same "$codes" "$(find photographs -name '*.pgm' | wc -l)"
  expect 0 scan photographs/*.pgm --out scanned
  cmp "$file" scanned
  rm scanned
done

promise "photographs in any order and more than once do no harm; one that is missing is named"
mv photographs/1.pgm photographs/z.pgm
expect 0 scan photographs/*.pgm photographs/2.pgm --out scanned
cmp chain.pem scanned
expect 1 scan photographs/*.pgm --out scanned
expect_text "'scanned' exists already"
cmp chain.pem scanned
expect 1 scan photographs/[2-9].pgm --out other
expect_text "nothing was written: of $codes codes these are missing: 1$"
echo "P5 40 40 255" >photographs/dark.pgm
head -c 1600 /dev/zero >>photographs/dark.pgm
expect 1 scan photographs/dark.pgm --out other
expect_text "there is no code of 'halfday-root qr' in it"
expect 1 scan photographs/none.jpg --out other
expect_text "there is no photograph '.*none.jpg'"
[ ! -e other ] || fail "something was written"

promise "a private key is not shown"
expect 2 "$R" qr "$S/root.key"
expect_text "has a private key, which never leaves this box"
expect_no_text "█"
echo "all promises held"
