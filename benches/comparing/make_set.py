#!/usr/bin/env python3
"""Writes a large results file, to time those who read many points.

  make_set.py FILE --points 1000000 --launches 10 --run-id a [--factor 1.1] [--samples 20]

Points are operations, types, sizes and groups; each is measured in
every launch, so a file of a million points with ten launches holds a hundred thousand different
ones. Times are log-normal around a line over the size, launches share a part of their noise. The
same arguments give the same file.
"""

import argparse
import datetime
import json
import math
import random

OPS = ("all_reduce", "all_gather", "reduce_scatter", "broadcast", "reduce", "gather", "scatter",
       "all_to_all")
DTYPES = ("float32", "bfloat16")
SIZES = tuple(8 << i for i in range(25))


def header(run_id, launches):
    return {"kind": "header", "schema": "railgauge-results", "version": "1.2.0", "run_id": run_id,
            "started": "2026-01-01T00:00:00.000Z", "command": ["railgauge", "run"],
            "plan": {"points": 0, "launches": launches, "suite": "generated", "hash": "0",
                     "settings": {}},
            "provenance": {"host": {"name": "node-1", "kernel": "6.1"}, "environment": {}}}


def keys(count):
    for number in range(count):
        rest, size = divmod(number, len(SIZES))
        rest, op = divmod(rest, len(OPS))
        group, dtype = divmod(rest, len(DTYPES))
        yield OPS[op], DTYPES[dtype], SIZES[size], f"ranks={group}-{group + 7}"


# As results_writer orders a line's fields.
POINT = ('{"kind":"point","index":%d,"op":"%s","backend":"nccl","algorithm":"ring","dtype":"%s",'
         '"redop":"sum","bytes":%d,"ranks":8,"root":0,"group":"%s","in_place":false,'
         '"timing":"isolated","launch":%d,"soak_round":0,"status":"ok","reason":"","time_us":'
         '{"p50":%.6f,"ci_low":%.6f,"ci_high":%.6f,"p95":%.6f,"p99":%.6f,"min":%.6f,"max":%.6f},'
         '"n":%d,"stop_reason":"precision","algbw_gbps":%.6f,"busbw_gbps":%.6f,"bound_us":null,'
         '"percent_of_bound":null,"verified":"yes","start":"clock","operations_per_sample":1,'
         '"warm_up":32,"late_starts":0,"clock_residual_us":0.02,"harness_us":0.02,'
         '"elapsed_s":0.25,"last_ranks":[{"rank":1,"times":5},{"rank":0,"times":3}],"flags":[],'
         '"outliers_mild":0,"outliers_severe":1,"null_reasons":{"bound_us":"no topology",'
         '"percent_of_bound":"no topology"},"samples_us":[%s]}\n')


def write(path, options):
    chance = random.Random(options.run_id)
    different = max(1, options.points // options.launches)
    begin = datetime.datetime(2026, 1, 1, 0, options.offset_minutes)
    with open(path, "w", encoding="ascii") as file:
        file.write(json.dumps(header(options.run_id, options.launches)) + "\n")
        for launch in range(options.launches):
            at = begin + datetime.timedelta(minutes=2 * launch)
            file.write(json.dumps({"kind": "launch", "launch": launch, "when": "before",
                                   "at": at.isoformat(timespec="milliseconds") + "Z", "probe": {},
                                   "placement": [], "null_reasons": {}}) + "\n")
            common = chance.gauss(0, 0.03)
            for index, (op, dtype, size, group) in enumerate(keys(different)):
                time = options.factor * (5 + size / 1e5) * math.exp(
                    common + chance.gauss(0, 0.03))
                samples = ",".join("%.3f" % (time * (1 + 0.001 * i))
                                   for i in range(options.samples))
                file.write(POINT % (index, op, dtype, size, group, launch, time, 0.99 * time,
                                    1.01 * time, 1.1 * time, 1.2 * time, 0.9 * time, 1.3 * time,
                                    options.samples, size / time / 1e3, size / time / 1e3,
                                    samples))
        file.write('{"kind":"end","status":0,"points":{}}\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--launches", type=int, default=10)
    parser.add_argument("--run-id", default="a")
    parser.add_argument("--factor", type=float, default=1.0)
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--offset-minutes", type=int, default=0)
    options = parser.parse_args()
    write(options.file, options)


if __name__ == "__main__":
    main()
