#!/bin/bash
# Every relative link of a page leads to a file that is there, and to a heading of it; every page is led to.
root=$(dirname "$(realpath "$0")")/../..
python3 - "$(realpath "$root")" <<'PY'
import os
import re
import sys

root = sys.argv[1]
pages = [os.path.join(folder, file) for folder, folders, files in os.walk(root)
         if not any(part.startswith((".", "build")) for part in os.path.relpath(folder, root).split(os.sep) if part != ".")
         for file in files if file.endswith(".md")]


def text_of(page):
    return re.sub(r"^(    |\t).*$", "", open(page).read(), flags=re.M)


def anchors(page):
    headings = re.findall(r"^#+ (.*)$", open(page).read(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


broken, led_to = [], set()
for page in pages:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
        if not os.path.exists(file):
            broken.append(f"{os.path.relpath(page, root)}: no file '{target}'")
        elif anchor and anchor not in anchors(file):
            broken.append(f"{os.path.relpath(page, root)}: no heading '{target}'")
        led_to.add(file)
for page in pages:
    if page.startswith(os.path.join(root, "docs")) and page not in led_to:
        broken.append(f"{os.path.relpath(page, root)}: no page leads here")
print("\n".join(broken) or f"{len(pages)} pages, no broken link")
sys.exit(bool(broken))
PY
