#!/bin/bash
# Three verifiers that know nothing of halfday accept a chain of its exact profile, and refuse each name outside the
# intermediate's constraints, an IP address that is not permitted as well, even where the issuer's own lint was got around.
set -euo pipefail
. "$(dirname "$0")/expect.sh"

W=$(mktemp -d /tmp/halfday-verifiers.XXXXXX)
trap 'rm -rf "$W"' EXIT
cd "$W"
"${HALFDAY_BIN:?}/tests/make-chains" .

# What an issuer made that may sign for IP addresses too begins with "ip-".
of() { case $1 in ip-*) echo "ip-$2" ;; *) echo "$2" ;; esac; }

in_openssl() {
  openssl verify -x509_strict -purpose sslserver -CAfile "$(of "$1" root).pem" -untrusted "$(of "$1" intermediate).pem" "$1.pem"
}

in_gnutls() {
  cat "$1.pem" "$(of "$1" intermediate).pem" >"$1-chain.pem"
  certtool --verify --load-ca-certificate "$(of "$1" root).pem" --infile "$1-chain.pem"
}

in_nss() { certutil -V -u V -n "$1" -d "sql:$(of "$1" nss)"; }

for issuer in "" ip-; do
  mkdir "${issuer}nss"
  certutil -N -d "sql:${issuer}nss" --empty-password
  certutil -A -d "sql:${issuer}nss" -n root -t C,, -i "${issuer}root.pem"
  certutil -A -d "sql:${issuer}nss" -n intermediate -t ,, -i "${issuer}intermediate.pem"
done
for name in good wildcard foreign suffix address ip-good ip-name ip-beside ip-v6 ip-foreign; do
  certutil -A -d "sql:$(of $name nss)" -n $name -t ,, -i $name.pem
done

promise "each verifier accepts a name, a wildcard and an IP address within the constraints"
for name in good wildcard ip-good ip-name; do
  expect 0 in_openssl $name
  expect_text "^$name.pem: OK"
  expect 0 in_gnutls $name
  expect_text "Chain verification output: Verified"
  expect 0 in_nss $name
  expect_text "certificate is valid"
done

promise "OpenSSL holds the chain to the name that was asked for"
expect 0 openssl verify -x509_strict -CAfile root.pem -untrusted intermediate.pem -verify_hostname www.example.test good.pem
expect 2 openssl verify -x509_strict -CAfile root.pem -untrusted intermediate.pem -verify_hostname example.test good.pem
expect 0 openssl verify -x509_strict -CAfile ip-root.pem -untrusted ip-intermediate.pem -verify_ip 192.0.2.7 ip-good.pem
expect 2 openssl verify -x509_strict -CAfile ip-root.pem -untrusted ip-intermediate.pem -verify_ip 192.0.2.8 ip-good.pem

promise "each verifier refuses a name outside the constraints, and an IP address that is not permitted, of either kind"
for name in foreign suffix address ip-beside ip-v6 ip-foreign; do
  expect 2 in_openssl $name
  expect_text "error (47|48) .*(permitted|excluded) subtree violation"
  expect 1 in_gnutls $name
  expect_text "violates the signer's constraints"
  expect 255 in_nss $name
  expect_text "not permitted to issue a certificate with this name"
done

promise "the certificates are good for nothing under another root"
"$HALFDAY_BIN/tests/make-chains" "$(mkdir other && echo other)"
expect 2 openssl verify -x509_strict -CAfile other/root.pem -untrusted intermediate.pem good.pem
expect 1 certtool --verify --load-ca-certificate other/root.pem --infile good-chain.pem
