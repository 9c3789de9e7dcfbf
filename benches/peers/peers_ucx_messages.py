"""Messages between two ranks over ucx beside ucx_perftest, under the same UCX_* environment.

A virtual machine's core may change its speed by a factor of two every few 10 ms. So both sides
measure at once on the same two cores and take turns of TURN_S, in which the other side is stopped;
that time is taken off again. What a turn costs, waking up, both sides pay alike.
"""

import contextlib
import os
import shutil
import signal
import sys
import tempfile

from peers_common import interval, median, text_of
from peers_turns import Side, take_turns
from peers_ucx import environment_of

# Between which the ratio of ucx_perftest's time to ours shall be able to lie.
BOUNDS = {"tcp": (0.97, 1.03), "shm": (0.90, 1.10)}
WIDEST = 0.10
PERFTEST_PORT = 13377
TURN_S = 0.05
# ucx_perftest never writes what it sends; own_pages.cpp says what that would do.
OWN_PAGES = {"UCX_ALLOC_PRIO": "mmap", "UCX_MEM_EVENTS": "n"}
# Of a point in a launch, about.
POINT_US = 400000


def plan_of(transport, least, most):
    """[(what, bytes, iterations, warm-up, window)]: about POINT_US each."""
    points = []
    for size in (8, 64, 512, 4096, 32768, 65536, 262144, 1 << 20, 1 << 22, 1 << 24):
        if not least <= size <= most:
            continue
        fixed_us, gb_per_s = (10, 4.0) if transport == "tcp" else (0.3, 4.0)
        for what in ("lat", "bw"):
            # ucx_perftest has one buffer and a window that slides; we a slice each, and a window
            # that is filled anew when all of it has gone. With 1 both are the same.
            window = 1 if what == "lat" else max(1, min(16, 32768 // size))
            each_us = fixed_us / (window ** 0.5) + size / gb_per_s / 1000
            each_us *= 2 if what == "lat" else 1
            iterations = max(8, int(POINT_US / each_us)) // window * window
            points.append((what, size, max(window, iterations), max(window, iterations // 10),
                           window))
    return points


def took_s(points, what, size, value_ns):
    """Half of a round trip counts as the latency."""
    iterations = next(point[2] for point in points if point[:2] == (what, size))
    return value_ns * iterations * (2 if what == "lat" else 1) / 1e9


def ours(program, points, environment, cores):
    def figure(line):
        what, size, _, mean = line.split()
        return float(mean), took_s(points, what, int(size), float(mean))

    words = [str(word) for point in points for word in point]
    command = ["taskset", "-c", ",".join(map(str, cores)), str(program), *words]
    return Side([command], environment, figure)


def theirs(points, where, batch, preloaded):
    """A pair of ucx_perftest, the one that measures on the first core: in ns, the time of all
    messages over their number (of throughput, until the receiver's answer)."""
    environment, cores = where
    for what, size, iterations, warm_up, window in points:
        test = {"lat": "tag_lat", "bw": "tag_bw"}[what]
        outstanding = "" if what == "lat" else f" -O {window}"
        batch.write(f"{what}:{size} -t {test} -s {size} -n {iterations} -w {warm_up}"
                    f"{outstanding}\n")
    batch.flush()
    options = ["-p", str(PERFTEST_PORT), "-b", batch.name, "-v", "-f"]
    server = ["taskset", "-c", str(cores[1]), "ucx_perftest", *options]
    client = ["taskset", "-c", str(cores[0]), "stdbuf", "-oL", "ucx_perftest", "127.0.0.1",
              *options]

    def figure(line):
        fields = line.split(",")
        if ":" not in fields[0] or len(fields) < 5:
            return None
        what, size = fields[0].split(":")
        value = 1000 * float(fields[4])
        return value, took_s(points, what, int(size), value)

    return Side([server, client],
                {**OWN_PAGES, "LD_PRELOAD": str(preloaded), **environment}, figure, PERFTEST_PORT)


def measure_launch(number, program, points, where, pairs):
    """Adds (ours, theirs) in ns of this launch to each point of pairs."""
    environment, cores = where
    with tempfile.NamedTemporaryFile("w", suffix=".batch") as batch, \
            contextlib.closing(ours(program, points, environment, cores)) as us, \
            contextlib.closing(theirs(points, (environment, cores), batch,
                                      program.with_name("peer_own_pages.so"))) as them:
        for what, size, *_ in points:
            if number % 2 == 0:
                mine, other = take_turns((us, them), TURN_S)
            else:
                other, mine = take_turns((them, us), TURN_S)
            pairs.setdefault((what, size), []).append((mine, other))


def messages(options):
    program = options.build / "benches/peers/peer_ucx_points"
    if not program.exists():
        sys.exit(f"{program} is missing: build first (--build FOLDER)")
    for needed, package in (("ucx_perftest", "ucx-utils"), ("stdbuf", "coreutils")):
        if shutil.which(needed) is None:
            sys.exit(f"{needed} is not in PATH (Debian: {package})")
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        sys.exit("two ranks that poll need two cores, and there is one")
    # Else the side that has stopped would stay behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    environment = environment_of(options)
    points, pairs = plan_of(options.transport, options.least, options.most), {}
    try:
        for number in range(options.launches):
            print(f"launch {number + 1} of {options.launches}", file=sys.stderr)
            measure_launch(number, program, points, (environment, cores), pairs)
    except KeyboardInterrupt:
        print("interrupted: what there is so far", file=sys.stderr)
    return print_messages(options, points, pairs)


def print_messages(options, points, pairs):
    print(f"{'what':<6}{'bytes':>9}{'window':>7}{'railgauge':>14}{'perftest':>14}  ratio  interval"
          "          verdict")
    low, high = BOUNDS[options.transport]
    missed = 0
    for what, size, _, _, window in points:
        measured = pairs.get((what, size))
        if not measured:
            continue
        ratios = [ours_ns / theirs_ns for ours_ns, theirs_ns in measured]
        ratio, bounds = median(ratios), interval(ratios)
        if bounds is None:
            verdict = "undecided"
        elif bounds[1] - bounds[0] > WIDEST * ratio:
            verdict = "too wide"
        else:
            verdict = "met" if bounds[0] <= high and bounds[1] >= low else "missed"
        missed += verdict != "met"
        print(f"{what:<6}{size:>9}{window:>7}{median([m[0] for m in measured]):>11.0f} ns"
              f"{median([m[1] for m in measured]):>11.0f} ns  {ratio:.3f}  {text_of(bounds)}  "
              f"{verdict}")
    print(f"time a message, ours over ucx_perftest's (lat: half a round trip), pages of 4 KiB on "
          f"both sides; target: an interval of at most {WIDEST:.0%} that meets {low:g} to "
          f"{high:g}. UCX_TLS={environment_of(options)['UCX_TLS']}")
    return 1 if missed else 0
