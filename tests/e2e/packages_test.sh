#!/bin/bash
# The Debian packages and the tarballs: made twice the same, clean to lintian, and installed, upgraded, removed and purged in
# a bare Debian without a network. ./bootstrap test makes that Debian (build/debian); where it could not, this is skipped.
# skips: 77
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
BUILD=${HALFDAY_BUILD:?} ROOT=$(realpath "$here/../..")
if [ ! -e "$BUILD/debian/etc/debian_version" ]; then
  echo "SKIPPED: there is no $BUILD/debian; see $BUILD/debian.log for why ./bootstrap test could not make it"
  exit 77
fi
if [ -z "${HALFDAY_INSIDE:-}" ]; then
  exec env HALFDAY_INSIDE=1 unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
W=$(mktemp -d /tmp/halfday-packages.XXXXXX)
trap 'umount --recursive --lazy "$W" 2>/dev/null; rm -rf --one-file-system "$W"' EXIT
mount --bind "$W" "$W" # so that all of the mounts below it go with this one
cd "$W"
export SOURCE_DATE_EPOCH=1764000000

# The same programs in another folder, with a configuration of their own.
elsewhere() {
  mkdir -p "$W/elsewhere"
  git -C "$ROOT" ls-files -z --cached --others --exclude-standard | tar --create --directory "$ROOT" --null --files-from=- |
    tar --extract --directory "$W/elsewhere"
  local build=$W/elsewhere/somewhere/build
  cmake -S "$W/elsewhere" -B "$build" -G Ninja -DHALFDAY_TESTS=OFF -DCMAKE_BUILD_TYPE=RelWithDebInfo >"$W/elsewhere.log" 2>&1
  mkdir -p "$build/bin" "$build/static"
  cp "$BUILD"/bin/halfday* "$build/bin/"
  cp "$BUILD"/static/halfday* "$build/static/"
  cp -r "$BUILD"/docs/man/{*.gz,bash,zsh,fish} "$build/docs/man/"
  "$W/elsewhere/systemd/packages/pack" "$build" "$W/again"
}

promise "packing in another folder makes the same bytes"
"$ROOT/systemd/packages/pack" "$BUILD" new &
packing=$!
elsewhere
wait "$packing"
ls new
expect_same 6 "$(ls new | wc -l)"
for file in new/*; do cmp "$file" "again/${file#*/}" || fail "$file is another when it is packed in another folder"; done

promise "lintian has nothing to say"
lintian --allow-root --fail-on warning,error new/*.deb >lintian 2>&1 &
linting=$!
"$ROOT/systemd/packages/pack" "$BUILD" old 0.0.9
wait "$linting" || fail "lintian: $(cat lintian)"
[ ! -s lintian ] || fail "lintian: $(cat lintian)"

promise "a tarball's program needs nothing where it is unpacked"
for box in root receiver; do
  mkdir "bare-$box"
  tar --extract --file new/halfday-$box-*.tar.gz --directory "bare-$box" --strip-components=1
  expect 0 chroot "bare-$box" "/bin/halfday-$box" --version
  [ -s "bare-$box/LICENSE" ] && [ -s "bare-$box/share/man/man1/halfday-$box.1.gz" ] || fail "the tarball of $box is not whole"
done

# A fresh copy of the bare Debian; `in_debian COMMAND…` runs there.
debian() {
  D=$W/$1
  mkdir "$D" "$D.upper" "$D.work"
  mount -t overlay overlay -o "lowerdir=$BUILD/debian,upperdir=$D.upper,workdir=$D.work" "$D"
  mount -t tmpfs tmpfs "$D/run"
  mount -t tmpfs -o mode=755 tmpfs "$D/dev"
  cp -a /dev/{null,zero,full,random,urandom,tty} "$D/dev/"
  mount -t proc proc "$D/proc"
  mount -t sysfs sysfs "$D/sys"
  cp -r old new "$D/root/"
}
in_debian() { chroot "$D" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
mode_of() { in_debian stat -c '%U:%G %a' "$1"; }
debs() { local folder=$1 name; shift; for name; do (cd "$D" && echo root/$folder/${name}_*.deb); done; }
installs() { # shellcheck disable=SC2046
  expect 0 in_debian dpkg --install $(debs "$@" | sed 's|^|/|')
  expect_no_text "[Ww]arning|[Ee]rror"
}
facts() { (cd "$D" && find etc/halfday var/lib/halfday var/lib/halfday-root -type f | xargs -d '\n' bash -c '. "$0"; fingerprint_of "$@"' "$here/expect.sh"); }

promise "each box is installed from its packages alone"
debian boxes
installs old halfday-root halfday halfday-receiver
expect_same "halfday-issuer:halfday-issuer 700" "$(mode_of /var/lib/halfday/issuer)"
expect_same "halfday-distributor:halfday-distributor 700" "$(mode_of /var/lib/halfday/distributor)"
expect_same "root:halfday 750" "$(mode_of /var/lib/halfday/exchange)"
expect_same "halfday-receiver:halfday-receiver 755" "$(mode_of /var/lib/halfday/receiver)"
expect_same "root:root 711" "$(mode_of /usr/bin/halfday-issuer)" # see cli/CMakeLists.txt
expect_same "root:root 755" "$(mode_of /etc/halfday/hosts.d)"
for unit in halfday.timer halfday.service halfday-issuer.service halfday-distributor.service halfday-receiver.socket; do
  expect 0 in_debian systemd-analyze verify --man=no --recursive-errors=one "/usr/lib/systemd/system/$unit"
done
for file in "$D"/usr/share/doc/halfday-receiver/examples/sudoers/*; do expect 0 visudo -cqf "$file"; done
expect_same 6 "$(ls "$D/usr/share/doc/halfday-receiver/examples/sudoers" | wc -l)"

promise "nothing runs until somebody asks for it"
expect_same "" "$(find "$D/etc/systemd" \( -lname '*halfday*' -o -name '*halfday*' \))"

promise "what is set up with them"
install -m 600 /dev/null "$D/root/passphrase"
echo "correct horse battery staple" >"$D/root/passphrase"
expect 0 in_debian halfday-root init "Example Root" --permit example.org --passphrase-file /root/passphrase
cp "$D/var/lib/halfday-root/root.pem" "$D/etc/halfday/root.pem"
expect 0 in_debian halfday init
paper=$(grep -oE '([0-9a-f]{4} ){7}[0-9a-f]{4}' <<<"$OUT" | head -n 1)
cp "$D/var/lib/halfday/issuer/request.pem" "$D/var/lib/halfday/distributor/id_ed25519.pub" "$D/root/"
expect 0 in_debian halfday-root sign /root/request.pem --out /root/chain.pem --confirm "$paper" --passphrase-file /root/passphrase
expect 0 in_debian halfday accept /root/chain.pem
echo "certificates: {lifetime: 6h, renew_after: 2h}" >"$D/etc/halfday/halfday.yaml"
expect 0 in_debian halfday-receiver init web1.example.org --name www.example.org --root /etc/halfday/root.pem \
  --distributor-key /root/id_ed25519.pub
expect 0 in_debian halfday check
expect 0 in_debian systemctl enable halfday.timer
before=$(facts)

promise "outlives an upgrade, with the timer enabled as it was"
installs new halfday-root halfday halfday-receiver
expect_same "0.1.0 0.1.0 0.1.0" "$(in_debian dpkg-query -W -f '${Version}\n' halfday-root halfday halfday-receiver | paste -sd' ')"
expect_same "$before" "$(facts)"
expect 0 in_debian halfday check
expect_same enabled "$(in_debian systemctl is-enabled halfday.timer)"

promise "and a removal, after which the timer is not started"
expect 0 in_debian dpkg --remove halfday halfday-receiver halfday-root
expect_no_text "[Ww]arning|[Ee]rror"
expect_same "$before" "$(facts)"
expect_same "" "$(find "$D/usr" -name '*halfday*' -not -path '*/doc/*')"
expect_same /dev/null "$(readlink "$D/etc/systemd/system/halfday.timer")"
installs new halfday-root halfday halfday-receiver
expect 0 in_debian halfday check
expect_same enabled "$(in_debian systemctl is-enabled halfday.timer)"

promise "and a purge, which says where it is and how it is deleted"
expect 0 in_debian dpkg --purge halfday halfday-receiver halfday-root
expect_text "halfday: kept the issuer's keys, its ledger and the inventory"
expect_text "halfday-receiver: kept what the web server may be serving"
expect_text "halfday-root: kept the root's key and the ceremony log: /var/lib/halfday-root$"
expect_same "$before" "$(facts)"
expect_same "" "$(find "$D"/etc/systemd "$D"/var/lib/systemd \( -lname '*halfday*' -o -name '*halfday*' \))"
for delete in $(sed -nE 's/^halfday[a-z-]*: .*: (rm -r .*)/\1/p' <<<"$OUT" | tr ' ' '_'); do expect 0 in_debian sh -c "${delete//_/ }"; done
expect_same "./etc/halfday/root.pem" "$(cd "$D" && find ./etc/halfday ./var/lib -type f -path '*halfday*')"
rm -r "$D/etc/halfday" "$D/var/lib/halfday"

promise "what was never set up leaves nothing, and asks nothing"
installs new halfday-root halfday halfday-receiver
expect 0 in_debian dpkg --purge halfday halfday-receiver halfday-root
expect_no_text "kept"
expect_same "" "$(find "$D/etc" "$D/var/lib" "$D/usr" -name '*halfday*')"

promise "the root's package for tokens takes the other's place"
installs new halfday-root
installs new halfday-root-tokens
expect_same "" "$(in_debian dpkg-query -W -f '${db:Status-Abbrev}' halfday-root 2>/dev/null | grep ^ii)"
expect 0 in_debian halfday-root airgap
echo "all promises held"
