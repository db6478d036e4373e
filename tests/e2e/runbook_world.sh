# How a runbook's commands are run on the boxes of world.sh, whose folders are elsewhere, with its clock and without systemd.
# $HOST is the web server.

halfday() { hd halfday "$@"; }
halfday-root() {
  local passphrase=(--passphrase-file "$W/root-box/passphrase")
  case $1 in
    rotate) root_box "$@" --next-passphrase-file "$W/root-box/passphrase" "${passphrase[@]}" ;;
    sign) root_box "$@" --confirm "$(request_fingerprint)" "${passphrase[@]}" ;;
    *) root_box "$@" "${passphrase[@]}" ;;
  esac
  chmod -f 644 "$W"/stick/*.pem
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
