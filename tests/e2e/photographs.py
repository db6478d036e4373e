"""photographs.py FOLDER: the screen of `halfday-root qr` on standard input, photographed: FOLDER/N.pgm for each code.

A camera's picture: dark grey and light grey with noise, turned by two degrees, off the middle, a little unsharp.
"""

import math
import random
import re
import sys

folder = sys.argv[1]
PIXELS = 5  # a module
HALVES = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}

screens, rows = [], None
for line in sys.stdin.read().splitlines():
    text = re.sub("\033\\[[0-9;]*m", "", line)
    if re.fullmatch(r"code \d+ of \d+", text):
        rows = []
        screens.append(rows)
    elif line.startswith("\033[") and rows is not None:
        halves = [HALVES[character] for character in text]
        rows.append([upper for upper, _ in halves])
        rows.append([lower for _, lower in halves])

for number, modules in enumerate(screens, 1):
    noise = random.Random(number)
    size = len(modules[0]) * PIXELS
    edge = size // 8
    turn = math.radians(2)
    picture = bytearray()
    for y in range(size + 2 * edge):
        for x in range(size + 2 * edge):
            at = x - edge - size / 2 + 0.5, y - edge - size / 2 + 0.5
            light = 0
            for dx, dy in ((0, 0), (0.7, 0), (0, 0.7)):  # unsharp
                u = (at[0] + dx) * math.cos(turn) - (at[1] + dy) * math.sin(turn) + size / 2
                v = (at[0] + dx) * math.sin(turn) + (at[1] + dy) * math.cos(turn) + size / 2
                column, row = math.floor(u / PIXELS), math.floor(v / PIXELS)
                light += 0 <= row < len(modules) and 0 <= column < len(modules[row]) and modules[row][column]
            picture.append(min(255, max(0, int(50 + light * 55 + noise.gauss(0, 8)))))
    with open(f"{folder}/{number}.pgm", "wb") as file:
        file.write(b"P5 %d %d 255\n" % (size + 2 * edge, size + 2 * edge) + picture)
