#!/usr/bin/env python3
"""How long `railgauge compare` takes, and how much memory, for two sets of a million points each.

  speed.py [--build build] [--points 1000000] [--launches 1,10,20] [--samples 20] [--verb compare]

The target: less than 5 s and less than 1 GB. Sets are written once to --sets and kept. The time
is that of the whole program with the files in the page cache; memory is its largest resident set.
"""

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def made(options, launches, side):
    name = f"{options.points}-{launches}-{options.samples}-{side}.jsonl"
    path = options.sets / name
    if not path.exists():
        part = path.with_suffix(".part")
        subprocess.run([sys.executable, HERE / "make_set.py", part, "--points",
                        str(options.points), "--launches", str(launches), "--samples",
                        str(options.samples), "--run-id", side, "--offset-minutes",
                        str(int(side == "b"))], check=True)
        part.rename(path)
    return path


def timed(command):
    """Seconds and bytes of one child."""
    begin = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    took = time.monotonic() - begin
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1, 3):
        sys.exit(f"{' '.join(map(str, command))} ended with status {code}")
    return took, usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default="build")
    parser.add_argument("--sets", type=pathlib.Path, default="/tmp/railgauge-sets")
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--launches", default="1,10,20")
    parser.add_argument("--samples", type=int, default=20)
    parser.add_argument("--verb", choices=("compare", "gate"), default="compare")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    options.sets.mkdir(parents=True, exist_ok=True)
    missed = 0
    for launches in map(int, options.launches.split(",")):
        a, b = (made(options, launches, side) for side in "ab")
        command = [options.build / "railgauge", options.verb, a, b]
        if options.verb == "gate":
            command[2:] = ["--baseline", a, "--candidate", b]
        runs = [timed(command) for _ in range(options.repeat)]
        seconds, resident, busy = min(runs)
        missed += seconds >= 5 or resident >= 1e9
        print(f"{options.verb}, 2 x {options.points} points, {launches} launches, "
              f"{a.stat().st_size / 1e6:.0f} MB each: {seconds:.2f} s ({busy:.2f} s of processor), "
              f"{resident / 1e6:.0f} MB", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main())
