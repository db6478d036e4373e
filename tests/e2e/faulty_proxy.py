"""faulty_proxy.py PORT TARGET-PORT FOLDER: a TCP proxy on 127.0.0.1 with faults.

FOLDER/fault, if there is one, says what happens to each connection: "cut N" closes it when N bytes have passed in both
directions together, "stall N" passes nothing any more, "garble N" changes one byte there. FOLDER/passed says how many
bytes the last connection passed that came to its end.
"""

import os
import selectors
import socket
import sys
import threading

port, target, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]


def fault_now():
    try:
        with open(os.path.join(folder, "fault")) as file:
            kind, at = file.read().split()
            return kind, int(at)
    except (FileNotFoundError, ValueError):
        return None, 0


def note_passed(passed):
    path = os.path.join(folder, "passed")
    with open(path + ".new", "w") as file:
        file.write(str(passed))
    os.rename(path + ".new", path)


def serve(client):
    kind, at = fault_now()
    server = socket.create_connection(("127.0.0.1", target))
    selector = selectors.DefaultSelector()
    selector.register(client, selectors.EVENT_READ, server)
    selector.register(server, selectors.EVENT_READ, client)
    passed = 0
    ended = 0
    while ended < 2:
        for key, _ in selector.select():
            try:
                data = key.fileobj.recv(65536)
            except OSError:
                data = b""
            if not data:
                selector.unregister(key.fileobj)
                ended += 1
                try:
                    key.data.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                continue
            if kind and passed + len(data) > at:
                keep = max(at - passed, 0)
                if kind == "garble":
                    data = data[:keep] + bytes([data[keep] ^ 1]) + data[keep + 1 :]
                    kind = None
                else:
                    if keep:
                        key.data.sendall(data[:keep])
                    if kind == "stall":
                        threading.Event().wait(60)
                    client.close()
                    server.close()
                    return
            try:
                key.data.sendall(data)
            except OSError:
                pass
            passed += len(data)
    note_passed(passed)
    client.close()
    server.close()


listener = socket.create_server(("127.0.0.1", port))
while True:
    connection, _ = listener.accept()
    threading.Thread(target=serve, args=(connection,), daemon=True).start()
