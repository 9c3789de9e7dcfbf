#!/usr/bin/env python3
"""Real trials of what `railgauge compare` and `railgauge gate` promise, on this machine.

  trials.py equal   two sides that are the same: how many comparisons show SLOWER or FASTER?
  trials.py slow    a candidate that a known factor slows down: how many gates find it?

Each launch is a `railgauge run` of its own, the sides take turns (A B A B ...), and no launch is
used in two comparisons. The slowed side is measured by railgauge_slowed, whose operations really
take as many times as long (RAILGAUGE_SLOWDOWN); its other side by the same program with factor 1.

  --factor 1.25         this slowdown
  --factor calibrated   twice what `gate --calibrate` says of a baseline that is recorded first
  --factor printed      what a gate of two equal sides, recorded anew for each trial, says it finds

Needs a build with tests (cmake --preset release -DRAILGAUGE_TESTS=ON; ninja railgauge
railgauge_slowed). Backend ucx goes over TCP on the loopback interface. Launches are kept under
--out and a trial that was recorded is not recorded again, so a run that was cut goes on.
"""

import argparse
import json
import math
import os
import pathlib
import subprocess
import sys
import time

TCP = {"UCX_TLS": "tcp", "UCX_NET_DEVICES": "lo"}
ROOT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def environment_of(options, factor=None):
    environment = {**os.environ, **ROOT, **(TCP if options.backend == "ucx" else {})}
    if factor is not None:
        environment["RAILGAUGE_SLOWDOWN"] = repr(factor)
    return environment


def measure(options, to, factor):
    """One launch, unless it is there; factor None: by railgauge itself."""
    if to.exists():
        return
    part = to.with_suffix(".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    program = options.build / ("railgauge" if factor is None else "railgauge_slowed")
    command = [program, "run", "--ranks", "2", "--backend", options.backend, "--op", options.op,
               "--bytes", options.bytes, "--budget", options.budget, "--timing", options.timing,
               *(["--for", options.rounds] if options.rounds else []), "--out", part]
    done = subprocess.run(command, env=environment_of(options, factor), text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with status {done.returncode}:\n"
                 f"{done.stdout}")
    part.rename(to)


def record(options, folder, sides):
    """`sides`: {name: factor}; --launches of each, taking turns."""
    for launch in range(options.launches):
        for name, factor in sides.items():
            measure(options, folder / name / f"{launch:03}.jsonl", factor)


def railgauge(options, *arguments):
    command = [options.build / "railgauge", *arguments, "--of-rounds", options.of_rounds, "--json"]
    done = subprocess.run(command, text=True, check=False, stdout=subprocess.PIPE)
    if done.returncode not in (0, 1, 3) or not done.stdout:
        sys.exit(f"{' '.join(map(str, command))} ended with status {done.returncode}")
    return json.loads(done.stdout)


def gate(options, baseline, candidate):
    return railgauge(options, "gate", "--baseline", baseline, "--candidate", candidate)


def upper_share(times, trials):
    """The 95 % upper bound of a share that was seen so often (Clopper and Pearson)."""
    low, high = times / trials, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        below = sum(math.comb(trials, k) * middle**k * (1 - middle)**(trials - k)
                    for k in range(times + 1))
        low, high = (middle, high) if below > 0.05 else (low, middle)
    return high


def equal(options):
    alarms = 0
    gates = {}
    for trial in range(options.trials):
        folder = options.out / f"equal-{options.backend}" / f"{trial:03}"
        record(options, folder, {"a": None, "b": None})
        found = railgauge(options, "compare", folder / "a", folder / "b")
        verdicts = [one["verdict"] for one in found["classes"] + found["points"]]
        false = [word for word in verdicts if word in ("SLOWER", "FASTER")]
        alarms += bool(false)
        gated = gate(options, folder / "a", folder / "b")
        gates[gated["verdict"]] = gates.get(gated["verdict"], 0) + 1
        shows = "nothing" if gated["detectable"] is None else f"{gated['detectable']:.1%}"
        print(f"trial {trial + 1}: {', '.join(false) or 'no difference'}; gate {gated['verdict']},"
              f" would find {shows}", flush=True)
    most = upper_share(alarms, options.trials)
    print(f"{alarms} of {options.trials} comparisons of equal sides call something SLOWER or "
          f"FASTER (at most {most:.1%} with 95 % confidence); gates: "
          + ", ".join(f"{times} {word}" for word, times in sorted(gates.items())))
    return 0 if alarms <= 0.05 * options.trials else 1


def calibrated_factor(options, folder):
    record(options, folder, {"calibration": 1.0})
    found = railgauge(options, "gate", "--baseline", folder / "calibration", "--calibrate",
                      "--launches", str(options.launches))
    if found["detectable"] is None:
        sys.exit("the calibration says that so few launches find nothing")
    print(f"calibration: {found['detectable']:.1%} is detectable", flush=True)
    return 1 + 2 * found["detectable"]


def printed_factor(options, folder):
    record(options, folder, {"equal-a": 1.0, "equal-b": 1.0})
    detectable = gate(options, folder / "equal-a", folder / "equal-b")["detectable"]
    return None if detectable is None else 1 + detectable


def slow(options):
    top = options.out / f"slow-{options.backend}-{options.factor}"
    fixed = None
    if options.factor == "calibrated":
        fixed = calibrated_factor(options, top)
    elif options.factor != "printed":
        fixed = float(options.factor)
    found = missed = 0
    for trial in range(options.trials):
        folder = top / f"{trial:03}"
        factor = fixed if fixed is not None else printed_factor(options, folder)
        if factor is None:
            print(f"trial {trial + 1}: the equal sides say that nothing can be found", flush=True)
            continue
        record(options, folder, {"a": 1.0, "b": factor})
        gated = gate(options, folder / "a", folder / "b")
        found += gated["verdict"] == "failed"
        missed += gated["verdict"] != "failed"
        ratios = sorted(one["ratio"] for one in gated["points"] if one["ratio"])
        seen = f"{ratios[0]:.3f} to {ratios[-1]:.3f}" if ratios else "none in common"
        print(f"trial {trial + 1}: slowed by {factor:.3f}, points' ratios {seen}, gate "
              f"{gated['verdict']}", flush=True)
    print(f"{found} of {found + missed} gates find the slowdown")
    return 0 if found >= 0.95 * (found + missed) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("equal", "slow"))
    parser.add_argument("--build", type=pathlib.Path, default="build")
    parser.add_argument("--out", type=pathlib.Path, default="trials-out")
    parser.add_argument("--backend", choices=("shm", "mpi", "ucx"), default="shm")
    parser.add_argument("--op", default="all_reduce")
    parser.add_argument("--bytes", default="8..256K*8,1M")
    parser.add_argument("--budget", default="10ms")
    parser.add_argument("--timing", default="isolated")
    parser.add_argument("--for", dest="rounds", metavar="TIME", help="each launch measures its "
                        "points again and again for so long: where a machine's speed changes by "
                        "the second, this is what makes launches alike")
    parser.add_argument("--of-rounds", choices=("median", "fastest"), default="median",
                        help="with --for: what of them counts")
    parser.add_argument("--launches", type=int, default=10, help="of each side")
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--factor", default="1.25", help="of slow: a factor, calibrated, printed")
    options = parser.parse_args()
    options.build = options.build.resolve()
    begin = time.monotonic()
    status = (equal if options.what == "equal" else slow)(options)
    print(f"took {time.monotonic() - begin:.0f} s")
    return status


if __name__ == "__main__":
    sys.exit(main())
