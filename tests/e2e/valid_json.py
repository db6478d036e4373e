#!/usr/bin/env python3
"""valid_json.py SCHEMA: standard input is what the JSON Schema says, and has no member that it does not describe."""
import json, sys
import jsonschema


def close(schema):
    """Nothing but what is described; readers of other versions are to be more patient."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema["additionalProperties"] = False
            for each in schema["properties"].values():
                close(each)
        close(schema.get("items"))
    return schema


schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(close(schema)).validate(json.load(sys.stdin))
