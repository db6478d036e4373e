# How a runbook's commands are run on the boxes of world.sh, whose folders are elsewhere, with its clock and without systemd.
# $HOST is the web server.

# Passphrases of sealed keys are in $W/window2, $W/window3, …; $UNSEALED is the window that a person has the envelope of.
halfday() {
  local window files=()
  case "$1 ${2:-}" in
    "init --stage") for window in $(seq 2 "$3"); do files+=(--window-passphrase-file "$W/window$window"); done ;;
    "unseal "*) files=(--window-passphrase-file "$W/window$UNSEALED") ;;
  esac
  hd halfday "$@" "${files[@]}"
}
halfday-root() {
  local status=0 passphrase=(--passphrase-file "$W/root-box/passphrase")
  case $1 in
    rotate) root_box "$@" --next-passphrase-file "$W/root-box/passphrase" "${passphrase[@]}" || status=$? ;;
    sign) root_box "$@" --confirm "$(fingerprint_of_request "$2")" "${passphrase[@]}" || status=$? ;;
    log) root_box "$@" || status=$? ;;
    *) root_box "$@" "${passphrase[@]}" || status=$? ;;
  esac
  chmod -f 644 "$W"/stick/*.pem || true
  return $status
}
halfday-receiver() { moved "$BIN/halfday-receiver" --etc "$W/$HOST/etc" --state "$W/$HOST/state" "$@"; }
systemctl() { if [ "$*" = "start ssh" ]; then world_sshd "$HOST"; fi; }
date() { moved date "$@"; }

# The three boxes, with one host that is served.
runbook_boxes() {
  chmod 755 "$W/stick"
  world_root >/dev/null 2>&1
  world_issuer >/dev/null
  world_web_server "$HOST" 1 "$NAME"
  world_add_host "$HOST" "$NAME" >/dev/null
  hd halfday run >/dev/null
}

# The box "old" is what the issuer box was before it moved, where its folder is there.
perform() {
  local state=$W/issuer/state etc=$W/issuer/etc
  [ "$1" != web ] || etc=$W/$HOST/etc
  if [ "$1" = old ] && [ -d "$W/old" ]; then state=$W/old; fi
  cd "$W/stick" && eval "$(sed -e "s#/var/lib/halfday#$state#g" -e "s#/etc/halfday#$etc#g" <<<"$2")"
}
