#!/bin/bash
# page.sh SCDOC PYTHON PROGRAMS PAGE.scd VERSION OUT.gz: a man page, compressed. It has a version in place of a date, so that it is
# the same on every day.
set -euo pipefail
scdoc=$1 python=$2 programs=$3 page=$4 version=$5 out=$6
name=$(basename "$page" .scd)
text=$("$python" -B "$(dirname "$0")/man.py" "$programs" "${name%.*}" <"$page")
"$scdoc" <<<"$text" | sed "s/^\(\.TH \"[^\"]*\" \"[^\"]*\"\) \"[^\"]*\"/\1 \"\" \"halfday $version\"/" | gzip -9n >"$out.new"
mv "$out.new" "$out"
