#!/usr/bin/env python3
"""completion.py PROGRAMS PROGRAM bash|zsh|fish: that shell's completion of PROGRAM, from what it says of itself."""
import sys

import options

# Names alone: bash's compgen -W expands what it is given, a $(…) in a file's name too.
HOSTS = ("for f in /etc/halfday/hosts.d/*.yaml; do f=${f##*/} f=${f%.yaml}; "
         "case $f in *[!a-z0-9.-]*) ;; *) echo \"$f\" ;; esac; done")


def kind(argument):
    """What its value may be: "" for a flag, a list of words, "hosts" of the inventory, or "files"."""
    if not argument.value:
        return ""
    is_host = argument.names[0].lower() in ("host", "--host", "--why")
    return " ".join(argument.choices) or ("hosts" if is_host else "files")


def explain(top):
    """What `help` takes: the commands."""
    for command in options.every(top):
        if command.words[1:] == ("help",):
            command.positionals[0].choices = [below.words[-1] for below in top.commands]
    return top


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def path_of(command):
    return " ".join(command.words)


def names_of(arguments):
    return [name for argument in arguments for name in argument.names]


def bash(top):
    """One function: which command stands there, then what may follow it, then what fits the word at the cursor."""
    function = "_" + top.words[0].replace("-", "_")
    paths = "|".join(quoted(path_of(command)) for command in options.every(top) if command is not top)
    lines = [f"{function}() {{",
             "    local word=$2 before=$3 command=${1##*/} words='' options='' value='' i",
             "    if [[ $before == '=' ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi",
             "    for ((i = 1; i < COMP_CWORD; i++)); do",
             f"        case \"$command ${{COMP_WORDS[i]}}\" in {paths or quoted('-')}) command+=\" ${{COMP_WORDS[i]}}\" ;; esac",
             "    done",
             "    case $command in"]
    for command in options.every(top):
        taken = options.options_at(command, top)
        words = [below.words[-1] for below in command.commands]
        value = kind(command.positionals[0]) if command.positionals else ""
        lines += [f"        {quoted(path_of(command))})",
                  f"            words={quoted(' '.join(words))} value={quoted(value)}",
                  f"            options={quoted(' '.join(names_of(taken)))}",
                  "            case $before in"]
        lines += [f"                {'|'.join(option.names)}) words='' options='' value={quoted(kind(option))} ;;"
                  for option in taken if option.value]
        lines += ["            esac", "            ;;"]
    lines += ["    esac",
              "    case $value in",
              "        files) ;;  # as the shell does by itself",
              f"        hosts) words+=\" $({HOSTS})\" ;;",
              "        *) words+=\" $value\" ;;",
              "    esac",
              "    if [[ $word == -* || ! $words$value ]]; then words=$options; fi",
              "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")",
              "}",
              f"complete -o default -F {function} {top.words[0]}"]
    return lines


def zsh_text(text):
    """For a description in [] or after a colon."""
    return "".join("\\" + c if c in "[]:\\" else c for c in text)


def zsh_value(argument):
    if not argument.value and argument.names[0].startswith("-"):
        return ""
    actions = {"files": "_files", "hosts": f"_{argument.program}_hosts"}
    return f":{zsh_text(argument.value.lower())}:" + actions.get(kind(argument), f"({kind(argument)})")


def zsh_option(option):
    tail = f"[{zsh_text(option.what)}]" + zsh_value(option)
    if len(option.names) > 1:
        return f"'({' '.join(option.names)})'{{{','.join(option.names)}}}{quoted(tail)}"
    return quoted(("*" if option.repeated else "") + option.names[0] + tail)


def zsh(top):
    """A function a command; one with subcommands chooses among theirs."""
    program = top.words[0]
    lines = [f"#compdef {program}", "",
             f"_{program}_hosts() {{", "    local -a hosts=(/etc/halfday/hosts.d/*.yaml(N:t:r))", "    compadd -a hosts",
             "}"]
    for command in options.every(top):
        for argument in command.options + command.positionals + top.options:
            argument.program = program
        arguments = [zsh_option(option) for option in options.options_at(command, top)]
        lines += ["", f"_{'_'.join(command.words)}() {{"]
        if command.commands:
            arguments += ["': :->command'", "'*:: :->rest'"]
            chosen = [f"        {below.words[-1]}) _{'_'.join(below.words)} ;;" for below in command.commands]
            lines += ["    local curcontext=$curcontext state line",
                      "    local -a commands=(", *[f"        {quoted(below.words[-1] + ':' + zsh_text(below.what))}" for
                                                   below in command.commands], "    )",
                      "    _arguments -C \\", *[f"        {argument} \\" for argument in arguments], "        && return",
                      "    case $state in", "        command) _describe command commands ;;",
                      "        rest) case $line[1] in", *["    " + line for line in chosen], "        esac ;;", "    esac",
                      "}"]
            continue
        for positional in command.positionals:
            arguments.append(quoted(("*" if positional.repeated else "") + zsh_value(positional)))
        lines += ["    _arguments \\", *[f"        {argument} \\" for argument in arguments[:-1]],
                  f"        {arguments[-1]}", "}"]
    return lines + ["", f"_{program} \"$@\""]


def fish(top):
    """A line for each thing that may stand after a command, which a function finds in what was typed."""
    program = top.words[0]
    at = "__" + program.replace("-", "_") + "_at"
    paths = " ".join(quoted(path_of(command)) for command in options.every(top))
    lines = [f"function {at}", f"    set -l command {program}",
             "    for word in (commandline -opc)[2..]",
             f"        if contains -- \"$command $word\" {paths}", "            set command \"$command $word\"", "        end",
             "    end", "    test $command = \"$argv\"", "end", f"complete -c {program} -f"]

    def value(argument):
        return {"files": " -F", "hosts": f" -xa {quoted(f'(sh -c {quoted(HOSTS)})')}", "": ""}.get(
            kind(argument), f" -xa {quoted(kind(argument))}")

    for command in options.every(top):
        start = f"complete -c {program} -n {quoted(at + ' ' + path_of(command))}"
        for below in command.commands:
            lines.append(f"{start} -a {below.words[-1]} -d {quoted(below.what)}")
        if command.positionals:
            lines.append(start + value(command.positionals[0]))
        for option in options.options_at(command, top):
            names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
            lines.append(f"{start} {names} -d {quoted(option.what)}{' -r' if option.value else ''}{value(option)}")
    return lines


def main():
    folder, program, shell = sys.argv[1:]
    print("\n".join({"bash": bash, "zsh": zsh, "fish": fish}[shell](explain(options.read(folder, (program,))))))


main()
