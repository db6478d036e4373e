#!/usr/bin/env python3
"""in_terminal.py COLUMNS LINES [--key-after SECONDS] COMMAND…: runs it on a terminal of that size, prints what it drew,
ends as it ended. With --key-after Ctrl-C is typed then, and the size changes shortly before."""
import fcntl, os, pty, select, struct, sys, termios, time

columns, lines = int(sys.argv[1]), int(sys.argv[2])
command, patience = sys.argv[3:], None
if command[0] == "--key-after":
    patience, command = float(command[1]), command[2:]


def resize(terminal, width):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, width, 0, 0))


child, terminal = pty.fork()
if child == 0:
    resize(0, columns)
    os.execvp(command[0], command)
begin, typed = time.monotonic(), patience is None
drawn = b""
while True:
    if not typed and time.monotonic() - begin > patience:
        resize(terminal, columns + 10)
        time.sleep(0.3)
        os.write(terminal, b"\x03")
        typed = True
    if not select.select([terminal], [], [], 0.1)[0]:
        if time.monotonic() - begin > 60:
            sys.exit("it does not end")
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:  # EIO: it has ended
        break
    if not data:
        break
    drawn += data
sys.stdout.buffer.write(drawn)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256)
