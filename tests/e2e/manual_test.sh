#!/bin/bash
# Man pages, completions and hints against the real programs: what --help shows is there, and nothing else. In bash, zsh and fish.
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
BIN=${HALFDAY_BIN:?} MADE=${HALFDAY_BUILD:?}/docs/man
PROGRAMS=(halfday halfday-root halfday-issuer halfday-distributor halfday-receiver)
W=$(mktemp -d /tmp/halfday-manual.XXXXXX)
trap 'rm -rf "$W"' EXIT

# What follows `halfday ledger` is halfday-issuer's to read.
help_of() {
  case "$*" in 'halfday ledger'*) set -- halfday-issuer "${@:2}" ;; esac
  "$BIN/$1" "${@:2}" --help
}
subcommands() { awk '/^Subcommands:/ { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }'; }
long_options() { sed -nE 's/^  (-[a-z],)?(--[a-z-]+).*/\2/p' | grep -vx -- --help; }
walk() {
  local below
  echo "$*"
  help_of "$@" >"$W/help/$*"
  # shellcheck disable=SC2046
  for below in $(subcommands <"$W/help/$*"); do walk "$@" "$below"; done
}
mkdir "$W/help"
for program in "${PROGRAMS[@]}"; do walk "$program"; done >"$W/commands"
mapfile -t COMMANDS <"$W/commands"
echo "${#COMMANDS[@]} commands"
[ "${#COMMANDS[@]}" -gt 40 ] || fail "--help was not understood"
# Entries with nothing in the column of descriptions, nor below.
undescribed() {
  awk 'function flush() { if (name != "") print name; name = "" }
    /^(Options|Positionals):/ { on = 1; next } /^$/ { flush(); on = 0 } !on { next }
    /^                              / { name = ""; next }
    { flush(); if (substr($0, 30, 1) != " " || substr($0, 31, 1) ~ /^ ?$/) name = $0 } END { flush() }'
}
sorted() { tr ' ' '\n' | sed '/^$/d' | sort -u | paste -sd' '; }

promise "each option and each argument is described in --help, and each subcommand has an example"
for command in "${COMMANDS[@]}"; do
  undescribed <"$W/help/$command" >"$W/bare"
  [ ! -s "$W/bare" ] || fail "'$command' does not say what this is: $(cat "$W/bare")"
  case $command in *' '*) grep -q '^Example:' "$W/help/$command" || fail "'$command' has no example" ;; esac
done

promise "each option and each subcommand is in the man page, and no other"
for program in "${PROGRAMS[@]}"; do
  page=$MADE/$program.1.gz
  expect_same "" "$(man --warnings --encoding=UTF-8 --local-file --troff-device=utf8 --ditroff "$page" 2>&1 >/dev/null)"
  # SECTION|OPTION of each; the options before the commands are the program's.
  zcat "$page" | awk -v program="$program" '
    /^\.SH / { section = $2 == "OPTIONS" ? program : "" }
    /^\.SS / { section = substr($0, 5); gsub(/\\[&]/, "", section); gsub(/\\-/, "-", section); print section "|" }
    section && /^\\fB(-h\\fR, \\fB)?--/ {
      match($0, /--[a-z-]+/); print section "|" substr($0, RSTART, RLENGTH) }' | grep -v '|--help$' | sort -u >"$W/in-page"
  for command in "${COMMANDS[@]}"; do
    case "$command " in
      "$program "*) ;;
      *) continue ;;
    esac
    [ "$command" = "$program" ] || echo "$command|"
    long_options <"$W/help/$command" | sed "s/^/$command|/"
  done | sort -u >"$W/in-help"
  diff "$W/in-help" "$W/in-page" || fail "$page is not what --help says"
done

# What is to be offered after COMMAND: its subcommands or, with a dash, its options and its program's.
to_offer() {
  local command=$1 program=${1%% *}
  if [ "${2:-}" != -- ]; then
    subcommands <"$W/help/$command"
    return
  fi
  echo --help
  long_options <"$W/help/$command"
  [ "$command" = "$program" ] || long_options <"$W/help/$program" | grep -vx -- --version || true
}
for command in "${COMMANDS[@]}"; do
  [ -z "$(to_offer "$command")" ] || echo "$command "
  echo "$command --"
done >"$W/lines"
while IFS= read -r line; do to_offer "${line% *}" "${line##* }" | sorted; done <"$W/lines" >"$W/wanted"

expect_offers() { diff <(paste -d: "$W/lines" "$W/wanted") <(paste -d: "$W/lines" "$1") || fail "$1 offers (>) what is not wanted (<)"; }

promise "bash offers just these"
for program in "${PROGRAMS[@]}"; do
  bash --norc -c '
    . "$1"
    while IFS= read -r line; do
      read -ra COMP_WORDS <<<"$line"
      [[ $line == *" " ]] && COMP_WORDS+=("")
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      "$(complete -p "$2" | sed "s/.*-F \([^ ]*\) .*/\1/")" "$2" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      echo "${COMPREPLY[*]}"
    done' - "$MADE/bash/$program" "$program" < <(grep -E "^$program " "$W/lines")
done | while IFS= read -r offered; do sorted <<<"$offered"; done >"$W/bash"
expect_offers "$W/bash"

promise "bash offers the hosts of the inventory, and runs nothing that a file is named after"
mkdir "$W/hosts.d"
touch "$W/hosts.d/"{web1.example.org,'$(touch ran)','`touch ran`'}.yaml
OUT=$(cd "$W" && bash --norc -c '
  . <(sed "s|/etc/halfday/hosts.d|$2|" "$1")
  COMP_WORDS=(halfday status --why "") COMP_CWORD=3
  _halfday halfday "" --why
  echo "${COMPREPLY[*]}"' - "$MADE/bash/halfday" "$W/hosts.d")
expect_same web1.example.org "$OUT"
[ ! -e "$W/ran" ] || fail "a file's name was run"

promise "help is that of --help, for each command, and a mistyped one is answered with the right one"
for command in "${COMMANDS[@]}"; do
  case "$command " in 'halfday ledger '*) continue ;; esac # it would be started as its own user
  read -ra words <<<"$command"
  "$BIN/${words[0]}" help "${words[@]:1}" | cmp - "$W/help/$command" || fail "'help' of '$command' is another"
done
expect 2 "$BIN/halfday" help host ad
expect_text "hint: did you mean 'add'\? see 'halfday host --help'"

promise "fish offers just these"
for program in "${PROGRAMS[@]}"; do
  # shellcheck disable=SC2016
  env HOME="$W" fish --no-config -c '
    source $argv[1]
    while read -l line
      echo (complete -C "$line" | string split -f 1 \t)
    end' "$MADE/fish/$program.fish" < <(grep -E "^$program " "$W/lines")
done | while IFS= read -r offered; do sorted <<<"$offered"; done >"$W/fish"
expect_offers "$W/fish"

promise "zsh offers just these"
"$here/zsh_offers.zsh" "$MADE/zsh" <"$W/lines" | while IFS= read -r offered; do sorted <<<"$offered"; done >"$W/zsh"
expect_offers "$W/zsh"

# mistyped WORD: with its last two letters swapped, or one left out where they are the same.
mistyped() {
  local head=${1%??} last=${1: -1} before=${1: -2:1}
  if [ "$last" = "$before" ]; then echo "$head$last"; else echo "$head$last$before"; fi
}

promise "each subcommand and option, mistyped, is answered with the right one"
tried=0
for command in "${COMMANDS[@]}"; do
  case "$command " in 'halfday ledger '*) continue ;; esac # it would be started as its own user
  read -ra words <<<"$command"
  for right in $(subcommands <"$W/help/$command") $(long_options <"$W/help/$command"); do
    wrong=$(mistyped "$right")
    ! grep -qE "^  (-[a-z],)?$wrong( |$)" "$W/help/$command" || continue
    expect 2 "$BIN/${words[0]}" "${words[@]:1}" "$wrong"
    grep -qF -- "error: '$wrong' is not a command or option here" <<<"$OUT" || fail "no error about '$wrong' of '$command'"
    grep -qF -- "hint: did you mean '$right'? see '$command --help'" <<<"$OUT" || fail "no hint at '$right' of '$command'"
    tried=$((tried + 1))
  done
done
[ "$tried" -gt 200 ] || fail "only $tried were tried"

# keys_of PAGE SECTION: the keys that a page of a file describes there.
keys_of() {
  zcat "$MADE/$1.gz" | awk -v wanted="$2" '
    /^\.S[SH] / { section = substr($0, 5); gsub(/[\\&]/, "", section) }
    section == wanted && /^\\fB[a-z_]+\\fR(, \\fB[a-z_]+\\fR)*$/ { gsub(/\\fB|\\fR|,/, ""); print }' | sorted
}
example_of() { zcat "$MADE/$1.gz" | awk -v wanted="$2" '
    /^\.S[SH] / { section = substr($0, 5); gsub(/[\\&]/, "", section) } /^\.fi/ { inside = 0 }
    section == wanted && inside && !/^\.RS/ { print } /^\.nf/ { inside = 1 }' | sed 's/^\\&//; s/\\&//g; s/\\-/-/g; s/\\\\/\\/g'; }
known_keys() { sed -n 's/.*hint: the keys known here are //p' <<<"$OUT" | tr -d "',"; }

mkdir -p -m 755 "$W/etc/hosts.d" "$W/state" "$W/state/issuer"
identity=$(openssl genpkey -algorithm ED25519 | openssl pkey -pubout -outform DER | base64 -w0)
read_settings() { cp "$1" "$W/etc/halfday.yaml"; run "$BIN/halfday-issuer" --etc "$W/etc" --state "$W/state" check; }
read_host() { sed "s|ed25519:.*|ed25519:$identity|" "$1" >"$W/etc/hosts.d/web1.example.org.yaml"; run "$BIN/halfday" --etc "$W/etc" host list; }
read_receiver() { cp "$1" "$W/etc/receiver.yaml"; run "$BIN/halfday-receiver" --etc "$W/etc" --state "$W/state" check; }
read_ceremony() { run "$BIN/halfday-root" do --check --allow-network --state "$W/root" "$1"; }

# holds READ PAGE SECTION SED EXAMPLE: a key that nobody knows, put into the example by SED, is answered with the page's keys there.
holds() {
  example_of "$2" "$5" | sed -E "$4" >"$W/with-nonsense"
  "$1" "$W/with-nonsense"
  expect_text "unknown key 'nonsense'"
  expect_same "$(known_keys | sed 's/^ceremony //' | sorted)" "$(keys_of "$2" "$3")"
}

promise "the example of each format is taken as it stands, and its keys are the parser's"
for pair in settings:halfday.yaml.5 host:halfday-host.5 receiver:halfday-receiver.yaml.5; do
  example_of "${pair#*:}" EXAMPLE >"$W/example"
  [ -s "$W/example" ] || fail "${pair#*:} has no example"
  "read_${pair%%:*}" "$W/example"
  expect_no_text "yaml:[0-9]"
done
for section in issuer push rollout notify; do holds read_settings halfday.yaml.5 $section "s/^$section: \{/&nonsense: 1, /" EXAMPLE; done
holds read_settings halfday.yaml.5 certificates 's/^certificates:/&\n  nonsense: 1/' EXAMPLE
example_of halfday.yaml.5 EXAMPLE | sed '1s/^/nonsense: 1\n/' >"$W/with-nonsense"
read_settings "$W/with-nonsense"
expect_same "$(known_keys | sorted)" "$(zcat "$MADE/halfday.yaml.5.gz" | sed -n 's/^\.SS //p' | sorted)"
holds read_host halfday-host.5 KEYS '$s/$/\nnonsense: 1/' EXAMPLE
example_of halfday-host.5 EXAMPLE | sed 's/^policy: {/&nonsense: 1, /' >"$W/with-nonsense"
read_host "$W/with-nonsense"
expect_text "unknown key 'nonsense'"
for key in $(known_keys); do zcat "$MADE/halfday-host.5.gz" | grep -qF "\\fB$key\\fR" || fail "halfday-host(5) lacks '$key' of policy"; done
holds read_receiver halfday-receiver.yaml.5 KEYS '$s/$/\nnonsense: 1/' EXAMPLE
holds read_receiver halfday-receiver.yaml.5 "of an entry" 's/^  www:/&\n    nonsense: 1/' EXAMPLE
for section in init sign revoke crl rotate; do
  example_of halfday-ceremony.5 $section >"$W/example"
  read_ceremony "$W/example"
  expect_no_text "example:[0-9]"
  holds read_ceremony halfday-ceremony.5 $section '$s/$/\nnonsense: 1/' $section
done
echo "all promises held"
