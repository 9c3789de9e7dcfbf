#!/usr/bin/env python3
"""Railgauge beside others, launch by launch.

  peers.py truth         railgauge's mpi numbers against a plain MPI loop
  peers.py shm           the shm backend against the MPI library's shared memory
  peers.py cost          what the harness adds to a sample
  peers.py ucx           the ucx backend's collectives against the MPI library's over UCX
  peers.py ucx-perf      the ucx backend's messages between two ranks against ucx_perftest

Both sides alternate batch by batch inside each launch; each launch gives one ratio of medians, and
the line says the median of those ratios with its interval from order statistics, exact whatever
their distribution (with 7 launches the extremes, 98.4 %). Needs a build with MPI (--build).
"""

import argparse
import pathlib
import sys

import peers_ucx
import peers_ucx_messages
from peers_common import (LAUNCHERS, collect, interval, launch, median, print_against_mpi, summary,
                          text_of)

# How many times as fast the shm backend shall be, by the largest size of the class.
SHM_TARGETS = {
    "all_reduce": ((4096, 3.0), (65536, 6.0), (1 << 20, 3.7), (1 << 24, 2.8)),
    "broadcast": ((4096, 1.5), (65536, 3.0), (1 << 20, 2.2), (1 << 24, 1.6)),
    "all_gather": ((4096, 1.8), (65536, 3.0), (1 << 20, 1.25), (1 << 24, 1.15)),
    "all_to_all": ((4096, 2.0), (65536, 3.0), (1 << 20, 1.25), (1 << 24, 1.15)),
}


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
    missed = print_against_mpi(points, SHM_TARGETS, "shm")
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
    parser.add_argument("what", choices=("truth", "shm", "cost", "ucx", "ucx-perf"))
    parser.add_argument("--launches", type=int, default=7)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--flavour", choices=tuple(LAUNCHERS), default="mpich")
    parser.add_argument("--budget", type=float, default=0.1, help="seconds a point and launch")
    parser.add_argument("--most", type=int, default=1 << 24, help="the largest size in bytes")
    parser.add_argument("--least", type=int, default=0,
                        help="the smallest size in bytes, for ucx-perf")
    parser.add_argument("--transport", choices=tuple(peers_ucx.TRANSPORTS), default="tcp",
                        help="what UCX may use, for ucx and ucx-perf; UCX_* variables that are "
                        "set already stand, on both sides")
    parser.add_argument("--timing", choices=("isolated", "streamed"), default="isolated",
                        help="of the collectives over ucx")
    root = pathlib.Path(__file__).resolve().parents[2]
    parser.add_argument("--build", type=pathlib.Path, default=root / "build")
    options = parser.parse_args()
    return {"truth": truth, "shm": shm, "cost": cost, "ucx": peers_ucx.collectives,
            "ucx-perf": peers_ucx_messages.messages}[options.what](options)


if __name__ == "__main__":
    sys.exit(main())
