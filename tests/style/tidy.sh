#!/bin/bash
# tidy.sh BUILD: clang 14 compiles every source without a warning and clang-tidy has nothing to say. The unit tests are left
# out: a third of the time, and no program's. A source is looked at again only when it, a header of ours that it includes,
# its command line or the configuration has changed: BUILD/tidy/ holds, for each source that was clean, the hash of all of that.
set -euo pipefail
build=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
stamps=$build/tidy
mkdir -p "$stamps"
cd "$root"

# "SOURCE HEADER" for each of our own files that a source includes, as the compiler has told ninja.
included() {
    ninja -C "$build" -t deps | awk -v root="$root/" -v build="$build/" '
        /: #deps / { source = "" }
        /^    / && source == "" { source = $1 }
        /^    / && index($1, root) == 1 && index($1, build) != 1 { print source, $1 }'
}

# The command lines without what clang does not know: a compiler cache, headers that GCC has precompiled, warnings of GCC.
mkdir -p "$build/tidy/commands"
sed -E 's, (-Winvalid-pch )?-include [^ ]*/cmake_pch\.hxx,,; s, -Wno-(array-bounds|stringop-[a-z]+),,g; s,"(/usr/bin/)?ccache ,",' \
    "$build/compile_commands.json" >"$build/tidy/commands/compile_commands.json"

# "SOURCE COMMAND" for each source.
commands() {
    awk -F '": "' '/^ *"command"/ { command = $2 } /^ *"file"/ { sub(/",?$/, "", $2); print $2, command }' \
        "$build/tidy/commands/compile_commands.json"
}

declare -A files command stamp
while read -r source file; do files[$source]+=" $file"; done < <(included)
while read -r source line; do command[$source]=$line; done < <(commands)
configuration=$(cat .clang-tidy cli/.clang-tidy tests/.clang-tidy "$0" | sha256sum)

stale=()
for source in "${!command[@]}"; do
    [[ $source != "$build"/* ]] || continue  # CMake's own, of the precompiled headers
    [[ $source != "$root"/tests/unit/* ]] || continue
    [[ -v files[$source] ]] || { echo "tidy: '$source' has not been built" >&2; exit 1; }
    # shellcheck disable=SC2086  # file names here have no spaces
    hash=$({ echo "$configuration ${command[$source]}"; sha256sum ${files[$source]}; } | sha256sum | cut -d ' ' -f 1)
    name=${source#"$root/"}
    stamp[$source]=$stamps/${name//\//_}
    [[ -e ${stamp[$source]} && $(<"${stamp[$source]}") == "$hash" ]] || stale+=("$source" "${stamp[$source]}" "$hash")
done
((${#stale[@]})) || exit 0

# One at a time in two processes; a stamp is written when a source is clean.
printf '%s\0' "${stale[@]}" | xargs -0 -n 3 -P 2 bash -c '
    if output=$(clang-tidy-14 --quiet -p "$0" "$1" 2>/dev/null); then echo "$3" >"$2"; else echo "${output:-tidy: clang-tidy failed on $1}"; exit 1; fi
' "$build/tidy/commands"
