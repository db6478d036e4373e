#!/usr/bin/env python3
"""dashboard.py METRICS DASHBOARD RULES PAGE: what Grafana's dashboard, the rules and the page ask of metrics is what the
metrics have: names, labels, values of labels. Writes the dashboard's questions as rules, for promtool."""
import json, re, sys

samples = {}
for line in open(sys.argv[1], encoding="ascii"):
    name, labels = re.match(r"(?:# TYPE )?(halfday_\w+)(?:\{(.*)\} | )", line).groups() if not line.startswith("# HELP") else (None, None)
    if name:
        samples.setdefault(name, set())
    if labels and not line.startswith("#"):
        samples[name] |= set(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels))
    elif name and not line.startswith("#"):
        samples[name].add(("", ""))
wrong = [f"{name} has no sample" for name in samples if not samples[name]]


def ask(where, expression, legend=""):
    names = re.findall(r"halfday_\w+", expression)
    known = {label for name in names for label, _ in samples.get(name, ())}
    wrong.extend(f"{where}: {name} is none" for name in names if name not in samples)
    asked = re.findall(r"by \(([^)]*)\)", expression) + re.findall(r"\{\{ ?(?:\$labels\.)?(\w+) ?\}\}", legend.replace("$value", ""))
    wrong.extend(f"{where}: {label} is no label of {names}" for each in asked for label in re.split(r", *", each) if label not in known)
    for name, matchers in re.findall(r"(halfday_\w+)\{([^}]*)\}", expression):
        for label, equals, values in re.findall(r'(\w+)(=~?)"([^"]*)"', matchers):
            for value in values.split("|") if equals == "=~" else [values]:
                if label not in {each for each, _ in samples.get(name, ())}:
                    wrong.append(f"{where}: {label} is no label of {name}")
                elif label == "state" and (label, value) not in samples[name]:
                    wrong.append(f"{where}: {value} is no {label} of {name}")


dashboard = json.load(open(sys.argv[2], encoding="utf-8"))
questions = [(panel["title"], target) for panel in dashboard["panels"] for target in panel["targets"]]
for title, target in questions:
    ask(title, target["expr"], target["legendFormat"])
if len({panel["id"] for panel in dashboard["panels"]}) != len(dashboard["panels"]):
    wrong.append("two panels have one id")
for rule in re.findall(r"- alert: (\w+)\n +expr: (.*)\n(?: +for:.*\n)? +labels:.*\n +annotations:\n +summary: (.*)", open(sys.argv[3], encoding="utf-8").read()):
    ask(*rule)
page = set()
for line in open(sys.argv[4], encoding="utf-8"):
    if line.startswith("| `"):
        page |= {"halfday_" + name for name in re.findall(r"`(\w+)`", line.split("|")[1])}
wrong += [f"{name} is not on the page" for name in samples.keys() - page] + [f"{name} is on the page alone" for name in page - samples.keys()]
if wrong:
    sys.exit("\n".join(wrong))
print("groups: [{name: dashboard, rules: [")
for number, (_, target) in enumerate(questions):
    print(f"  {{record: 'q:{number}', expr: {json.dumps(target['expr'])}}},")
print("]}]")
