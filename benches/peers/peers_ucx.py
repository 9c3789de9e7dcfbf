"""The ucx backend beside others that use UCX, under the same UCX_* environment."""

import os
import shutil
import subprocess
import sys
import tempfile
import time

from peers_common import collect, interval, launch, median, print_against_mpi, text_of

TRANSPORTS = {
    "tcp": {"UCX_TLS": "tcp", "UCX_NET_DEVICES": "lo"},
    "shm": {"UCX_TLS": "posix,cma,self"},
}
# How many times as fast as MPI the collectives shall be, by the largest size of the class.
LIMITS = (4096, 65536, 1 << 20, 1 << 24)
TARGETS = {
    "tcp": {"all_reduce": (1.1, 0.95, 1.05, 1.3), "others": (1.0, 0.95, 0.95, 0.9)},
    "shm": {"all_reduce": (1.7, 1.4, 1.8, 1.7), "others": (1.3, 1.0, 0.95, 0.9)},
}
# Between which the ratio of ucx_perftest's time to ours shall be able to lie.
BOUNDS = {"tcp": (0.97, 1.03), "shm": (0.90, 1.10)}
WIDEST = 0.10
PERFTEST_PORT = 13377
# Of each point in a launch, each of 0.1 s. A core's speed may change every few 10 ms (virtual
# machines), so that what 20 ms give varies by tens of percent: a launch's figure needs more time.
REPEATS = 6
REPEAT_US = 100000


def environment_of(options):
    chosen = {key: os.environ.get(key, value)
              for key, value in TRANSPORTS[options.transport].items()}
    chosen.update(UCX_HANDLE_ERRORS="none", UCX_WARN_UNUSED_ENV_VARS="n")
    return chosen


def collectives(options):
    """MPI must not go around UCX: it may not use shared memory of its own."""
    environment = {**environment_of(options), "MPIR_CVAR_NOLOCAL": "1",
                   "PEERS_TIMING": options.timing}
    points = collect(options, options.build / "benches/peers/peer_ucx_vs_mpi", environment)
    wanted = TARGETS[options.transport]
    targets = {op: tuple(zip(LIMITS, wanted.get(op, wanted["others"]))) for op, _, _ in points}
    missed = print_against_mpi(points, targets, "ucx")
    print(f"UCX_TLS={environment['UCX_TLS']} on both sides; float32, {options.timing}.")
    return 1 if missed else 0


def plan_of(transport, most):
    """[(what, bytes, iterations, warm-up, window)]: about REPEAT_US each."""
    points = []
    for size in (8, 64, 512, 4096, 32768, 65536, 262144, 1 << 20, 1 << 22, 1 << 24):
        if size > most:
            continue
        fixed_us, gb_per_s = (10, 1.0) if transport == "tcp" else (0.3, 4.0)
        for what in ("lat", "bw"):
            # A window that stays in the caches: ucx_perftest has one buffer, we a slice each.
            window = 1 if what == "lat" else max(1, min(16, 262144 // size))
            each_us = fixed_us / (window ** 0.5) + size / gb_per_s / 1000
            iterations = max(8, int(REPEAT_US / each_us)) // window * window
            points.append((what, size, max(window, iterations), max(window, iterations // 10),
                           window))
    return points


def of_repeats(found):
    """The interquartile mean: outliers don't matter, and where the machine has a few speeds it
    moves with their shares, where a median would jump from one to the next."""
    middle = {}
    for key, values in found.items():
        inner = sorted(values)[len(values) // 4:len(values) - len(values) // 4]
        middle[key] = sum(inner) / len(inner)
    return middle


def railgauge(program, points, environment):
    words = [str(word) for point in points for _ in range(REPEATS) for word in point]
    found = {}
    for what, size, _, mean in launch([str(program), *words], environment):
        found.setdefault((what, int(size)), []).append(float(mean))
    return of_repeats(found)


def serve_and_measure(command, environment, cores):
    """The client that ended; it is tried again until the server listens."""
    client = ["taskset", "-c", str(cores[0]), command[0], "127.0.0.1", *command[1:]]
    with subprocess.Popen(["taskset", "-c", str(cores[1]), *command], env=environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(100):
                time.sleep(0.05)
                done = subprocess.run(client, env=environment, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True, check=False)
                if done.returncode == 0:
                    return done
                if server.poll() is not None:
                    break
        except BaseException:
            server.kill()
            raise
        server.kill()
        sys.exit(f"ucx_perftest ended with status {done.returncode}: {done.stderr.strip()}")


def perftest(points, environment, cores):
    """The same points from a pair of ucx_perftest, in ns: the time of all messages over their
    number, warm-up left out (of throughput, until the receiver's answer). The one that measures is
    on the first core."""
    with tempfile.NamedTemporaryFile("w", suffix=".batch") as batch:
        for what, size, iterations, warm_up, window in points:
            test = {"lat": "tag_lat", "bw": "tag_bw"}[what]
            outstanding = "" if what == "lat" else f" -O {window}"
            batch.write(f"{what}:{size} -t {test} -s {size} -n {iterations} -w {warm_up}"
                        f"{outstanding}\n" * REPEATS)
        batch.flush()
        command = ["ucx_perftest", "-p", str(PERFTEST_PORT), "-b", batch.name, "-v", "-f"]
        # Pages of 2 MB, as railgauge's buffers have: of 4 KiB, cma takes 1.4 times as long.
        pages = {"UCX_ALLOC_PRIO": "thp,mmap,heap"}
        done = serve_and_measure(command, {**pages, **os.environ, **environment}, cores)
    found = {}
    for line in done.stdout.splitlines():
        fields = line.split(",")
        if ":" not in fields[0] or len(fields) < 5:
            continue
        what, size = fields[0].split(":")
        found.setdefault((what, int(size)), []).append(
            1000 * float(fields[4]))
    return of_repeats(found)


def measure_pairs(number, program, points, where, pairs):
    """A size at a time: the two sides of a ratio stand close together, as machines drift."""
    environment, cores = where
    for size in sorted({point[1] for point in points}):
        chosen, sides = [point for point in points if point[1] == size], {}
        for side in ("ours", "theirs") if number % 2 == 0 else ("theirs", "ours"):
            sides[side] = (railgauge(program, chosen, environment) if side == "ours" else
                           perftest(chosen, environment, cores))
        for key, value in sides["ours"].items():
            pairs.setdefault(key, []).append((value, sides["theirs"][key]))


def messages(options):
    program = options.build / "benches/peers/peer_ucx_points"
    if not program.exists():
        sys.exit(f"{program} is missing: build first (--build FOLDER)")
    if shutil.which("ucx_perftest") is None:
        sys.exit("ucx_perftest is not in PATH: install UCX's programs (Debian: ucx-utils)")
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        sys.exit("two ranks that poll need two cores, and there is one")
    environment = environment_of(options)
    points, pairs = plan_of(options.transport, options.most), {}
    try:
        for number in range(options.launches):
            print(f"launch {number + 1} of {options.launches}", file=sys.stderr)
            measure_pairs(number, program, points, (environment, cores), pairs)
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
        ratios = [ours / theirs for ours, theirs in measured]
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
    print(f"time a message, ours over ucx_perftest's (lat: half a round trip); target: an interval "
          f"of at most {WIDEST:.0%} that meets {low:g} to {high:g}. "
          f"UCX_TLS={environment_of(options)['UCX_TLS']}")
    return 1 if missed else 0
