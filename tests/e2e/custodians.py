#!/usr/bin/env python3
"""custodians.py FOLDER COMMAND...: runs a command at a terminal, as custodians would.

What a custodian writes down of share N goes to FOLDER/N. When it is to be typed back, share 1 is at first typed with a
word left out, and share 2 rightly at once; the others aren't. Every other question gets the next line of FOLDER/lines, where "share N" is what is on its paper. The screen's text goes to
standard output, that of each moment when it was cleared to FOLDER/cleared.
"""
import codecs
import os
import pty
import re
import sys

folder = sys.argv[1]
lines = open(f"{folder}/lines").read().splitlines() if os.path.exists(f"{folder}/lines") else []
clear = "\033[H\033[2J\033[3J"
tried = set()
decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")  # a character may come in two parts


def write_down(screen):
    number = re.search(r"share (\d+) of", screen)[1]
    words = re.findall(r"^ *\d+ [a-z]+|(?<=  )\d+ [a-z]+", screen, re.M)
    words = [word.split()[1] for word in sorted(words, key=lambda word: int(word.split()[0]))]
    with open(f"{folder}/{number}", "w") as paper:
        paper.write(" ".join(words) + "\n")


def photograph(number, screen):
    """The screen's code as an image (PBM, 1 is black), four dots a module."""
    rows = []
    for line in screen.splitlines():
        if not line.startswith("\033[97;40m"):
            continue
        blocks = line[len("\033[97;40m"):line.index("\033[0m")]
        rows.append("".join("0000" if block in "█▀" else "1111" for block in blocks))
        rows.append("".join("0000" if block in "█▄" else "1111" for block in blocks))
    with open(f"{folder}/{number}.pbm", "w") as image:
        image.write(f"P1\n{len(rows[0])} {4 * len(rows)}\n")
        for row in rows:
            image.write((row + "\n") * 4)


def answer(question, screen):
    if "when it is on paper" in question:
        write_down(screen)
        return ""
    if "when it is photographed" in question:
        photograph(re.search(r"share (\d+)", screen)[1], screen)
        return ""
    back = re.search(r"share (\d+): type it from the paper", question)
    if not back:
        line = lines.pop(0)
        return open(f"{folder}/{line[6:]}").read().strip() if line.startswith("share ") else line
    words = open(f"{folder}/{back[1]}").read().split()
    if int(back[1]) > 2:
        return ""
    if back[1] == "1" and "1" not in tried:
        tried.add("1")
        return " ".join(words[1:])
    return " ".join(words)


pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
seen, answered = "", 0
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    seen += decoder.decode(part).replace("\r", "")
    if seen.endswith(": ") and len(seen) > answered:
        answered = len(seen)
        os.write(terminal, answer(seen.splitlines()[-1], seen[seen.rfind(clear) + 1:]).encode() + b"\n")
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
with open(f"{folder}/cleared", "w") as cleared:
    cleared.write(seen.split(clear)[-1])
sys.stdout.write(seen.replace(clear, "\n"))
sys.exit(status)
