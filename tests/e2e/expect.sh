# Assertions for the e2e tests: each names its promise, and the first broken one ends the test with what was seen.

OUT='' STATUS=0

promise() { echo "-- $*"; }

fail() {
  echo "BROKEN: $*" >&2
  printf '%s\n' "$OUT" | head -n 60 >&2
  exit 1
}

# Runs a command; what it printed is in OUT, how it ended in STATUS.
run() {
  STATUS=0
  OUT=$("$@" 2>&1 </dev/null) || STATUS=$?
}

# expect STATUS COMMAND…: it ends so.
expect() {
  local wanted=$1
  shift
  run "$@"
  [ "$STATUS" = "$wanted" ] || fail "'$*' ended with $STATUS, not $wanted"
}

# expect_text REGEX: the last command printed it.
expect_text() { grep -Eq -- "$1" <<<"$OUT" || fail "no line like: $1"; }
expect_no_text() { ! grep -Eq -- "$1" <<<"$OUT" || fail "a line like: $1"; }
expect_silence() { [ -z "$OUT" ] || fail "it was to print nothing"; }
expect_same() { [ "$1" = "$2" ] || fail "'$1' is not '$2'"; }
expect_differ() { [ "$1" != "$2" ] || fail "'$1' did not change"; }

# One hash of all files but logs and caches, owners and modes below folders, to see that nothing was changed.
fingerprint_of() {
  {
    find "$@" -printf '%p %u %g %m %y %l\n' | sort
    find "$@" -type f -not -name '*-shm' -not -name '*-wal' -not -name lock -not -name .clock -not -name '*.cache' -not -name '*.log' -print0 | sort -z | xargs -0r sha256sum
  } 2>/dev/null | sha256sum || true
}
