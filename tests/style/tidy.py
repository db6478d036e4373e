#!/usr/bin/env python3
"""tidy.py BUILD: clang 14 compiles every source without a warning and clang-tidy has nothing to say.

The sources of a folder are looked at as one, which takes a fifth of the time: most of it goes into the headers. The unit
tests are left out: they are no program's. What was clean is looked at again only when a source of it, a header of ours that
one includes, its command line or the configuration has changed: BUILD/tidy/ holds the hash of all of that.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# It tells OpenSSL's headers something that is for it alone.
ALONE = "ca/x509/engine_key.cpp"
CONFIGURATION = [ROOT / ".clang-tidy", ROOT / "tests/.clang-tidy", pathlib.Path(__file__)]
# What the command line of GCC has and clang does not know.
FOREIGN = re.compile(r"^\S*ccache | (-Winvalid-pch )?-include \S*/cmake_pch\.hxx| -Wno-(array-bounds|stringop-\S+)")


def digest(data):
    return hashlib.sha256(data).hexdigest()


def own_files(build):
    """For each object, our own files that its source includes, the source first, as the compiler has told ninja."""
    files, current = {}, None
    listing = subprocess.run(["ninja", "-C", build, "-t", "deps"], check=True, capture_output=True, text=True)
    for line in listing.stdout.splitlines():
        if not line.startswith(" "):
            current = files.setdefault(line.split(":")[0], []) if line else None
        else:
            path = pathlib.Path(os.path.normpath(build / line.strip()))
            if path.is_relative_to(ROOT) and not path.is_relative_to(build):
                current.append(path)
    return {members[0]: members for members in files.values() if members}


def group_of(name):
    """The folder, where all sources are of one library or program; else the source itself."""
    if name != ALONE and re.fullmatch(r"(ca|distribute|cli)/[^/]+/[^/]+\.cpp", name):
        return str(pathlib.PurePath(name).parent)
    return name


def groups(build):
    """GROUP: its sources with their command lines."""
    found = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["file"])
        if source.name.startswith("unity_"):
            sys.exit("tidy: this build has several sources as one: cmake --preset default -DCMAKE_UNITY_BUILD=OFF, and build")
        name = str(source.relative_to(ROOT))
        if source.is_relative_to(build) or name.startswith("tests/unit/"):
            continue  # the former are CMake's own
        found.setdefault(group_of(name), {})[source] = FOREIGN.sub("", entry["command"])
    return {group: list(sources.items()) for group, sources in found.items()}


def joined(group, sources, folder):
    """One source that includes them all, and its command line; of one source, that itself."""
    first, command = sources[0]
    if len(sources) == 1:
        return first, command
    together = folder / (group.replace("/", "_") + ".cpp")
    together.write_text("".join(f'#include "{source}"\n' for source, _ in sources))
    return together, command.replace(f" -c {first}", f" -c {together}")


def complaint(commands, source):
    """What clang-tidy says, or nothing."""
    ran = subprocess.run(["clang-tidy-14", "--quiet", "--checks=-bugprone-suspicious-include", "-p", commands, source],
                         capture_output=True, text=True)
    return "" if ran.returncode == 0 else ran.stdout + f"tidy: clang-tidy failed on {source}\n"


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    files = own_files(build)
    configuration = "".join(path.read_text() for path in CONFIGURATION)
    entries, stale = [], []
    for group, sources in sorted(groups(build).items(), key=lambda each: -len(each[1])):  # the longest first
        for source, _ in sources:
            if source not in files:
                sys.exit(f"tidy: '{source}' has not been built")
        source, command = joined(group, sources, folder)
        entries.append({"directory": str(build), "command": command, "file": str(source)})
        parts = [digest(path.read_bytes()) for each, _ in sources for path in files[each]]
        state = digest("\n".join([configuration, command, *parts]).encode())
        stamp = folder / (group.replace("/", "_") + ".clean")
        if not stamp.exists() or stamp.read_text() != state:
            stale.append((source, stamp, state))
    (folder / "compile_commands.json").write_text(json.dumps(entries, indent=1))

    is_clean = True
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for (_, stamp, state), said in zip(stale, pool.map(lambda each: complaint(folder, each[0]), stale)):
            if said:
                is_clean = False
                print(said, flush=True)
            else:
                stamp.write_text(state)
    sys.exit(0 if is_clean else 1)


if __name__ == "__main__":
    main()
