"""What the side-by-side comparisons share: launching, and medians of ratios with intervals."""

import math
import os
import shutil
import subprocess
import sys

LAUNCHERS = {
    "mpich": (["mpiexec.mpich", "mpiexec.hydra", "mpiexec"], []),
    "openmpi": (["mpirun.openmpi", "mpirun"], ["--oversubscribe"]),
    "default": (["mpiexec", "mpirun"], []),
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


def launch(command, environment=None):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1",
                               "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", **(environment or {})})
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


def collect(options, program, environment=None):
    """{(op, timing, bytes): [(first_ns, second_ns, share of samples that count, barrier_ns)]}"""
    command, points = mpi_command(options, program), {}
    for number in range(options.launches):
        print(f"launch {number + 1} of {options.launches}", file=sys.stderr)
        for (op, timing, size, first, second, n_first, n_second, asked,
             barrier) in launch(command, environment):
            kept = (int(n_first) + int(n_second)) / (2 * int(asked))
            points.setdefault((op, timing, int(size)), []).append(
                (float(first), float(second), kept, float(barrier)))
    return points


def summary(measured):
    usable = [m for m in measured if m[0] > 0 and m[1] > 0]
    ratios = [first / second for first, second, *_ in usable]
    if not ratios:
        return None
    return (median([m[0] for m in usable]), median([m[1] for m in usable]), median(ratios),
            interval(ratios), [first - second for first, second, *_ in usable],
            median([m[2] for m in usable]))


def when_quick(points):
    """Of each point the ratios of those launches in which the machine was quick: a barrier of the
    ranks took at most 2.5 times as long as the least one seen. Where a cache line's way takes
    three times as long, as it does for seconds when neighbours move a virtual machine's cores,
    both sides wait for that, and are alike."""
    least = min((m[3] for measured in points.values() for m in measured), default=0)
    return {key: [first / second for first, second, _, barrier in measured
                  if first > 0 and second > 0 and barrier <= 2.5 * least]
            for key, measured in points.items()}


def text_of(bounds, width=6, digits=3):
    if bounds is None:
        return "(too few launches)"
    return f"[{bounds[0]:{width}.{digits}f}, {bounds[1]:{width}.{digits}f}]"


def print_against_mpi(points, targets, name):
    """One line a point: how many times as fast `name` is. Returns how many missed their targets."""
    print(f"{'op':<15}{'bytes':>9}{'mpi':>14}{name:>14}  mpi/{name}  interval           kept  "
          "quick         target")
    missed, quick = 0, when_quick(points)
    for (op, timing, size), measured in points.items():
        target = next((least for most, least in targets[op] if size <= most), None)
        found = summary(measured)
        if found is None:
            print(f"{op:<15}{size:>9}  no sample met its start")
            missed += 1
            continue
        theirs, ours, ratio, bounds, _, kept = found
        best = quick[(op, timing, size)]
        best = f"{median(best):.2f} ({len(best)})" if best else "-"
        verdict = "" if target is None else f"{target:g} {'met' if ratio >= target else 'missed'}"
        missed += target is not None and ratio < target
        print(f"{op:<15}{size:>9}{theirs:>11.0f} ns{ours:>11.0f} ns  {ratio:>7.2f}  "
              f"{text_of(bounds, 6, 2)}  {kept:>4.0%}  {best:<12}  {verdict}")
    print("quick: the same ratio, from those launches (so many) in which a barrier of the ranks "
          "took at most\n2.5 times as long as the shortest one seen.")
    return missed
