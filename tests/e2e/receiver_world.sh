# Deliveries by hand to receivers, without sshd and the distributor, sourced after world.sh and expect.sh in a world that
# has an issuer: on_host chooses the host, new_chain has a certificate issued for each of ENTRIES, deliver takes it there.

EXCHANGE=$W/issuer/state/exchange
SSH_KEY=$W/issuer/state/distributor/id_ed25519.pub
HOURS=0
ENTRIES=(www)

# on_host HOST: sets h and RECEIVER.
on_host() {
  HOST=$1
  h=$W/$HOST
  [ ! -e "$h/ports" ] || world_ports "$HOST"
  RECEIVER=(moved "$BIN/halfday-receiver" --etc "$h/etc" --state "$h/state")
}

# Serves one visit with what is on stdin; the answer is in $h/answer.
visit() { "${RECEIVER[@]}" serve >"$h/answer"; }

# The delivery of the newest chains, or of nothing.
delivery() {
  python3 - "$EXCHANGE/chains/$HOST" "${1:-chains}" "${ENTRIES[@]}" <<'PY'
import json, sys
chains = [{"entry": e, "chain_file": open(f"{sys.argv[1]}/{e}.pem").read()} for e in sys.argv[3:] if sys.argv[2] != "nothing"]
print(json.dumps({"protocol": 1, "chains": chains}))
PY
}

# claim NAME [ENTRY]: of the newest receipt.
claim() {
  python3 - "$h/answer" "$1" "${2:-www}" <<'PY'
import base64, json, sys
jws = next(r["jws"] for r in json.load(open(sys.argv[1]))["receipts"] if r["entry"] == sys.argv[3]).split(".")[1]
print(json.loads(base64.urlsafe_b64decode(jws + "==")).get(sys.argv[2], ""))
PY
}

# What the distributor would do with the answer.
carry_requests() {
  local folder=$EXCHANGE/requests/$HOST entry
  install -d -o halfday-distributor -g halfday-distributor "$folder"
  python3 - "$h" <<'PY'
import json, sys
for request in json.load(open(sys.argv[1] + "/answer"))["requests"]:
    open(f"{sys.argv[1]}/{request['entry']}.request", "w").write(request["jws"])
PY
  for entry in "${ENTRIES[@]}"; do
    install -o halfday-distributor -g halfday-distributor -m 644 "$h/$entry.request" "$folder/$entry.jws"
  done
}

# Certificates are due every four hours.
next_cycle() {
  HOURS=$((HOURS + 4))
  world_clock "+${HOURS}h"
}

new_chain() {
  next_cycle
  delivery nothing | visit
  carry_requests
  hd halfday issue >/dev/null
}

deliver() { delivery | visit; }

# expect_receipt OUTCOME [REASON [ENTRY]]
expect_receipt() {
  local entry=${3:-www}
  [ "$(claim outcome "$entry")" = "$1" ] || fail "$HOST: the outcome is $(claim outcome "$entry"), not $1: $(claim reason "$entry")"
  [ "${2:-}" = "" ] || claim reason "$entry" | grep -Eq -- "$2" || fail "$HOST: the reason is not like $2: $(claim reason "$entry")"
}

live_serial() { basename "$(readlink "$h/state/live/${1:-www}")"; }

# add_to_inventory: takes the host's inventory from what init says of it.
add_to_inventory() {
  python3 -c 'import json, sys; print(json.load(sys.stdin)["inventory"], end="")' >"$W/issuer/etc/hosts.d/$HOST.yaml"
}
