#!/bin/bash
# walls.sh BUILD: the target graph is the privilege graph (docs/architecture.md). What a folder includes and what a
# program is made of are held against it.
set -euo pipefail
build=$1
cd "$(dirname "$0")/../.."
failed=0
refuse() {
    echo "walls: $*" >&2
    failed=1
}

# Folder: the folders besides itself whose headers it may include.
declare -A may_include=(
    [ca/base]=""
    [ca/x509]="ca/base"
    [ca/token]="ca/base ca/x509"
    [ca/sign]="ca/base ca/x509"
    [ca/exchange]="ca/base ca/x509"
    [ca/status]="ca/base ca/x509 ca/exchange"
    [ca/doctor]="ca/base ca/x509 ca/exchange"
    [ca/root]="ca/base ca/x509 ca/sign"
    [ca/issuer]="ca/base ca/x509 ca/token ca/sign ca/exchange"
    [distribute/process]="ca/base"
    [distribute/handshake]="ca/base ca/x509"
    [distribute/trust]="ca/base ca/x509 distribute/process"
    [distribute/push]="ca/base ca/x509 ca/exchange distribute/process"
    [distribute/receive]="ca/base ca/x509 ca/exchange distribute/process distribute/handshake"
    [cli/common]="ca/base ca/x509 ca/exchange"
    [cli/log]="cli/common ca/base ca/exchange"
    [cli/root]="cli/common ca/base ca/x509 ca/token ca/sign ca/root"
    [cli/issuer]="cli/common cli/log ca/base ca/x509 ca/sign ca/exchange ca/issuer"
    [cli/distributor]="cli/common cli/log ca/base ca/x509 ca/exchange distribute/process distribute/push"
    [cli/receiver]="cli/common ca/base ca/x509 ca/exchange distribute/process distribute/handshake distribute/receive"
    [cli/halfday]="cli/common ca/base ca/x509 ca/exchange ca/status ca/doctor distribute/process distribute/handshake distribute/trust"
)

includes() {
    for source in ca/*/ distribute/*/ cli/*/; do
        folder=${source%/}
        if [[ ! -v may_include[$folder] ]]; then
            refuse "$folder: what may it include? Say so in tests/style/walls.sh and in CMake"
            continue
        fi
        while IFS=: read -r file line text; do
            included=${text#*\"}
            [[ " $folder ${may_include[$folder]} " == *" ${included%/*} "* ]] ||
                refuse "$file:$line: $folder may not include \"${included%\"*}\""
        done < <(grep -rnE '^ *# *include *"' "$folder")
    done
    while read -r found; do
        refuse "$found: OpenSSL's headers are for ca/x509 and distribute/handshake"
    done < <(grep -rnE '^ *# *include *<openssl/' ca distribute cli | grep -vE '^(ca/x509|distribute/handshake)/')
    while read -r found; do
        refuse "$found: TLS is for distribute/handshake"
    done < <(grep -rnE '^ *# *include *<openssl/ssl' ca distribute cli | grep -v '^distribute/handshake/')
}

# The functions and data that the library of a part defines, but what the compiler makes in every file.
defined() { nm --defined-only --format=posix "$@" | awk '$2 ~ /^[TDBR]$/ { print $1 }' | sort -u; }

shared() { comm -12 <(defined "$build/bin/$1") <(defined "$build/lib/libhalfday_$2.a"); }

# without PROGRAM PART...: nothing of these parts is in the program.
without() {
    local program=$1 part symbols
    shift
    for part; do
        [[ -e $build/lib/libhalfday_$part.a ]] || continue
        symbols=$(shared "$program" "$part" | head -n 3 | c++filt)
        [[ -z $symbols ]] || refuse "$program has code of $part: ${symbols//$'\n'/; }"
    done
}

# unlinked PROGRAM LIBRARY
unlinked() {
    if readelf --dynamic "$build/bin/$1" | grep -q "NEEDED.*\[$2"; then refuse "$1 is linked with $2"; fi
}

programs() {
    for program in halfday-root halfday-issuer halfday-distributor halfday-receiver halfday; do
        [[ -x $build/bin/$program ]] || { refuse "$program has not been built"; return; }
    done
    # If this didn't find what is there, it would find nothing anywhere.
    [[ $(shared halfday-issuer sign) ]] || refuse "halfday-issuer's symbols can't be read"

    without halfday-root doctor exchange status issuer process handshake trust push receive
    without halfday-issuer doctor status root process handshake trust push receive
    without halfday-distributor doctor status token sign root issuer handshake trust receive
    without halfday-receiver doctor status token sign root issuer trust push
    without halfday token sign root issuer push receive
    unlinked halfday-root libssl
    unlinked halfday-issuer libssl
}

includes
programs
exit $failed
