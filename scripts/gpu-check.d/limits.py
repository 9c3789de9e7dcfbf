#!/usr/bin/env python3
"""Holds the figures of micro_device_kernels against the demands on them.

    limits.py MICRO.JSON    a line for each demand; status 1 if one is missed or has no figure
"""

import json
import re
import sys

SIZE = "/1024MiB"  # larger than any cache, so that memory is what is measured
COPY = "copy/kernel/shift:0" + SIZE
# (what is demanded, which benchmarks, which one they are compared with, least share of it)
DEMANDS = (
    ("copy by multiprocessors / cudaMemcpyAsync", r"copy/kernel/shift:0" + SIZE,
     "copy/memcpy" + SIZE, 0.95),
    ("fill / cudaMemsetAsync", r"fill/(any|sum)/\w+" + SIZE, "fill/memset" + SIZE, 0.90),
    ("verification / copy", r"verify/(any|sum)/\w+" + SIZE, COPY, 0.90),
    ("reduction / copy", r"reduce/sum/\w+" + SIZE, COPY, 0.90),
)


def _rates(report):
    """Benchmark -> bytes/s that memory carried, or why there are none."""
    rates = {}
    for entry in report.get("benchmarks", []):
        name = entry["name"].removesuffix("/manual_time")
        if entry.get("error_occurred"):
            rates[name] = entry.get("error_message", "failed")
        elif "bytes_per_second" in entry:
            rates[name] = float(entry["bytes_per_second"])
    return rates


def judge(report):
    """(whether all is well, lines) of a report as Google Benchmark writes it."""
    rates, lines, well = _rates(report), [], True
    for what, pattern, base, share in DEMANDS:
        found = [name for name in rates if re.fullmatch(pattern, name)]
        if not found:
            well = False
            lines.append(f"NO FIGURE {what}: no benchmark {pattern} has run")
        for name in found:
            texts = [rates.get(each, f"{each} has not run") for each in (name, base)]
            wrong = [text for text in texts if isinstance(text, str)]
            if wrong:
                well = False
                lines.append(f"NO FIGURE {what}: {name}: {wrong[0]}")
                continue
            reached = texts[0] / texts[1]
            kept = reached >= share
            well = well and kept
            lines.append(f"{'held' if kept else 'MISSED':9} {what}: {name} {texts[0] / 1e9:.0f} "
                         f"GB/s, {reached:.1%} of {base}; at least {share:.0%}")
    return well, lines


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        with open(arguments[1], encoding="utf-8") as stream:
            report = json.load(stream)
    except ValueError as broken:  # the benchmarks were ended before they were done
        print(f"NO FIGURE {arguments[1]}: {broken}")
        return 1
    well, lines = judge(report)
    print("\n".join(lines))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
