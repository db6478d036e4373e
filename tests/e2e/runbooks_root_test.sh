#!/bin/bash
# The runbooks of the air-gapped box, command by command.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
. "$here/root_box.sh"
. "$here/runbook.sh"
trap 'umount -q "$W/media/stick" || true; rm -rf "$W"' EXIT
mkdir "$W/media" sheets
truncate -s 2M sdb1
mkfs.ext4 -q sdb1
SHARES=() BOX=

# How a command of a page is run: a person answers with the passphrase, with what is on paper, or as custodians do.
answers() {
  case "$BOX $1" in
    "root init" | "passphrase init") echo --passphrase-file "$W/passphrase" ;;
    "root sign") echo --passphrase-file "$W/passphrase" --confirm "$PAPER" ;;
    "shares sign") echo "${SHARES[@]}" --confirm "$PAPER" ;;
    "custodians share") if [ ${#SHARES[@]} = 0 ]; then echo --passphrase-file "$W/passphrase"; else echo "${SHARES[@]}"; fi ;;
  esac
}
halfday-root() {
  local state=(--state "$S") custodians=()
  case "$1 $*" in inspect* | airgap* | *--state*) state=() ;; esac
  [ "$BOX" != custodians ] || custodians=(python3 "$here/custodians.py" "$W/sheets")
  # shellcheck disable=SC2046
  "${custodians[@]}" "$R" "$@" "${state[@]}" $(answers "$1")
}
openssl() {
  if [ "$BOX" = plain ] && [[ " $* " = *"root.key "* || " $* " = *"$S/root.key"* ]]; then
    command openssl "$@" -passin "file:$W/passphrase"
  else
    command openssl "$@"
  fi
}
perform() {
  BOX=$1
  cd "$W"
  eval "$(sed -e "s#/var/lib/halfday-root#$S#g" -e "s#/media/stick#$W/media/stick#g" -e "s#/dev/sdb1#$W/sdb1#g" <<<"$2")"
}
# The shares of the sheets that are named.
shares() {
  local number
  SHARES=()
  for number in "$@"; do SHARES+=(--share-file "$W/sheets/$number"); done
}
request "Example issuer"

promise "the air-gapped box is set up, and a stick is mounted so that nothing on it can be run"
for number in 1 2 3 4; do step air-gapped-box $number; done
mount -o nodev,noexec,nosuid "$W/sdb1" "$W/media/stick"
expect 0 findmnt -no OPTIONS "$W/media/stick"
for option in nodev noexec nosuid; do expect_text "$option"; done
cp request.pem "$W/media/stick"

promise "the first ceremony: rehearsed, the root, its intermediate, the log and copies"
for number in 1 2 3 4 5 6; do step first-ceremony $number; done
mount "$W/sdb1" "$W/media/stick"
expect 0 openssl verify -x509_strict -CAfile "$W/media/stick/root.pem" "$W/media/stick/chain.pem"
cmp "$W/media/stick/halfday-root/root.key" "$S/root.key"

promise "leaving halfday: plain OpenSSL goes on with the root's key"
for path in intermediate.ext server.ext; do file_of leaving-halfday $path >$path; done
for number in 1 2 3 4; do step leaving-halfday $number; done

promise "the root's key is shared among custodians, three of whom sign"
step signing-with-shares 1
step signing-with-shares 2
shares 1 4 5
step signing-with-shares 3
step signing-with-shares 4

promise "a custodian is lost: those who are left share again, and the old shares open nothing"
step root-passphrase-lost 1
before=("${SHARES[@]}")
cp -a sheets sheets.before
step root-passphrase-lost 2
rm "$W/media/stick/chain.pem"
run "$R" sign request.pem --out old.pem --state "$S" --confirm "$PAPER" "${before[@]/sheets/sheets.before}"
expect_text "share 1 is of set"
[ ! -e old.pem ] || fail "the old shares still open the key"
shares 1 3
step root-passphrase-lost 3
step root-passphrase-lost 4
no_step_left_out air-gapped-box first-ceremony leaving-halfday signing-with-shares root-passphrase-lost
