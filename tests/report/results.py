"""Results files for the report's tests and figures, written as railgauge writes them."""

import json

HOSTILE = "<img src=x onerror=\"document.title='owned'\">'&\u202e\x1b[31m</script>"


def point(index, op, backend, size, time_us, launch=0, samples=True):
    busbw_factor = 1.5 if op == "all_reduce" else 1  # of four ranks
    values = [time_us * (1 + 0.01 * ((i * 7) % 11 - 5)) for i in range(20)] if samples else []
    return {
        "kind": "point", "index": index, "op": op, "backend": backend, "algorithm": "ring",
        "dtype": "float32", "redop": "sum", "bytes": size, "ranks": 4, "root": 0, "group": "world",
        "in_place": False, "timing": "isolated", "launch": launch, "soak_round": 0, "status": "ok",
        "reason": "", "n": 20, "algbw_gbps": size / time_us / 1e3,
        "busbw_gbps": busbw_factor * size / time_us / 1e3,
        "time_us": {"p50": time_us, "ci_low": time_us * 0.98, "ci_high": time_us * 1.02,
                    "p95": time_us * 1.05, "p99": time_us * 1.05,
                    "min": time_us * 0.95, "max": time_us * 1.05},
        "bound_us": time_us / 2, "percent_of_bound": 50, "verified": "yes", "samples_us": values,
    }


def write(path, points, launches=1):
    header = {"kind": "header", "schema": "railgauge-results", "version": "1.2.0",
              "run_id": path.stem, "started": "2026-01-31T12:00:00Z",
              "command": ["railgauge", HOSTILE],
              "plan": {"points": len(points), "launches": launches, "suite": HOSTILE, "hash": "0"},
              "provenance": {"hosts": [{"name": HOSTILE, HOSTILE: HOSTILE}], "driver": path.stem}}
    end = {"kind": "end", "status": 0}
    path.write_text("".join(json.dumps(line) + "\n" for line in [header, *points, end]))


def small(factor=1.0, launches=1):
    """Three series, the first of a backend with a hostile name, and pairs."""
    points = []
    for launch in range(launches):
        for op, backend in (("all_reduce", HOSTILE), ("all_reduce", "mpi"), ("broadcast", "shm")):
            for exponent in range(3, 24, 4):
                noise = launch * (3 if factor == 1 else 5) % 7
                time_us = (1 + 2 ** exponent / 1e4) * (1 + 0.001 * noise)
                if op == "broadcast":
                    time_us *= factor
                points.append(point(len(points), op, backend, 1 << exponent, time_us, launch))
    for a, b in ((0, 1), (1, 0), (0, 2), (2, 0)):
        one = point(len(points), "send", "shm", 1 << 20, 100 + 10 * a + b)
        one.update(ranks=2, group=f"pairs:{a}-{b}", round=0, rounds=1, concurrent_groups=1,
                   ends=[{"rank": a, "host": HOSTILE}, {"rank": b, "host": "node"}])
        points.append(one)
    return points


def large(series=1000, sizes=100):
    """100,000 points."""
    def one(s, i):
        time_us = 1234.5678 * (1 + i) * (1 + s / 1e3)
        made = point(s * sizes + i, "all_reduce", "shm", (i + 1) * 65536, time_us, samples=False)
        return dict(made, root=s % 4, window=s + 1)
    return [one(s, i) for s in range(series) for i in range(sizes)]
