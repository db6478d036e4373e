#!/bin/bash
# Every example in a --help, as it stands there, typed at a terminal on the box that it is for: root's, issuer's, web server's.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
if [ -z "${HALFDAY_INSIDE:-}" ]; then
  exec env HALFDAY_INSIDE=1 unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
BUILD=${HALFDAY_BUILD:?} PASSPHRASE="correct horse battery staple"
W=$(mktemp -d /tmp/halfday-examples.XXXXXX)
trap 'rm -rf "$W"' EXIT
chmod 755 "$W"
mkdir -m 777 "$W/stick"
ip link set lo up
. "$here/boxes.sh"
. "$here/typed.sh"
for box in root:--net issuer: spare: web:; do
  make_box "${box%:*}" "${box#*:}"
  box=${box%:*} component=${box%:*}
  case $box in spare) component=issuer ;; web) component=receiver ;; esac
  expect 0 on "$box" cmake --install "$BUILD" --prefix /usr --component "$component"
  on "$box" bash -c 'mount -t tmpfs tmpfs /media && mkdir /media/stick && mount --bind . /media/stick; mount -t tmpfs tmpfs /root'
  [ "$box" = root ] || expect 0 on "$box" systemd-sysusers
done
on issuer bash -c 'echo "127.0.0.1 web1.example.org www.example.org" >>/etc/hosts'

# A line each, continued lines joined.
examples() {
  "$BUILD/bin/$1" "${@:2}" --help >"$W/help"
  sed '1,/^Example:/d; /^$/,$d; s/^  //' "$W/help" | sed -e ':a' -e '/\\$/N; s/ *\\\n */ /; ta'
  local below
  for below in $(awk '/^Subcommands:/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }' "$W/help"); do examples "$@" "$below"; done
}
for program in halfday-root halfday halfday-issuer halfday-distributor halfday-receiver; do examples $program; done | sort -u >"$W/examples"
cat "$W/examples" | sed 's/   .*//' | sort -u >"$W/examples.all" # what it is for may stand behind it
echo "$(wc -l <"$W/examples.all") examples"
: >"$W/done"

# How a command is run that goes on until it is stopped.
for_a_second() { echo "timeout 1 $* || [ \$? = 124 ]"; }
# example BOX[/USER] LINE [PROMPT ANSWER]…: LINE, which must be one of them, with this world's key and serial in it.
HOST_KEY='' SERIAL=''
example() {
  local box=${1%/*} user=${1#*/} line=$2 as=
  shift 2
  grep -qxF -- "$line" "$W/examples.all" || fail "no --help has the example: $line"
  echo "$line" >>"$W/done"
  [ "$user" = "$box" ] || as="setpriv --reuid $user --regid $user --init-groups "
  line=${line/ssh-ed25519 AAAAC3Nza…/$HOST_KEY}
  printf '%s\n' "${line/01f3a09b44c2/$SERIAL}" >"$W/line"
  as+="sh $W/line"
  case $line in
    *--watch) as=$(for_a_second "$as") ;;
    *doctor) as+=" || [ \$? -le 2 ]" ;; # what it finds here is its own test's to say
  esac
  typed "$box" "$as" "$@"
}
issuer() { example issuer/halfday-issuer "$@"; }
receiver() { example web/halfday-receiver "$@"; }
pass=(passphrase "$PASSPHRASE")

promise "a root, a request, and what signs it"
example root "halfday-root airgap"
example root "halfday-root init 'Example Root' --permit example.org --permit example.net" "${pass[@]}" again "$PASSPHRASE"
example root "halfday-root inspect /var/lib/halfday-root/root.pem"
on root cp /var/lib/halfday-root/root.pem .
for box in issuer spare; do on "$box" install -D -m 644 root.pem /etc/halfday/root.pem; done
example issuer "sudo halfday init"
paper=$(fingerprint_in "$OUT")
on issuer cp /var/lib/halfday/issuer/request.pem /var/lib/halfday/distributor/id_ed25519.pub .
example root "halfday-root sign /media/stick/request.pem --out /media/stick/chain.pem" fingerprint "$paper" "${pass[@]}"
printf 'ceremony: sign\nrequest: request.pem\nout: another.pem\n' >"$W/stick/ceremony.yaml"
example root "halfday-root do /media/stick/ceremony.yaml --check"
example root "halfday-root qr chain.pem" Enter "" Enter "" Enter "" Enter ""
example issuer "sudo halfday accept /media/stick/chain.pem"
issuer "halfday-issuer accept /media/stick/chain.pem"
example issuer "sudo halfday check"
issuer "halfday-issuer check"

promise "six windows of one ceremony, each with a passphrase of its own"
phrases=()
for window in 2 3 4 5 6; do phrases+=("window $window of 6" "the phrase of window $window" "same again" "the phrase of window $window"); done
example issuer "sudo halfday init --stage 6" "${phrases[@]}"
paper=$(grep '^fingerprint:' <<<"$OUT" | cut -c14-)
on issuer cp /var/lib/halfday/issuer/stage.pem .
example root "halfday-root sign /media/stick/stage.pem --out /media/stick/windows.pem --windows 6" fingerprint "$paper" "${pass[@]}"

promise "a web server that is enrolled and served"
receiver_init="halfday-receiver init web1.example.org --root root.pem --name www.example.org --distributor-key id_ed25519.pub"
enrol() {
  example web "$receiver_init"
  on web mkdir -p /var/lib/halfday/receiver/.ssh
  grep '^restrict,command=' <<<"$OUT" | on web tee /var/lib/halfday/receiver/.ssh/authorized_keys >/dev/null
  grep '^halfday-receiver ALL=' <<<"$OUT" | on web tee /etc/sudoers.d/halfday-receiver >/dev/null
}
enrol
on web bash -c 'rm -f /etc/nginx/sites-enabled/* && nginx'
cat >"$W/site" <<'NGINX'
server {
    listen 443 ssl;
    server_name www.example.org;
    ssl_certificate     /var/lib/halfday/receiver/live/www/fullchain.pem;
    ssl_certificate_key /var/lib/halfday/receiver/live/www/privkey.pem;
}
NGINX
on web cp "$W/site" /etc/nginx/conf.d/www.conf
on web ssh-keygen -q -A
on web /usr/sbin/sshd -E "$W/sshd.log"
HOST_KEY=$(on web cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)
example issuer "sudo halfday host add web1.example.org --certificate www=www.example.org --host-key 'ssh-ed25519 AAAAC3Nza…'" "yes/no" yes
example issuer "halfday host list"
example issuer "halfday host show web1.example.org"
example issuer/halfday-distributor "halfday-distributor fetch-identity --host web1.example.org --reach ssh://halfday-receiver@web1.example.org --known-hosts /etc/halfday/known_hosts"
example issuer "sudo halfday run"
example issuer "halfday inspect www.example.org:443"
example issuer "sudo halfday renew web1.example.org"
receiver "halfday-receiver rollback www --dry-run"
receiver "halfday-receiver status --json"
receiver "halfday-receiver check"
receiver "echo '{\"protocol\":1,\"chains\":[]}' | halfday-receiver serve"
example web "sudo halfday-receiver new-key www"

promise "what is looked at, and what would be done"
for line in "sudo halfday issue --dry-run" "sudo halfday push --dry-run" "sudo halfday push --only failed" "halfday push --dry-run web1.example.org" \
  "sudo halfday policy explain web1.example.org" "halfday status --failing" "halfday status 'web*' --watch" "sudo halfday notify --dry-run" "sudo halfday doctor" "halfday status --why web1.example.org"; do
  example issuer "$line"
done
for line in "issue --dry-run web1.example.org" "policy explain web1.example.org"; do issuer "halfday-issuer $line"; done

for program in halfday:init halfday-issuer:init halfday-distributor:push; do example issuer "${program%:*} help ${program#*:}"; done
example root "halfday-root help init"
example web "halfday-receiver help init"

promise "the ledger, its audit, and a backup that is restored on another box"
SERIAL=$(on issuer halfday ledger list --json | grep -oE '"serial":"[0-9a-f]+' | head -n 1 | cut -d'"' -f4)
for line in "list --since 2d" "show 01f3a09b44c2" "export > ledger.jsonl" "verify" "archive --dry-run"; do
  issuer "halfday-issuer ledger $line"
  [ "${line%% *}" != export ] || rm "$W/stick/ledger.jsonl"
  example issuer "sudo halfday ledger $line"
done
issuer "halfday-issuer ledger list --host web1.example.org --since 2d"
on issuer cp /var/lib/halfday/status/distributor/heads.json .
example issuer "halfday audit ledger.jsonl --heads heads.json"
example issuer "sudo halfday backup /root/issuer-2026-11-24.tar"
on issuer cp /root/issuer-2026-11-24.tar .
issuer "halfday-issuer backup > issuer.tar"
on spare cp issuer-2026-11-24.tar /root/
on spare systemd-tmpfiles --create halfday.conf
example spare/halfday-issuer "halfday-issuer init --name 'issuer of example.org'"
on spare sh -c 'rm -r /var/lib/halfday/issuer/*'
example spare/halfday-issuer "halfday-issuer restore < issuer.tar"
on spare sh -c 'rm -r /etc/halfday /var/lib/halfday'
example spare "sudo halfday restore /root/issuer-2026-11-24.tar"

promise "a host that was installed anew, and one that goes"
on web rm -r /var/lib/halfday/receiver /etc/halfday
on web install -d -o halfday-receiver -g halfday-receiver /var/lib/halfday/receiver
enrol
example issuer "sudo halfday host rekey web1.example.org --host-key 'ssh-ed25519 AAAAC3Nza…'" "yes/no" yes
example issuer "sudo halfday host remove web1.example.org"
example web "sudo halfday-receiver uninstall"

promise "the root's log, its CRL and its successor"
example root "halfday-root log"
example root "halfday-root log export --out /media/stick/ceremony.log"
example root "halfday-root log verify --against /media/stick/ceremony.log"
example root "halfday-root revoke /media/stick/chain.pem --reason keyCompromise --out /media/stick/crl.pem" "${pass[@]}"
rm "$W/stick/crl.pem"
example root "halfday-root crl --out /media/stick/crl.pem --next-update 100d" "${pass[@]}"
example root "halfday-root rotate 'Example Root 2036' --next /var/lib/halfday-root-2036 --out cross.pem" "new passphrase" "$PASSPHRASE" again "$PASSPHRASE" "${pass[@]}" "${pass[@]}"
on root rm /var/lib/halfday-root/ceremony.log
example root "halfday-root log begin" "${pass[@]}"

promise "a client machine that trusts the root"
on spare sh -c 'mkdir -p "$HOME/.pki/nssdb" && certutil -N -d "sql:$HOME/.pki/nssdb" --empty-password' # a browser's
example spare "halfday trust install --store nss root.pem" "yes/no" yes
example spare "halfday trust list root.pem"

# Where another test types them, since they want more than a terminal (custodians, photographs, an operator's ssh) or take long.
elsewhere() {
  grep -qE -- "$2" "$here/$1_test.sh" || fail "tests/e2e/$1_test.sh has no: $2"
  echo "$3" >>"$W/done"
}
elsewhere shares 'share --threshold 3 --of 5' "halfday-root share --threshold 3 --of 5"
for verb in install remove; do elsewhere trust "halfday trust $verb --store system root.pem" "sudo halfday trust $verb root.pem"; done
elsewhere qr 'scan photographs/' "halfday scan IMG_*.jpg --out chain.pem"
elsewhere install 'add "\$HOST" --install --certificate www=www.example.org' \
  "sudo halfday host add web1.example.org --install --certificate www=www.example.org"
for line in "sudo halfday" halfday-issuer; do elsewhere windows 'expect 0 halfday unseal' "$line unseal"; done
comm -13 <(sort -u "$W/done") "$W/examples.all" >"$W/left"
[ ! -s "$W/left" ] || fail "no test has typed: $(cat "$W/left")"
echo "all promises held"
