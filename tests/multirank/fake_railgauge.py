#!/usr/bin/env python3
"""Stands in for `railgauge run`: writes results with known times at once.

As a program it takes run's flags and writes the file behind --out. FAKE_FACTOR multiplies the
times, FAKE_SPREAD is their spread, FAKE_SLEEP_S is how long it takes, FAKE_STATUS what it leaves
with (no file then), FAKE_SIGNAL what kills it, FAKE_FAIL_AT which call of its folder that happens
to, FAKE_POINT is the operation.
"""

import datetime
import json
import os
import random
import sys
import time
import uuid

SIZES = [64, 4096, 1 << 20]


def stamp(when):
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03}Z"


def results(when, times_us, provenance, run_id=None, op="all_reduce"):
    """The text of a results file with one launch; a time for each size."""
    lines = [{"kind": "header", "schema": "railgauge-results", "version": "1.2.0",
              "run_id": run_id or uuid.uuid4().hex, "started": stamp(when),
              "command": ["railgauge", "run"],
              "plan": {"points": len(times_us), "launches": 1, "suite": "", "hash": "0",
                       "settings": {}},
              "provenance": provenance},
             {"kind": "launch", "launch": 0, "when": "before", "at": stamp(when), "probe": {},
              "placement": [], "null_reasons": {}}]
    for index, (size, time_us) in enumerate(zip(SIZES, times_us)):
        summary = dict.fromkeys(["p50", "p95", "p99", "min", "max"], time_us)
        lines.append({
            "kind": "point", "index": index, "op": op, "backend": "shm", "algorithm": "ring",
            "dtype": "float32", "redop": "sum", "bytes": size, "ranks": 2, "root": 0,
            "group": "world", "in_place": False, "timing": "isolated", "launch": 0,
            "soak_round": 0, "status": "ok", "reason": "",
            "time_us": dict(summary, ci_low=None, ci_high=None), "n": 1,
            "stop_reason": "iterations", "algbw_gbps": 1.0, "busbw_gbps": 1.0, "bound_us": None,
            "percent_of_bound": None, "verified": "yes", "start": "clock",
            "operations_per_sample": 1, "warm_up": 0, "late_starts": 0, "clock_residual_us": 0.0,
            "harness_us": 0.0, "elapsed_s": 0.1, "last_ranks": [], "flags": [],
            "outliers_mild": 0, "outliers_severe": 0,
            "null_reasons": {"time_us.ci_low": "fewer than six samples",
                             "time_us.ci_high": "fewer than six samples",
                             "bound_us": "shared memory has no bound",
                             "percent_of_bound": "shared memory has no bound"},
            "samples_us": [time_us]})
    lines.append({"kind": "end", "status": 0, "reason": "", "finished": stamp(when),
                  "counts": {"ok": len(times_us), "skipped": 0, "failed": 0, "invalid": 0}})
    return "".join(json.dumps(line) + "\n" for line in lines)


def main():
    get = os.environ.get
    out = sys.argv[sys.argv.index("--out") + 1]
    calls = len([name for name in os.listdir(os.path.dirname(out)) if name.endswith(".jsonl")])
    print("fake railgauge:", " ".join(sys.argv[1:]), flush=True)
    time.sleep(float(get("FAKE_SLEEP_S", "0")))
    if calls == int(get("FAKE_FAIL_AT", "0")):
        if get("FAKE_SIGNAL"):
            os.kill(os.getpid(), int(get("FAKE_SIGNAL")))
        if get("FAKE_STATUS"):
            print("fake trouble: \x1b[31mno such thing", file=sys.stderr)
            sys.exit(int(get("FAKE_STATUS")))
    factor, spread = float(get("FAKE_FACTOR", "1")), float(get("FAKE_SPREAD", "0.005"))
    times = [10 * (i + 1) * factor * random.lognormvariate(0, spread) for i in range(len(SIZES))]
    text = results(datetime.datetime.now(datetime.timezone.utc), times, {"host": {"host": "here"}},
                   op=get("FAKE_POINT", "all_reduce"))
    with open(out, "x", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
