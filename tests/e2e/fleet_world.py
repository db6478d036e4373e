#!/usr/bin/env python3
"""fleet_world.py FOLDER HOSTS: etc/ and state/ of an issuer box with that many hosts, as its programs would have left
them a minute ago: inventory and both snapshots. All is well but web0001 (rolled back; its words are hostile), web0002
(dark for an hour), web0003 (unreachable, little left) and web0004 (nothing was issued yet)."""
import base64, json, os, sys, time

folder, count = sys.argv[1], int(sys.argv[2])
now = int(time.time())
hostile = '</script><script>document.title="taken"</script><img src=x onerror=alert(1)>|\x1b[2J\n"{{host}}"'


def write(path, text):
    path = os.path.join(folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def host_file(name):
    spki = bytes.fromhex("302a300506032b6570032100") + os.urandom(32)
    return (f"host: {name}\nreach: ssh://halfday-receiver@{name}\n"
            f"identity: ed25519:{base64.b64encode(spki).decode()}\n"
            f"certificates: {{www: {{names: [{name}]}}}}\n")


def serial(number):
    return f"01{number:030x}"


hosts, issued, delivered = [], [], []
for number in range(1, count + 1):
    name = f"web{number:04}.example.org"
    write(f"etc/hosts.d/{name}.yaml", host_file(name))
    at = now - 60 * (number * 7 % 240)
    life = 11 * 3600 + 1800
    entry = {"host": name, "entry": "www", "serial": serial(number), "issued_at": at, "not_after": at + life,
             "due_at": at + 4 * 3600, "refused": "", "refused_request": ""}
    got = {"host": name, "entry": "www", "outcome": "proved", "reason": "", "attempted": serial(number),
           "serving": serial(number), "not_after": at + life, "proved_at": at + 20,
           "story": f"{at + 10} r0 s2 t31 f33 t60 l91 h140", "fetched_at": at + 20, "sent_at": at + 10, "asked_at": at - 60}
    reached = {"host": name, "reached_at": now - 60, "problem": "", "skew": 0}
    if number == 1:
        got.update(outcome="rolled_back", reason=hostile, serving=serial(900001), story=f"{at + 10} r0 s2 t31 f33 l91 H3100 b3101")
    elif number == 2:
        entry.update(issued_at=now - life - 3600, not_after=now - 3600, due_at=now - life + 3 * 3600,
                     refused="name 'www.example.com' is not permitted")
        got.update(not_after=now - 3600, proved_at=now - life - 3500)
    elif number == 3:
        entry.update(issued_at=now - life + 5400, not_after=now + 5400, due_at=now - 3 * 3600)
        got.update(not_after=now + 5400, proved_at=now - life + 5430)
        reached.update(reached_at=now - 3 * 3600, problem="cannot connect: Connection timed out", misses=4,
                       missed_at=now - 300, held_until=now + 600, hint="is it up?")
    elif number == 4:
        entry = {"host": name, "entry": "www", "serial": "", "refused": "", "refused_request": ""}
        got = {"host": name, "entry": "www", "outcome": "none", "reason": "", "attempted": "", "serving": "", "story": ""}
    hosts.append(reached)
    issued.append(entry)
    delivered.append(got)

day = 86400
issuer = {"at": now - 60, "root": "50b3 12f5 cbc7 1675 9f56 20d7 3a7c c114", "root_not_after": now + 3000 * day,
          "intermediate_not_after": now + 30 * day, "problem": "", "entries": issued, "certificate_life": 41400,
          "intermediates": [{"key": "50b3 12f5 cbc7 1675", "not_before": now - 30 * day, "not_after": now + 5 * day},
                            {"key": "9f56 20d7 3a7c c114", "not_before": now - day // 2, "not_after": now + 34 * day}],
          "shared_keys": [],
          "crls": [{"root": "CN=Example Root", "number": "4096", "next_update": now + 60 * day, "revoked": 1}],
          "totals": [{"of": "minted", "count": 12345}, {"of": "refused", "count": 6}], "run_ms": 210}
write("state/status/issuer/status.json", json.dumps(issuer, separators=(",", ":")))
write("state/status/distributor/status.json",
      json.dumps({"at": now - 60, "hosts": hosts, "entries": delivered,
                  "totals": [{"of": of, "count": count} for of, count in
                             (("unanswered", 3), ("proved", 12300), ("rolled_back", 2), ("failed", 0))],
                  "run_ms": 1850}, separators=(",", ":")))
