#!/usr/bin/python3
"""check_schema.py SCHEMA FILE...: holds every line of results files against the JSON Schema.

Exit status 77 (skipped) where python3-jsonschema is not installed. It also damages lines, and the
schema has to notice: one that allows everything does not pass.
"""
import json
import sys


def main(schema_path, *files):
    try:
        import jsonschema
    except ImportError:
        print("skipped: python3-jsonschema is not installed")
        return 77
    # What a point may lack; all else that stands in a golden line has to be there.
    optional = {"memory", "graph", "registration", "streams", "protocol", "channels",
                "library_estimate_us", "host_memory", "host_numa", "load_processors",
                "gpus_per_rank",
                "load_lost_share", "energy_j", "energy_gpus_j", "energy_processors_j",
                "energy_j_per_gb", "gpu_temperature_c"}
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in files:
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                record = json.loads(line)
                for error in validator.iter_errors(record):
                    print(f"{path}:{number}: {error.message}")
                    return 1
                for name in record:
                    if name not in optional and validator.is_valid(
                            {k: v for k, v in record.items() if k != name}):
                        print(f"{path}:{number}: may lack \"{name}\"")
                        return 1
                    if validator.is_valid({**record, name: {"wrong": [{}]}}) and name not in (
                            "provenance",):
                        print(f"{path}:{number}: \"{name}\" may be anything")
                        return 1
    print(f"{len(files)} files hold to {schema_path}")
    return 0


sys.exit(main(*sys.argv[1:]))
