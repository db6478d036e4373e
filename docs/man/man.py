#!/usr/bin/env python3
"""man.py PROGRAMS PROGRAM <PAGE.scd: the page, with what PROGRAM says of its options where it has @COMMANDS@."""
import re
import sys

import options


def plain(text):
    """Text that scdoc takes as it stands."""
    return re.sub(r"([\\*_#~`\[\]|.-])", r"\\\1", text) if text else text


def sentence(text):
    first = text.split(" ")[0]
    return (text[:1].upper() + text[1:] if first.strip(",:;").isalpha() else text) + ("" if text.endswith(".") else ".")


def entry(argument):
    names = ", ".join(f"*{plain(name)}*" if name.startswith("-") else f"_{plain(name)}_" for name in argument.names)
    positional = not argument.names[0].startswith("-")
    value = "|".join(argument.choices) or argument.value
    if value and not positional:
        names += f" _{plain(value)}_"
    names += " …" if argument.repeated else ""
    what = sentence(plain(argument.what))
    if argument.default:
        what += f" Default: {plain(argument.default)}."
    if argument.required:
        what += " Required." if not positional else ""
    return f"{names}\n\t{what}\n"


def section(command):
    lines = [f"## {plain(' '.join(command.words))}", "", sentence(plain(command.what)), ""]
    if not command.commands:
        lines = [lines[0], "", f"*{plain(command.usage)}*", "", *lines[2:]]
    lines += [entry(argument) for argument in command.positionals + options.own_options(command)]
    if command.examples and not command.commands:
        lines += ["For example:", "", "```", *[re.sub("^  ", "", line) for line in command.examples.rstrip().split("\n")], "```", ""]
    return "\n".join(lines)


def main():
    folder, program = sys.argv[1:]
    page = sys.stdin.read()
    if "@COMMANDS@" not in page:
        sys.stdout.write(page)
        return
    top = options.read(folder, (program,))
    generated = ["# OPTIONS", "", "These may stand before the subcommand, and most after it too.", "",
                 *[entry(option) for option in options.options_at(top, top)],
                 "# COMMANDS", "", *[section(command) for command in options.every(top) if command is not top]]
    sys.stdout.write(page.replace("@COMMANDS@", "\n".join(generated)))


main()
