#!/bin/bash
# Names on a grid: four pairs of constraints, twenty names each, and the verdicts of OpenSSL, GnuTLS, NSS and, where it is
# installed, Go. What halfday signs all of them take; what one of them refuses no receiver takes; and each case in which they
# take what halfday does not sign is named below with its reason.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"

W=$(mktemp -d /tmp/halfday-names.XXXXXX)
trap 'rm -rf "$W"' EXIT
cd "$W"
"${HALFDAY_BIN:?}/tests/name-grid" . >grid

in_openssl() {
  openssl verify -x509_strict -purpose sslserver -CAfile "$2-root.pem" -no-CApath -no-CAstore -untrusted "$2-intermediate.pem" "$1.pem"
}
in_gnutls() { cat "$1.pem" "$2-intermediate.pem" | certtool --verify --load-ca-certificate "$2-root.pem"; }
in_nss() { certutil -V -u V -n "$1" -d "sql:$2"; }
in_go() { ./verify "$1.pem" "$2-intermediate.pem" "$2-root.pem"; }
for set in names both root intermediate; do
  mkdir $set
  certutil -N -d sql:$set --empty-password
  certutil -A -d sql:$set -n root -t C,, -i $set-root.pem
  certutil -A -d sql:$set -n intermediate -t ,, -i $set-intermediate.pem
done
while read -r file set _; do
  certutil -A -d "sql:$set" -n "$file" -t ,, -i "$file.pem"
done <grid

VERIFIERS=(openssl gnutls nss)
if command -v go >/dev/null; then
  VERIFIERS+=(go)
  cat >verify.go <<'GO'
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

func certificate(file string) *x509.Certificate {
	text, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(text)
	parsed, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return parsed
}

func main() {
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	intermediates.AddCert(certificate(os.Args[2]))
	roots.AddCert(certificate(os.Args[3]))
	_, err := certificate(os.Args[1]).Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
GO
  GOCACHE=$W/go GO111MODULE=off GOFLAGS='' go build -o verify verify.go
else
  echo "skipped: there is no Go here"
fi

# "VERIFIER SET NAME", for each verdict.
while read -r file set name signs takes; do
  for verifier in "${VERIFIERS[@]}"; do
    if "in_$verifier" "$file" "$set" >"$file.$verifier" 2>&1; then verdict=takes; else verdict=refuses; fi
    echo "$verifier $set $name $signs $takes $verdict"
  done
done <grid >verdicts

listed() { awk "$1 { print \$1, \$2, \$3 }" verdicts; }
promise "every verifier takes what halfday signs"
expect_same 0 "$(listed '$4 == "signs" && $5 != "takes"' | wc -l)"
expect_same "" "$(listed '$4 == "signs" && $6 == "refuses"')"

promise "a receiver takes nothing that a verifier refuses"
expect_same "" "$(listed '$5 == "takes" && $6 == "refuses"')"

promise "what halfday does not sign and others take is this alone"
others() { for name in "$@"; do for set in $sets; do for verifier in $verifiers; do echo "$verifier $set $name"; done; done; done; }
{
  # They compare a wildcard as if it were a name; clients then take it for the excluded name that it matches. (Newer Go
  # refuses it as well, so Go's verdict is left out.)
  sets="both root intermediate" verifiers="openssl gnutls nss" others '*.example.test' '*.deep.example.test'
  # The same name in other letters, rightly; halfday writes one form of each name.
  sets="names both root intermediate" verifiers="${VERIFIERS[*]}" others WWW.Example.TEST
  sets=names verifiers="${VERIFIERS[*]}" others SECRET.Example.TEST
  # What no client asks for: a trailing dot, a leading one, and bytes that are no A-label.
  sets="names both root intermediate" verifiers=gnutls others www.example.test.
  sets=names verifiers=gnutls others secret.example.test.
  sets="names both root intermediate" verifiers="openssl gnutls nss" others .example.test 'b\xc3\xbccher.example.test'
} | sort >expected
listed '$4 == "refuses" && $6 == "takes"' | grep -v '^go .* \*' | sort >found
run diff expected found
expect_silence
expect_same 80 "$(wc -l <grid)"
echo "all promises held"
