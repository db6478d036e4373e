# The pages of docs/runbooks, command by command, sourced by their tests after expect.sh: what a page says you should see is
# what is seen. What the script says first is how a command of a page is run:
#
#   perform BOX COMMAND
#
# and then `step PAGE NUMBER` for each block of commands, the first being 1, and at the end `no_step_left_out PAGE…`.

RUNBOOKS=$here/../../docs/runbooks
declare -A PERFORMED

# A page's blocks in their order: "STEP BOX HOW", its commands, "SEEN", its lines; "FILE PATH", its lines.
blocks() {
  awk '/^<!-- test: / { print "STEP " $3 " " $4; next }
    /^<!-- seen/ { print "SEEN"; next }
    /^<!-- file: / { print "FILE " $3; next }
    /^```/ { inside = !inside; next }
    inside { print "| " $0 }' "$RUNBOOKS/$1.md"
}

# The lines of a page's block: part PAGE STEP commands|seen. A command that ends with a backslash goes on in the next line.
part() {
  blocks "$1" | awk -v step="$2" -v part="$3" '
    /^STEP / { number++; at = "commands"; next }
    /^SEEN/ { at = "seen"; next }
    /^FILE/ { at = ""; next }
    number == step && at == part { print substr($0, 3) }' | sed -e ':next' -e '/\\$/{N;s/ *\\\n */ /;b next' -e '}'
}

# file_of PAGE PATH: what the page says that this file has.
file_of() {
  blocks "$1" | awk -v path="$2" '/^(STEP|SEEN|FILE)/ { inside = $1 == "FILE" && $2 == path; next } inside { print substr($0, 3) }'
}

# step PAGE NUMBER: runs its commands and holds what they print against what the page says, where "…" is anything.
step() {
  local page=$1 number=$2 box how commands=() command line all=''
  read -r _ box how < <(blocks "$page" | grep '^STEP ' | sed -n "${number}p")
  mapfile -t commands < <(part "$page" "$number" commands)
  [ ${#commands[@]} -gt 0 ] || fail "$page has no step $number"
  for command in "${commands[@]}"; do
    run perform "$box" "$command"
    case $how in
      fails) [ "$STATUS" != 0 ] || fail "$page, step $number: '$command' did not fail" ;;
      accept) [ "$STATUS" = 0 ] || [ "$STATUS" = 3 ] || fail "$page, step $number: '$command' ended with $STATUS" ;;
      *) [ "$STATUS" = 0 ] || fail "$page, step $number: '$command' ended with $STATUS" ;;
    esac
    all+=$OUT$'\n'
  done
  while read -r line; do
    OUT=$all
    expect_text "^ *$(sed -e 's/[][()\.*^$+?{}|]/\\&/g' -e 's/ *… */.*/g' -e 's/  */ +/g' <<<"$line")\$"
  done < <(part "$page" "$number" seen)
  PERFORMED[$page]=$((${PERFORMED[$page]:-0} + 1))
}

no_step_left_out() {
  local page steps
  promise "no step of a page was left out, and the README names each page"
  for page in "$@"; do
    steps=$(blocks "$page" | grep -c '^STEP ')
    [ "${PERFORMED[$page]:-0}" -ge "$steps" ] || fail "$page has $steps steps, and ${PERFORMED[$page]:-0} were performed"
    grep -qF "docs/runbooks/$page.md" "$here/../../README.md" || fail "the README has no link to $page.md"
  done
}
