#!/bin/bash
# A changed profile reaches the canary first; where that can't install it, all go on by the profile before, until the
# host is mended and a person resumes.
here=$(dirname "$(realpath "$0")")
. "$here/world.sh"
. "$here/expect.sh"
world_enter own-network "$0" "$@"

CANARY=web1.example.test OTHER=web2.example.test
world_begin "$(mktemp -d /tmp/halfday-profile-rollout.XXXXXX)"
trap 'rm -rf "$W"' EXIT
S=$W/issuer/state/issuer
{
  world_root
  world_issuer
  world_web_server $CANARY 1 www1.example.test
  world_add_host $CANARY www1.example.test
  world_web_server $OTHER 2 www2.example.test
  world_add_host $OTHER www2.example.test
} >/dev/null
sed -i 's/max_lifetime: .*/max_lifetime: 12h/' "$W/$CANARY/etc/receiver.yaml"
settings() {
  cat >"$W/issuer/etc/halfday.yaml" <<YAML
rollout: {canary: [$CANARY]}
certificates: {lifetime: $1}
YAML
}
hours_of() {
  local pem
  pem=$(served_chain "$1" "$2")
  echo $((($(date -d "$(openssl x509 -noout -enddate <<<"$pem" | cut -d= -f2)" +%s) + 1 -
    $(date -d "$(openssl x509 -noout -startdate <<<"$pem" | cut -d= -f2)" +%s)) / 3600))
}
expect_hours() {
  expect_same "$1" "$(hours_of $CANARY www1.example.test)"
  expect_same "$2" "$(hours_of $OTHER www2.example.test)"
}
both_serve() {
  expect 0 client $CANARY www1.example.test
  expect 0 client $OTHER www2.example.test
}

promise "the profile of the first run is the one in use"
settings 12h
expect 0 hd halfday run
expect_hours 12 12
expect_same "600 certificates: {lifetime: 12h, backdate: 30m, keys: [P-256, P-384], wildcards: allowed, purpose: server}" \
  "$(stat -c %a "$S/profile.yaml") $(cat "$S/profile.yaml")"

promise "a changed one goes to the canary, whose receiver refuses it here, and to nobody else"
settings 20h
expect 0 hd halfday policy explain $CANARY
expect_text "lifetime +12h +the profile before"
world_clock +4h
run hd halfday run
expect_text "rollout: from now on the profile \{lifetime: 20h\} is in use for 1 of 2 hosts"
expect_hours 12 12
both_serve
expect 0 hd halfday status
expect_text "rollout of profile \{lifetime: 20h\}: wave 1 of 2; of the entries 0 serve it, 0 are to, 0 failed, 2 are under the one before"
expect 0 hd halfday policy explain $CANARY
expect_text "profile +the new one, in wave 1 of 2 +the rollout"
expect_text "lifetime +20h +$W/issuer/etc/halfday.yaml:2"
expect 0 hd halfday policy explain $OTHER
expect_text "profile +the one before, until wave 2 of 2 +the rollout"
expect_text "lifetime +20h +$W/issuer/etc/halfday.yaml:2, the new profile"

promise "that stops it, and says so; renewals go on by the profile before, the canary's too"
world_clock +330m
run hd halfday run
expect_text "the rollout of the profile \{lifetime: 20h\} has stopped: 1 of 1 entries .*$CANARY.*; the profile \{lifetime: 12h\} is in use for all"
run hd halfday status
expect_text "problem: the rollout of profile \{lifetime: 20h\} has stopped: .*halfday push --resume"
world_clock +9h
run hd halfday run
world_clock +550m
expect 0 hd halfday run
expect_hours 12 12
both_serve
world_clock +810m
expect 0 hd halfday run
both_serve

promise "when the host is mended and a person resumes, it goes on to the canary, then to all, and is the one in use"
sed -i 's/max_lifetime: .*/max_lifetime: 24h/' "$W/$CANARY/etc/receiver.yaml"
expect 0 hd halfday push --resume
expect_text "rollout: from now on the profile"
world_clock +18h
expect 0 hd halfday run
expect_hours 20 12
world_clock +1350m
expect 0 hd halfday run
expect_hours 20 20
expect 0 hd halfday run
expect_text "rollout: the profile \{lifetime: 20h\} is in use everywhere"
grep -q "lifetime: 20h" "$S/profile.yaml" || fail "the one in use is another"
both_serve

promise "a damaged profile.yaml stops issuing with what to do, and nothing is issued by whatever may be meant"
cp "$S/profile.yaml" "$W/profile.yaml"
echo "certificates: {lifetime: 2" >"$S/profile.yaml"
world_clock +27h
expect 1 hd halfday check
expect_text "cannot read the profile that is in use: .*profile.yaml"
expect_text "put back what certificates were issued by"
run hd halfday issue
expect_text "cannot read the profile that is in use"
[ "$STATUS" != 0 ] || fail "it went on"
cat "$W/profile.yaml" >"$S/profile.yaml"
expect 0 hd halfday run
expect_hours 20 20
echo "all promises held"
