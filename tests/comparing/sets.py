"""Results files with known contents, for the tests of compare and gate as their users meet them."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ.get("RAILGAUGE", "railgauge")
SIZES = (64, 4096, 65536, 1 << 20, 8 << 20)


def when(minute):
    return f"2026-01-01T{minute // 60:02}:{minute % 60:02}:00.000Z"


def header(run_id="a", minute=0, version="1.2.0", host="node-1", **provenance):
    return {"kind": "header", "schema": "railgauge-results", "version": version, "run_id": run_id,
            "started": when(minute), "command": ["railgauge", "run"],
            "plan": {"points": 5, "launches": 10, "suite": "s", "hash": "0", "settings": {}},
            "provenance": {"host": {"name": host}, **provenance}}


def launch(number, minute):
    return {"kind": "launch", "launch": number, "when": "before", "at": when(minute), "probe": {},
            "placement": [], "null_reasons": {}}


def point(index, size, number, time_us, **more):
    return {"kind": "point", "index": index, "op": "all_reduce", "backend": "shm",
            "algorithm": "ring", "dtype": "float32", "redop": "sum", "bytes": size, "ranks": 2,
            "root": 0, "group": "world", "in_place": False, "timing": "isolated",
            "launch": number, "soak_round": 0, "status": "ok", "reason": "",
            "time_us": {"p50": time_us, "ci_low": time_us, "ci_high": time_us, "p95": time_us,
                        "p99": time_us, "min": time_us, "max": time_us},
            "n": 100, "stop_reason": "precision", "start": "clock", "samples_us": [time_us], **more}


def lines(run_id="a", minute=0, factor=1.0, launches=10, wobble=0.004, more=None, **head):
    """A run: launches two minutes apart, whose times wobble by the same amounts in every test."""
    made = [header(run_id, minute, **head)]
    phase = sum(map(ord, run_id))
    for number in range(launches):
        made.append(launch(number, minute + 2 * number))
        for index, size in enumerate(SIZES):
            shake = 1 + wobble * ((7 * number + 3 * index + phase) % 5 - 2)
            made.append({**point(index, size, number, 10.0 * factor * shake), **(more or {})})
    return made + [{"kind": "end", "status": 0, "points": {}}]


def text_of(made):
    return "".join(json.dumps(line) + "\n" for line in made)


class SetsTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="railgauge_sets_")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, content):
        text = content if isinstance(content, (str, bytes)) else text_of(content)
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return self.path(name)

    def railgauge(self, *words, status=None):
        done = subprocess.run([PROGRAM, *map(str, words)], cwd=self.folder, check=False,
                              capture_output=True, timeout=240, errors="surrogateescape",
                              env={**os.environ, "NO_COLOR": "1"})
        if status is not None:
            self.assertEqual(done.returncode, status, done.stdout[-3000:] + done.stderr)
        return done

    def compare(self, *words, status=0):
        done = self.railgauge("compare", *words, "--json", status=status)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def gate(self, *words, status, baseline="a", candidate="b"):
        return self.railgauge("gate", "--baseline", baseline, "--candidate", candidate, *words,
                              status=status)
