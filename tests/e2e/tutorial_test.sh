#!/bin/bash
# The tutorial, command by command, on the boxes that `./bootstrap boxes` makes, at a terminal.
# serial
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
if [ -z "${HALFDAY_INSIDE:-}" ]; then
  exec env HALFDAY_INSIDE=1 unshare --mount --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
. "$here/runbook.sh"
. "$here/typed.sh"
PAGE=../tutorial PASSPHRASE="correct horse battery staple"
umask 022
W=$(mktemp -d /tmp/halfday-tutorial.XXXXXX)
chmod 755 "$W"
trap '[ ! -e "$W/boxes/end" ] || "$W/boxes/end"; rm -rf "$W"' EXIT
on() { "$W/boxes/on" "$@"; }

# A command of the page, at a box's terminal; what it asks for is what a reader would type.
perform() {
  case $2 in
    "halfday-root init"*) at_terminal "$1" "$2" "passphrase" "$PASSPHRASE" "again" "$PASSPHRASE" ;;
    "halfday-root sign"*) at_terminal "$1" "$2" "fingerprint" "$(<"$W/paper")" "passphrase" "$PASSPHRASE" ;;
    "halfday host add"*) at_terminal "$1" "$2" "yes/no" yes ;;
    *) at_terminal "$1" "$2" ;;
  esac
  [ "$2" != "halfday init" ] || grep -oE '([0-9a-f]{4} ){7}[0-9a-f]{4}' <<<"$OUT" >"$W/paper"
  tr '\r' '\n' <"$W/terminal" | sed 's/\x1b\[[0-9;]*[A-Za-z]//g' # progress is drawn over itself
  return "$STATUS"
}

promise "three boxes, of which root's has no network and the others reach each other"
expect 0 "$here/tutorial_boxes.sh" "$W/boxes"
expect_same lo "$(on root ls /sys/class/net)"
expect_same "root issuer web" "$(for box in root issuer web; do on "$box" hostname; done | xargs)"
expect 0 on issuer bash -c 'echo >/dev/tcp/web1.example.org/22'
expect 2 "$here/tutorial_boxes.sh" "$W/boxes"
expect_text "there are boxes in .* already"
expect 2 on nowhere
outside=$(find /etc /usr /var/lib -xdev -newer "$W/boxes/on" 2>/dev/null || true)

promise "each step does what the page says"
steps=$(blocks $PAGE | grep -c '^STEP ')
for step in $(seq "$steps"); do
  step $PAGE "$step"
  if [ "$step" = 5 ]; then file_of $PAGE /etc/nginx/conf.d/www.conf | on web tee /etc/nginx/conf.d/www.conf >"$W/site"; fi
done

[ -s "$W/site" ] || fail "the page has no site"

promise "at the end the boxes are gone with all that ran on them, and nothing outside was touched"
expect 0 "$W/boxes/end"
[ ! -e "$W/boxes" ] || fail "the boxes are still there"
expect_same "" "$(pgrep -x nginx || true)$(pgrep -x sshd || true)"
expect_same "" "$outside"
echo "all promises held: $steps steps"
