# Commands as a person types them, on the boxes of boxes.sh, sourced after that by a script that has expect.sh.

# Runs a shell command on a box at a terminal. Each pair is a prompt to wait for and what to type then.
at_terminal() {
  local box=$1 command=$2 log=$W/terminal
  shift 2
  rm -f "$W/keys"
  mkfifo "$W/keys"
  : >"$log"
  on "$box" script -qfec "$command" "$log" <"$W/keys" >/dev/null &
  local session=$!
  exec 9>"$W/keys"
  local waited=0
  while [ $# -gt 0 ]; do
    if grep -qF -- "$1" <(tail -c +"$((waited + 1))" "$log"); then
      waited=$(stat -c %s "$log")
      sleep 0.2
      printf '%s\n' "$2" >&9
      shift 2
    elif ! kill -0 "$session" 2>/dev/null; then
      break
    fi
    sleep 0.05
  done
  STATUS=0
  wait "$session" || STATUS=$?
  exec 9>&-
  OUT=$(tr -d '\r' <"$log")
}

# The same, of what is to work.
typed() {
  at_terminal "$@"
  [ "$STATUS" = 0 ] || fail "on the $1 box '$2' ended with $STATUS"
}

fingerprint_in() { grep -oE '([0-9a-f]{4} ){7}[0-9a-f]{4}' <<<"$1" | head -n 1; }
