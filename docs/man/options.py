"""What a program takes on its command line, read from its --help: the one source of man pages and completions."""
import re
import subprocess
from dataclasses import dataclass, field

COLUMN = 30  # where CLI11 begins the descriptions
HELP = "Print this help message and exit"


@dataclass
class Argument:
    """An option with its names, or a positional with one."""
    names: list
    value: str  # "" for a flag
    choices: list
    default: str
    required: bool
    repeated: bool
    what: str


@dataclass
class Command:
    words: tuple  # ("halfday", "host", "add")
    what: str = ""
    usage: str = ""
    options: list = field(default_factory=list)
    positionals: list = field(default_factory=list)
    commands: list = field(default_factory=list)
    examples: str = ""


def argument_of(text, what):
    names, _, rest = text.partition(" ")
    rest = re.sub(r"(Needs|Excludes): .*", "", rest)
    value = re.match(r"[A-Z]+", rest.replace("REQUIRED", ""))
    choices = re.search(r"\{(.*?)\}", rest)
    default = re.search(r"=(\S+)", rest)
    return Argument(names.split(","), value.group() if value else "", choices.group(1).split(",") if choices else [],
                    default.group(1) if default else "", "REQUIRED" in rest, "..." in rest, what)


def items_of(lines):
    """(what stands left, its description) of each entry of a section."""
    items = []
    for line in lines:
        if line.startswith(" " * COLUMN):
            items[-1] = (items[-1][0], line.strip())
        elif len(line) > COLUMN and line[COLUMN - 1] == " " and line[COLUMN] != " ":
            items.append((line[:COLUMN].strip(), line[COLUMN:]))
        else:
            items.append((line.strip(), ""))
    return items


def parse(words, text):
    what, _, rest = text.partition("\nUsage: ")
    usage, _, rest = rest.partition("\n")
    command = Command(words, what, usage)
    rest, _, command.examples = rest.partition("\nExample:\n")
    for section in re.split(r"\n\n", rest.strip("\n")):
        title, *lines = section.split("\n")
        items = items_of(lines)
        if title == "Options:":
            command.options = [argument_of(*item) for item in items]
        elif title == "Positionals:":
            command.positionals = [argument_of(*item) for item in items]
        elif title == "Subcommands:":
            command.commands = [Command(words + (name,), what) for name, what in items]
    return command


def answering(words):
    """Who reads these arguments: what follows `halfday ledger` goes to halfday-issuer as it stands."""
    return ("halfday-issuer",) + words[1:] if words[:2] == ("halfday", "ledger") else words


def read(folder, words):
    """The command and all below it."""
    asked = answering(words)
    text = subprocess.run([f"{folder}/{asked[0]}", *asked[1:], "--help"], check=True, capture_output=True,
                          text=True).stdout
    command = parse(words, text.replace(" ".join(asked), " ".join(words)))
    command.commands = [read(folder, below.words) for below in command.commands]
    return command


def every(command):
    """A command and all below it, in the order of the help."""
    yield command
    for below in command.commands:
        yield from every(below)


def own_options(command):
    return [option for option in command.options if "--help" not in option.names]


def options_at(command, top):
    """What may stand there: its own options, those of the program, which may come later too, and --help."""
    before = [] if command is top else [option for option in own_options(top) if "--version" not in option.names]
    own = own_options(command)
    taken = {name for option in own for name in option.names}
    return own + [option for option in before if not taken & set(option.names)] + \
        [Argument(["-h", "--help"], "", [], "", False, False, HELP)]
