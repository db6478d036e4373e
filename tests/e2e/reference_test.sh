#!/bin/bash
# The pages and schemas of docs/reference are what the parsers' own tables say, and an editor that has a schema takes the
# examples and refuses a typo.
# timeout: 60
here=$(dirname "$(realpath "$0")")
. "$here/expect.sh"
reference=$(realpath "$here/../../docs/reference") manual=$(realpath "$here/../../docs/man")
W=$(mktemp -d /tmp/halfday-reference.XXXXXX)
trap 'rm -rf "$W"' EXIT

promise "docs/reference is what config-reference writes; if not: ${HALFDAY_BIN:?}/tests/config-reference docs/reference"
expect 0 "$HALFDAY_BIN/tests/config-reference" "$W"
expect 0 diff -r "$W" "$reference"

promise "the schemas take each example of the man pages, and refuse a typo, a wrong kind of value and a key that is missing"
expect 0 python3 - "$reference" "$manual" <<'PYTHON'
import copy, json, re, sys
import jsonschema, yaml

reference, manual = sys.argv[1:]
pages = {"halfday.yaml": "halfday.yaml.5", "host.yaml": "halfday-host.5", "receiver.yaml": "halfday-receiver.yaml.5",
         "ceremony.yaml": "halfday-ceremony.5"}
examples = 0
for name, page in pages.items():
    schema = json.load(open(f"{reference}/{name}.schema.json", encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for text in re.findall(r"```\n(.*?)```", open(f"{manual}/{page}.scd", encoding="utf-8").read(), re.S):
        example = yaml.safe_load(text)
        validator.validate(example)
        examples += 1
        wrong = [dict(example, nonsense=1), dict(example, **{next(iter(example)): 7})]
        for key in schema.get("required", []):
            wrong.append({k: v for k, v in example.items() if k != key})
        for each in wrong:
            assert not validator.is_valid(each), f"{name} takes {each}"
assert examples >= 7, examples
PYTHON
echo "all promises held"
