#!/bin/bash
# The static halfday-root on a box with nothing on it: one file in an empty folder, which is its root. And two builds of it in
# different folders are the same bytes.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
. "$here/root_box.sh"

mkdir -m 755 bare
install -m 755 "${HALFDAY_BUILD:?}/static/halfday-root" bare/
request issuer
install -m 644 request.pem bare/
install -m 600 passphrase bare/
bare() { chroot bare /halfday-root "$@"; }
init() { bare init "Bare Root" --permit example.test --state /box --passphrase-file /passphrase "$@"; }
sign() { bare sign /request.pem --out /chain.pem --state /box --passphrase-file /passphrase --confirm "$PAPER" "$@"; }

promise "without the kernel's /proc and /sys it can't tell whether there is a network, and says so"
expect 1 bare airgap
expect_text "error: can't tell whether this box has a network: '/sys/class/net': No such file"
expect_text "hint: mount /proc and /sys, in a chroot too"
expect 1 init --allow-network

promise "with them, in a folder with nothing else, it makes a root, signs, shows and keeps its log"
mkdir bare/proc bare/sys
mount -t proc proc bare/proc
mount -t sysfs sysfs bare/sys
expect 0 bare airgap
expect_text "^no network"
expect 0 init
expect 0 sign
expect 0 bare inspect /chain.pem
expect_text "subject +CN=Bare Root intermediate"
expect 0 bare log verify --state /box
expect 0 openssl verify -x509_strict -CAfile bare/box/root.pem bare/chain.pem
rm bare/chain.pem

promise "a key in a token is for the halfday-root that is linked dynamically"
for key in "pkcs11:token=root;object=root" handle:0x81000001; do
  expect 2 sign --key "$key"
  expect_text "error: the key '$key' is in a token, and this static halfday-root opens keys in files alone"
  expect_text "hint: the halfday-root that is linked dynamically"
done
umount bare/proc bare/sys

promise "no path of the sources is in it, so neither is that of the build"
! grep -aqE '(ca|cli)/[a-z0-9_]+/[a-z0-9_]+\.[ch]pp' bare/halfday-root || fail "a source's path is in the program"

promise "another build, of a copy of the sources in another folder, is the same file"
# Compiled anew is what is halfday-root's own, and linked with the main build's libraries: all of it (HALFDAY_WHOLE=1) takes
# two and a half minutes of a processor.
SOURCES=$(realpath "$here/../..") OWN='-c .*/(cli/root|ca/root)/|-c .*/cli/static_'
[ -z "${HALFDAY_WHOLE:-}" ] || OWN=' -c '
mkdir elsewhere
(cd "$SOURCES" && tar -c CMakeLists.txt ca cli distribute systemd docs tests/bench) | tar -x -C elsewhere
type=$(sed -n 's/^CMAKE_BUILD_TYPE:[A-Z]*=//p' "$HALFDAY_BUILD/CMakeCache.txt")
cmake -S elsewhere -B elsewhere/made -G Ninja -DCMAKE_BUILD_TYPE="$type" -DHALFDAY_TESTS=OFF >/dev/null
cd elsewhere/made
ninja -t commands halfday-root-static >all
grep -E -- "$OWN" all >compile
mkdir -p lib static
[ -n "${HALFDAY_WHOLE:-}" ] || cp "$HALFDAY_BUILD"/lib/libhalfday_{cli,sign,x509,base}.a lib/
sed -n 's/.* -o \([^ ]*\) -c .*/\1/p' compile | xargs -n 1 dirname | sort -u | xargs mkdir -p
tr '\n' '\0' <compile | xargs -0 -n 1 -P 2 sh -ec
grep -E -- "qc lib/libhalfday_root.a|-o static/halfday-root " all >link
[ -z "${HALFDAY_WHOLE:-}" ] || grep -vE ' -c ' all >link
sh -e link
cmp static/halfday-root "$HALFDAY_BUILD/static/halfday-root" || fail "another build is another file"
echo "static root: all promises hold"
