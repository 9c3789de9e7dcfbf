#!/usr/bin/env python3
"""Railgauge beside others, launch by launch.

  peers.py truth         railgauge's mpi numbers against a plain MPI loop
  peers.py shm           the shm backend against the MPI library's shared memory
  peers.py cost          what the harness adds to a sample

Both sides alternate batch by batch inside each launch; each launch gives one ratio of medians, and
the line says the median of those ratios with its interval from order statistics, exact whatever
their distribution (with 7 launches the extremes, 98.4 %). Needs a build with MPI (--build).
"""

import argparse
import math
import os
import pathlib
import shutil
import subprocess
import sys

LAUNCHERS = {
    "mpich": (["mpiexec.mpich", "mpiexec.hydra", "mpiexec"], []),
    "openmpi": (["mpirun.openmpi", "mpirun"], ["--oversubscribe"]),
    "default": (["mpiexec", "mpirun"], []),
}
# How many times as fast the shm backend shall be, by the largest size of the class.
SHM_TARGETS = {
    "all_reduce": ((4096, 3.0), (65536, 6.0), (1 << 20, 3.7), (1 << 24, 2.8)),
    "broadcast": ((4096, 1.5), (65536, 3.0), (1 << 20, 2.2), (1 << 24, 1.6)),
    "all_gather": ((4096, 1.8), (65536, 3.0), (1 << 20, 1.25), (1 << 24, 1.15)),
    "all_to_all": ((4096, 2.0), (65536, 3.0), (1 << 20, 1.25), (1 << 24, 1.15)),
}


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def interval(values, confidence=0.95):
    """The median's interval [x(k), x(n+1-k)] with the largest k for which
    P(Bin(n, 1/2) < k) <= (1 - confidence)/2; None below six values at 95 %."""
    ordered, n, below, k = sorted(values), len(values), 0.0, 0
    while below + math.comb(n, k) / 2**n <= (1 - confidence) / 2:
        below += math.comb(n, k) / 2**n
        k += 1
    return (ordered[k - 1], ordered[n - k]) if k > 0 else None


def launch(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1",
                               "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"})
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with status {done.returncode}")
    return [line.split() for line in done.stdout.splitlines() if line]


def mpi_command(options, program):
    names, flags = LAUNCHERS[options.flavour]
    launcher = next((path for name in names if (path := shutil.which(name))), None)
    if launcher is None:
        sys.exit(f"no launcher of {options.flavour} in PATH: {', '.join(names)}")
    module = options.build / f"railgauge_mpi_{options.flavour}.so"
    for needed in (module, program):
        if not needed.exists():
            sys.exit(f"{needed} is missing: build with this MPI library first (--build FOLDER)")
    return [launcher, *flags, "-n", str(options.ranks), str(program), str(module),
            str(options.budget), str(options.most)]


def collect(options, program):
    """{(op, timing, bytes): [(first_ns, second_ns, share of samples that count), ...]}"""
    command, points = mpi_command(options, program), {}
    for number in range(options.launches):
        print(f"launch {number + 1} of {options.launches}", file=sys.stderr)
        for op, timing, size, first, second, n_first, n_second, asked in launch(command):
            kept = (int(n_first) + int(n_second)) / (2 * int(asked))
            points.setdefault((op, timing, int(size)), []).append(
                (float(first), float(second), kept))
    return points


def summary(measured):
    usable = [m for m in measured if m[0] > 0 and m[1] > 0]
    ratios = [first / second for first, second, _ in usable]
    if not ratios:
        return None
    return (median([m[0] for m in usable]), median([m[1] for m in usable]), median(ratios),
            interval(ratios), [first - second for first, second, _ in usable],
            median([m[2] for m in usable]))


def text_of(bounds, width=6, digits=3):
    if bounds is None:
        return "(too few launches)"
    return f"[{bounds[0]:{width}.{digits}f}, {bounds[1]:{width}.{digits}f}]"


def truth(options):
    points = collect(options, options.build / "benches/peers" / f"peer_truth_{options.flavour}")
    print(f"{'op':<11}{'timing':<10}{'bytes':>9}{'railgauge':>13}{'plain':>13}  ratio  interval"
          f"          {'difference, interval (ns)':<28} kept  verdict")
    missed = 0
    for (op, timing, size), measured in points.items():
        found = summary(measured)
        if found is None:
            print(f"{op:<11}{timing:<10}{size:>9}  no sample met its start")
            missed += 1
            continue
        ours, plain, ratio, bounds, differences, kept = found
        gap, gap_bounds = median(differences), interval(differences)
        if bounds is None:
            verdict = "undecided"
        elif size >= 1024:
            verdict = "met" if bounds[0] <= 1.03 and bounds[1] >= 0.97 else "missed"
        else:
            verdict = "met" if gap_bounds[0] <= 10 and gap_bounds[1] >= -10 else "missed"
        missed += verdict != "met"
        print(f"{op:<11}{timing:<10}{size:>9}{ours:>10.0f} ns{plain:>10.0f} ns  {ratio:.3f}  "
              f"{text_of(bounds)}  {gap:>8.1f} {text_of(gap_bounds, 8, 1)}  "
              f"{kept:>4.0%}  {verdict}")
    print("target: from 1 KiB on the ratio's interval meets 0.97 to 1.03; below, the difference's "
          "interval meets -10 to 10 ns")
    return 1 if missed else 0


def shm(options):
    points = collect(options, options.build / "benches/peers/peer_shm_vs_mpi")
    print(f"{'op':<11}{'bytes':>9}{'mpi':>14}{'shm':>14}  mpi/shm  interval           kept  "
          "target")
    missed = 0
    for (op, _, size), measured in points.items():
        target = next((least for most, least in SHM_TARGETS[op] if size <= most), None)
        found = summary(measured)
        if found is None:
            print(f"{op:<11}{size:>9}  no sample met its start")
            missed += 1
            continue
        theirs, ours, ratio, bounds, _, kept = found
        verdict = "" if target is None else f"{target:g} {'met' if ratio >= target else 'missed'}"
        missed += target is not None and ratio < target
        print(f"{op:<11}{size:>9}{theirs:>11.0f} ns{ours:>11.0f} ns  {ratio:>7.2f}  "
              f"{text_of(bounds, 6, 2)}  {kept:>4.0%}  {verdict}")
    print("shm's users have their buffers in memory that the ranks share; MPI's are private to "
          "each rank. float32, isolated.")
    return 1 if missed else 0


def cost(options):
    program = options.build / "benches/peers/peer_harness_cost"
    if not program.exists():
        sys.exit(f"{program} is missing: build first (--build FOLDER)")
    values, readings = {}, []
    for _ in range(options.launches):
        for what, _, beyond, reading in launch([str(program)]):
            values.setdefault(what, []).append(float(beyond))
            readings.append(float(reading))
    print(f"one reading of the clock: {median(readings):.1f} ns")
    for what, name in (("isolated", "inside a sample"), ("loop", "from sample to sample")):
        print(f"{name}, beyond the operation and one reading: {median(values[what]):.1f} ns "
              f"{text_of(interval(values[what]), 5, 1)}")
    worst = max(median(each) for each in values.values())
    print(f"target: at most 30 ns: {'met' if worst <= 30 else 'missed'}")
    return 0 if worst <= 30 else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("truth", "shm", "cost"))
    parser.add_argument("--launches", type=int, default=7)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--flavour", choices=tuple(LAUNCHERS), default="mpich")
    parser.add_argument("--budget", type=float, default=0.1, help="seconds a point and launch")
    parser.add_argument("--most", type=int, default=1 << 24, help="the largest size in bytes")
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--build", type=pathlib.Path, default=root / "build")
    options = parser.parse_args()
    return {"truth": truth, "shm": shm, "cost": cost}[options.what](options)


if __name__ == "__main__":
    sys.exit(main())
