#!/bin/bash
# Every command of halfday's that a page names is one, with options that it has: in blocks and in the text.
root=$(dirname "$(realpath "$0")")/../..
python3 -B - "$(realpath "$root")" "$1/bin" <<'PY'
import os
import re
import shlex
import sys

root, programs = sys.argv[1:]
sys.path.insert(0, os.path.join(root, "docs", "man"))
from options import every, options_at, read

PROGRAMS = ["halfday", "halfday-root", "halfday-issuer", "halfday-distributor", "halfday-receiver"]
known = {}
for program in PROGRAMS:
    top = read(programs, (program,))
    for command in every(top):
        known[command.words] = {name: option for option in options_at(command, top) for name in option.names}
        known[command.words].update({"-h": None, "--help": None, "--version": None})
has_subcommands = {words[:-1] for words in known if len(words) > 1}


def fault_of(words):
    """What is wrong with a command line of ours, or None."""
    path = (words[0],)
    rest = words[1:]
    for word in rest:
        if word.startswith("-"):
            break
        if path + (word,) not in known:
            if path in has_subcommands and re.fullmatch(r"[a-z][a-z-]*", word) and path[-1] in PROGRAMS + ["host"]:
                return f"no command '{' '.join(path)} {word}'"
            break
        path += (word,)
    for word in rest:
        if word.startswith("--") and len(word) > 2 and word.split("=")[0] not in known[path]:
            return f"'{' '.join(path)}' has no option '{word}'"
    return None


def commands_of(page):
    """The command lines of a page: those of its blocks, and those in the text between backquotes."""
    inside = False
    text = re.sub(r"\\\n\s*", "", open(page).read())
    for line in text.split("\n"):
        if line.startswith("```"):
            inside = not inside
        elif inside or line.startswith("    "):
            yield line.strip()
        else:
            yield from re.findall(r"`([^`]+)`", line)


def first_command(text):
    text = re.sub(r"^(\$|#) ", "", text)
    text = re.sub(r"^sudo (-u \S+ |-\S+ )*", "", text)
    return re.split(r"\s+#|\s\||;|&&|\)| >|  +", text)[0]


broken, seen = [], 0
for folder, folders, files in os.walk(root):
    folders[:] = [name for name in folders if not name.startswith((".", "build"))]
    for file in sorted(files):
        if not file.endswith(".md") or file == "CHANGELOG.md":
            continue
        page = os.path.join(folder, file)
        for text in commands_of(page):
            try:
                words = shlex.split(first_command(text))
            except ValueError:
                continue
            if words and words[0] in PROGRAMS and not any(word.endswith(":") for word in words[1:4]):
                seen += 1
                fault = fault_of(words)
                if fault:
                    broken.append(f"{os.path.relpath(page, root)}: {fault}: {text}")
print("\n".join(broken) or f"{seen} commands, each of which is one")
sys.exit(bool(broken) or seen < 200)
PY
