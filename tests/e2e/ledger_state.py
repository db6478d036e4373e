"""Holds an issuer's state folder against what must always be so. Answers each line of standard input with "holds" or the
first thing that does not:

chains      every chain in the exchange has its row; no serial, request or request's id is there twice
done ROWS   and each host's newest chain answers its request; there are ROWS certificates; nothing was left behind
"""
import base64, hashlib, pathlib, re, shutil, sqlite3, sys, tempfile

STATE = pathlib.Path(sys.argv[1])
EXCHANGE = STATE / "exchange"


class Broken(Exception):
    pass


def rows():
    with tempfile.TemporaryDirectory() as folder:  # who opens the ledger itself would recover it before the issuer does
        for file in (STATE / "issuer").glob("ledger.db*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder)
        database = sqlite3.connect(folder + "/ledger.db")
        found = database.execute(
            "SELECT host, request_sha256, request_id, serial, certificate FROM certificates ORDER BY sequence").fetchall()
        database.close()
        return found


def leaf(chain):
    pem = re.search(r"-----BEGIN CERTIFICATE-----(.*?)-----END", chain.read_text(), re.S)
    if not pem:
        raise Broken(f"{chain} is no chain")
    return base64.b64decode(pem[1])


def require_rows(found):
    for column, what in ((1, "request"), (2, "request's id"), (3, "serial")):
        if len({row[column] for row in found}) != len(found):
            raise Broken(f"a {what} is in the ledger twice")
    certificates = {row[4] for row in found}
    for chain in EXCHANGE.glob("chains/*.test/*.pem"):
        if leaf(chain) not in certificates:
            raise Broken(f"{chain} has no row")


def require_done(found, wanted):
    if len(found) != wanted:
        raise Broken(f"{len(found)} rows, not {wanted}")
    for request in EXCHANGE.glob("requests/*/*.jws"):
        digest = hashlib.sha256(request.read_bytes()).hexdigest()
        newest = [row for row in found if row[0] == request.parent.name][-1]
        chain = EXCHANGE / "chains" / request.parent.name / "www.pem"
        if newest[1] != digest:
            raise Broken(f"{request} has no answer")
        if leaf(chain) != newest[4] or digest not in chain.read_text().splitlines()[0]:
            raise Broken(f"{chain} is not the newest certificate")
    left = [str(path) for path in STATE.rglob("*") if ".halfday-" in path.name or path.parent.name == "_staging"]
    if left:
        raise Broken(f"left behind: {left}")


for line in sys.stdin:
    wanted = line.split()
    try:
        found = rows()
        require_rows(found)
        if wanted[0] == "done":
            require_done(found, int(wanted[1]))
        print("holds", flush=True)
    except (Broken, OSError, sqlite3.Error) as fault:
        print(fault, flush=True)
