"""railgauge in a lab of four hosts, however its ranks meet."""

import json
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../multirank"))

# pylint: disable=wrong-import-position
from lab_support import MARGIN_S, LabTest, read
from run_support import MARK, PROGRAM, has_mpi

HOSTS = 4
DEADLINE_S = 3
ENDLESS = """
[suite]
name = "endless"
[[case]]
op = "all_reduce"
bytes = [8, 1024]
budget = "20ms"
[[case]]
op = "all_gather"
bytes = 65536
iterations = 900000000
"""


def has_backend(name):
    """Whether this build can measure with it at all."""
    done = os.popen(f"{PROGRAM} list --json 2>/dev/null").read()
    try:
        return any(each.get("name") == name for each in json.loads(done)["backends"])
    except (ValueError, KeyError, AttributeError):
        return False


class ClusterTest(LabTest):
    """`verb` is how ranks come to be: "run" by mpiexec, "each" by the environment."""

    verb = "run"
    backend = "mpi"
    shape = ("--hosts", HOSTS, "--rails", 2, "--rate", "1gbit")

    def setUp(self):
        if self.backend == "ucx" and not has_backend("ucx"):
            self.skipTest("this railgauge was built without UCX")
        if self.verb == "run" and not has_mpi("mpich"):
            self.skipTest("no MPICH here")
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix="railgauge_lab_")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.file = os.path.join(self.folder, "out.jsonl")
        self.lab("up", *self.shape)

    def words(self, *arguments):
        return ["--", PROGRAM, "run", "--backend", self.backend, "--out", self.file,
                *map(str, arguments)]

    def environment(self):
        return dict(os.environ, NO_COLOR="1", **{MARK: self.name})

    def measure(self, *arguments, status=0, more=()):
        return self.lab(self.verb, *more, *self.words(*arguments), status=status,
                        timeout_s=300,
                        cwd=self.folder, env=self.environment())

    def begin(self, *arguments, more=()):
        return self.start(self.verb, *more, *self.words(*arguments), cwd=self.folder,
                          env=self.environment())

    def begin_endless(self):
        """Running, two points done, in the middle of the third."""
        suite = os.path.join(self.folder, "suite.toml")
        with open(suite, "w", encoding="utf-8") as file:
            file.write(ENDLESS)
        job = self.begin("--suite", suite, "--deadline", f"{DEADLINE_S}s")
        self.until(lambda: len(self.points()) >= 2 or job.poll() is not None, "two points are done")
        if job.poll() is not None:
            self.fail(f"it ended early: {job.communicate()}")
        time.sleep(1)
        return job

    def finish(self, job):
        """(status, stdout, stderr); fails where it takes much longer than its deadline."""
        out, err = job.communicate(timeout=2 * DEADLINE_S + 2 * MARGIN_S)
        left = [line for line in err.splitlines() if "left on" in line and PROGRAM in line]
        self.assertEqual(left, [], "no rank outlives the run")
        return job.returncode, out, err

    def lines(self):
        text = read(self.file)
        return [json.loads(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]

    def points(self, status=None):
        return [line for line in self.lines() if line["kind"] == "point"
                and (status is None or line["status"] == status)]

    def rank_on(self, host):
        """The process of the rank there, as this machine numbers it."""
        for node in self.status()["nodes"]:
            if node["name"] == host:
                for process in node["processes"]:
                    if process["command"].startswith(PROGRAM):
                        return process["pid"]
        self.fail(f"no rank on {host}: {self.status()}")

    def sent_bytes(self, host, nic):
        return int(self.on(host, "cat", f"/sys/class/net/{nic}/statistics/tx_bytes"))
