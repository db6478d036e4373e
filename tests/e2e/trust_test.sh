#!/bin/bash
# `halfday trust` on machines of their own (layers over this one): the system store in each layout, the browsers' databases,
# Java's keystore where there is a Java. What install does remove undoes to the byte, twice is once, and --dry-run tells
# the very commands. Fedora's and Arch's programs are not in Debian: here a line of shell makes the bundle from the folder.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
if [ -z "${HALFDAY_INSIDE:-}" ]; then
  exec env HALFDAY_INSIDE=1 unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
BUILD=${HALFDAY_BUILD:?}
W=$(mktemp -d /tmp/halfday-trust.XXXXXX)
trap 'rm -rf "$W" 2>/dev/null' EXIT
chmod 755 "$W"
mkdir "$W/stick"
. "$here/boxes.sh"
cd "$W/stick"
"$BUILD/bin/tests/make-chains" .
make_box client
client() { on client "$@"; }
expect 0 client cmake --install "$BUILD" --prefix /usr --component client
client useradd --create-home --home-dir "$W/alice" --shell /bin/bash alice
client sh -c 'echo "alice ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/alice'
as_alice() { client setpriv --reuid alice --regid alice --init-groups env HOME="$W/alice" "$@"; }
FINGERPRINT=$(client halfday inspect root.pem | grep -oE '([0-9a-f]{4} ){7}[0-9a-f]{4}')

promise "the system store trusts the root, and after remove every file is as before"
system_files() { client find /etc/ssl/certs /usr/local/share/ca-certificates -path '*/java' -prune -o -not -type d -print; }
system_tree() {
  {
    system_files | sort | client xargs -d '\n' stat -c '%n %u %g %a %F %N'
    system_files | sort | client xargs -d '\n' sha256sum
  } | sha256sum
}
verified() { client openssl verify -untrusted intermediate.pem good.pem; }
client sh -c 'cp -r /etc/ca-certificates/update.d hooks && rm -f /etc/ca-certificates/update.d/*' # they take seconds
client update-ca-certificates --fresh >/dev/null 2>&1
before=$(system_tree)
expect 2 verified
expect 0 client halfday trust install --store system --dry-run root.pem
planned=$(grep '^    ' <<<"$OUT")
expect_same "$before" "$(system_tree)"
expect 0 client halfday trust install --store system root.pem
expect_text "permitted +example.test"
expect_text "fingerprint +$FINGERPRINT"
expect_text "trusted now \(/usr/local/share/ca-certificates\)"
expect 0 verified
installed=$(system_tree)
expect 0 client halfday trust install --store system root.pem
expect_text "trusted already"
expect_same "$installed" "$(system_tree)"
expect 0 client halfday trust list --store system root.pem
expect_text "trusted +/usr/local/share/ca-certificates/halfday-[0-9a-f]{16}.crt"
expect 0 client halfday trust remove --store system root.pem
expect_text "system .*: removed"
expect 2 verified
expect_same "$before" "$(system_tree)"
expect 0 client halfday trust remove --store system root.pem
expect_text "not there"
expect 0 client halfday trust list --store system root.pem
expect_text "absent"

promise "the commands that --dry-run shows do the same by hand, and a root that came by hand is found by what it is"
client sh -ec "$planned" >/dev/null 2>&1
expect_same "$installed" "$(system_tree)"
client sh -c 'mv /usr/local/share/ca-certificates/halfday-*.crt "/usr/local/share/ca-certificates/of our own.crt"'
expect 0 client halfday trust remove --store system --dry-run root.pem
expect_text "^    rm '/usr/local/share/ca-certificates/of our own.crt'"
expect_text "^    update-ca-certificates --fresh"
expect 0 client halfday trust remove --store system root.pem
expect_same "$before" "$(system_tree)"

promise "a file with other roots too is a person's to edit, and what was only placed is taken up"
client sh -c 'cat root.pem ip-root.pem >/usr/local/share/ca-certificates/two.crt'
expect 0 client halfday trust list --store system root.pem
expect_text "there, not trusted"
expect 1 client halfday trust remove --store system root.pem
expect_text "two.crt' has other certificates beside this root"
client rm /usr/local/share/ca-certificates/two.crt
client cp root.pem /usr/local/share/ca-certificates/placed.crt
expect 0 client halfday trust install --store system root.pem
expect_no_text "install -m"
expect 0 verified
expect 0 client halfday trust remove --store system root.pem
expect_same "$before" "$(system_tree)"

promise "only a self-signed authority's certificate is taken, without constraints only where that is said"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout any.key -out any.pem -days 9 -subj "/CN=Any" 2>/dev/null
expect 2 client halfday trust install any.pem
expect_text "it has no name constraints, so whoever has its key could speak for any name"
expect_text "hint: if that is what you want: --unconstrained"
for name in intermediate good; do
  expect 2 client halfday trust install $name.pem
  expect_text "it is no root"
done
expect 2 client halfday trust install --confirm "0000 0000 0000 0000 0000 0000 0000 0000" root.pem
expect_text "its fingerprint is another"
expect 0 client halfday trust install --unconstrained --dry-run --store system any.pem
expect_text "permitted +any name"
expect_same "$before" "$(system_tree)"

promise "the databases of a person's browsers trust it for servers, through sudo as that person, and no other root goes"
databases=(.pki/nssdb .mozilla/firefox/ab12cd.default-release "snap/firefox/common/.mozilla/firefox/with space"
  .var/app/org.chromium.Chromium/.pki/nssdb)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout same.key -out same.pem -days 9 \
  -subj "/CN=Test Root" 2>/dev/null # another root of the same name
for database in "${databases[@]}"; do
  as_alice mkdir -p "$W/alice/$database"
  as_alice certutil -N --empty-password -d "sql:$W/alice/$database"
  as_alice certutil -A -d "sql:$W/alice/$database" -n "of the same name" -t C,, <same.pem
done
as_alice mkdir -p "$W/alice/.mozilla/firefox/never-started"
browsers() {
  client find "$W/alice" -printf '%p %u %g %m %y\n' | sort
  for database in "${databases[@]}"; do
    as_alice certutil -L -d "sql:$W/alice/$database"
    as_alice certutil -L -a -n "of the same name" -d "sql:$W/alice/$database"
  done
}
browsers_before=$(browsers)
in_browser() {
  as_alice cp -r "$W/alice/$1" "$W/alice/copy"
  as_alice certutil -A -d "sql:$W/alice/copy" -n intermediate -t ,, <intermediate.pem
  as_alice certutil -A -d "sql:$W/alice/copy" -n leaf -t ,, <good.pem
  run as_alice certutil -V -u V -n leaf -d "sql:$W/alice/copy"
  as_alice rm -r "$W/alice/copy"
}
expect 0 as_alice sudo -n halfday trust install --dry-run --store nss root.pem
expect_text "^    certutil -d sql:$W/alice/.pki/nssdb -A -t C,, -n halfday-[0-9a-f]{16} <root.pem"
expect_same "$browsers_before" "$(browsers)"
expect 0 as_alice sudo -n halfday trust install --store nss root.pem
expect_same 4 "$(grep -c "trusted now" <<<"$OUT")"
expect_text "Firefox \(snap\): trusted now \($W/alice/snap/firefox/common/.mozilla/firefox/with space\)"
expect_text "a browser that runs sees it after a restart"
for database in "${databases[@]}"; do
  in_browser "$database"
  expect_text "certificate is valid"
done
expect 0 as_alice halfday trust install --store nss root.pem
expect_same 4 "$(grep -c "trusted already" <<<"$OUT")"
as_alice certutil -M -d "sql:$W/alice/.pki/nssdb" -n "$(as_alice halfday trust list --store nss root.pem | grep -oE 'halfday-[0-9a-f]{16}' | head -n 1)" -t ,,
expect 0 as_alice halfday trust install --store nss root.pem
expect_same 1 "$(grep -c "trusted now" <<<"$OUT")"
expect 0 as_alice halfday trust remove --store nss root.pem
expect_same 4 "$(grep -c ": removed" <<<"$OUT")"
expect_same "$browsers_before" "$(browsers)"

promise "what only root may do is told with the command, and the rest is done: status 3"
expect 3 as_alice halfday trust install root.pem
expect_text "Chromium: trusted now"
expect_text "error: system \(.*\): only root may change '/usr/local/share/ca-certificates'"
expect_text "hint: sudo halfday trust install --store system root.pem"
expect 1 as_alice halfday trust install --store system root.pem
expect 0 as_alice halfday trust remove --store nss root.pem
expect 1 client env HOME="$W" halfday trust install --store nss root.pem
expect_text "no nss store was found"
client rm /usr/bin/certutil
expect 1 as_alice halfday trust install --store nss root.pem
expect_text "cannot run 'certutil'"
expect_text "hint: apt-get install libnss3-tools"

if client test -e /etc/ssl/certs/java/cacerts && client which keytool >/dev/null; then
  promise "Java's keystore, too"
  java() { client halfday trust "$1" --store java root.pem; }
  aliases() { client keytool -list -cacerts -storepass changeit 2>/dev/null | grep trustedCertEntry | sort; }
  java_before=$(aliases)
  expect 0 java install
  expect_text "Java: trusted now"
  expect 0 java install
  expect_text "Java: trusted already"
  expect 0 java list
  expect_text "trusted +halfday-[0-9a-f]{16}"
  expect 0 java remove
  expect_same "$java_before" "$(aliases)"
  promise "and what the system store's update writes into it, remove finds there"
  client sh -c 'cp hooks/* /etc/ca-certificates/update.d/'
  expect 0 client env HOME="$W" halfday trust install root.pem
  expect_text "Java: trusted (now|already)"
  expect 0 client env HOME="$W" halfday trust remove --store system root.pem
  expect_text "warning: Java: still trusted"
  expect_text "hint: sudo halfday trust remove --store java root.pem"
  expect 0 client env HOME="$W" halfday trust remove root.pem
  expect 0 java list
  expect_text "absent"
  client sh -c 'rm -f /etc/ca-certificates/update.d/*'
  expect_same "$before" "$(system_tree)"
else
  echo "skipped: there is no Java here"
fi

# An image is a folder with this machine's programs; its /etc and the layout are its own.
image() {
  client mkdir -p "$W/$1"/{etc/ssl/certs,usr,tmp,dev} "$W/$1$2"
  client ln -s usr/bin usr/sbin usr/lib usr/lib64 "$W/$1"
  client mount --bind /usr "$W/$1/usr"
  client mount --bind /dev "$W/$1/dev"
}
image_tree() { client find "$W/$1/etc" "$W/$1$folder" -type f,l -exec sha256sum {} + | sort | sha256sum; }
program() { client sh -c "printf '#!/bin/sh\nmkdir -p %s && cat %s/* >%s/%s' '$2' '$3' '$2' '$4' >$1; chmod 755 $1"; }

promise "an image that is being built gets it alone, in the layouts of Fedora and Arch too"
program /usr/bin/update-ca-trust /etc/pki/ca-trust/extracted/pem /etc/pki/ca-trust/source/anchors tls-ca-bundle.pem
program /usr/bin/trust /etc/ca-certificates/extracted /etc/ca-certificates/trust-source/anchors tls-ca-bundle.pem
for layout in fedora:/etc/pki/ca-trust/source/anchors:update-ca-trust \
  arch:/etc/ca-certificates/trust-source/anchors:"trust extract-compat" debian:/etc:update-ca-certificates; do
  IFS=: read -r name folder command <<<"$layout"
  image "$name" "$folder"
  if [ "$name" = debian ]; then
    client cp /etc/ca-certificates.conf "$W/debian/etc"
    folder=/usr/local/share/ca-certificates
    expect 0 client env -u TMPDIR chroot "$W/debian" update-ca-certificates --fresh
  else
    cat ip-root.pem >"$W/$name$folder/other.pem"
    expect 0 client chroot "$W/$name" $command
  fi
  tree=$(image_tree "$name")
  expect 0 client halfday trust install --root "$W/$name" --dry-run root.pem
  expect_text "^    chroot $W/$name $command"
  expect 0 client halfday trust install --root "$W/$name" --store system root.pem
  expect_text "trusted now \($W/$name$folder\)"
  [ "$name" = debian ] || expect_same "$before" "$(system_tree)"
  expect 0 client halfday trust install --root "$W/$name" --store system root.pem
  expect_text "trusted already"
  expect 0 client halfday trust remove --root "$W/$name" --store system root.pem
  expect_same "$tree" "$(image_tree "$name")"
done
client mkdir -p "$W/leads/etc/pki/ca-trust/source"
client ln -s /usr/local/share/ca-certificates "$W/leads/etc/pki/ca-trust/source/anchors"
expect 1 client halfday trust install --root "$W/leads" --store system root.pem
expect_text "leads out of '$W/leads'"
expect_same "$before" "$(system_tree)"
echo "all promises held"
