"""What the tests of `railgauge run` share: starting it, finding its ranks, reading its file.

RAILGAUGE names the program, RAILGAUGE_CORRUPTING one whose shm backend spoils data; ctest sets
both.
"""

import glob
import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import uuid

PROGRAM = os.environ.get("RAILGAUGE", "railgauge")
CORRUPTING = os.environ.get("RAILGAUGE_CORRUPTING", "")
MPICH = shutil.which("mpiexec.mpich")
OPENMPI = shutil.which("mpirun.openmpi")
MARK = "RAILGAUGE_TEST_MARK"
# How long a loaded machine and a sanitized build may take beyond what is asked for.
MARGIN_S = 20
# In the middle of this point there is time for a fault.
ENDLESS = ["--iterations", "900000000"]


def module_of(flavour):
    path = os.path.join(os.path.dirname(PROGRAM), f"railgauge_mpi_{flavour}.so")
    return path if os.path.exists(path) else None


def has_mpi(flavour):
    return bool({"mpich": MPICH, "openmpi": OPENMPI}[flavour] and module_of(flavour))


def launcher(flavour, ranks):
    if flavour == "mpich":
        return [MPICH, "-n", str(ranks)]
    return [OPENMPI, "--oversubscribe", "-n", str(ranks)]


class Finished:
    def __init__(self, status, out, err, elapsed_s):
        self.status, self.out, self.err, self.elapsed_s = status, out, err, elapsed_s

    def __repr__(self):
        return f"status {self.status} after {self.elapsed_s:.1f} s\n{self.out[-2000:]}\n{self.err}"


def read_text(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


class Job:
    """A running railgauge, possibly under a launcher."""

    def __init__(self, folder, arguments, before=(), env=None, limits=None, program=PROGRAM):
        self.mark = uuid.uuid4().hex
        environment = dict(os.environ, **{MARK: self.mark, "NO_COLOR": "1"})
        environment.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1",
                           OMPI_MCA_btl_vader_single_copy_mechanism="none")
        environment.update(env or {})
        self.begin = time.monotonic()
        self.process = subprocess.Popen(
            [*before, program, *arguments], cwd=folder, env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True, preexec_fn=limits)

    def wait(self, timeout_s=60 + MARGIN_S):
        try:
            out, err = self.process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            self.end()
            out, err = self.process.communicate()
            raise AssertionError(f"not finished after {timeout_s} s\n{out}\n{err}") from None
        return Finished(self.process.returncode, out, err, time.monotonic() - self.begin)

    def alive(self):
        """Every living process of the job, whatever started it."""
        found = []
        for folder in glob.glob("/proc/[0-9]*"):
            if f"{MARK}={self.mark}".encode() not in read_text(folder + "/environ").split(b"\0"):
                continue
            state = read_text(folder + "/stat").rpartition(b")")[2].split()
            if state and state[0] not in (b"Z", b"X"):
                found.append(int(os.path.basename(folder)))
        return sorted(found)

    def ranks(self):
        """Process ids in rank order."""
        by_rank = {}
        for pid in self.alive():
            for entry in read_text(f"/proc/{pid}/environ").split(b"\0"):
                name, _, value = entry.partition(b"=")
                if name in (b"PMI_RANK", b"OMPI_COMM_WORLD_RANK"):
                    by_rank[int(value)] = pid
        if by_rank:
            return [by_rank[rank] for rank in sorted(by_rank)]
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        return sorted(int(pid) for pid in read_text(children).split())

    def end(self):
        for pid in self.alive():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass


class RunTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="railgauge_run_")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.file = os.path.join(self.folder, "out.jsonl")

    def start(self, *arguments, out=True, backend="shm", **how):
        words = ["run", *(["--backend", backend] if backend else []), *map(str, arguments)]
        job = Job(self.folder, words + (["--out", self.file] if out else []), **how)
        self.addCleanup(job.end)
        return job

    def run_it(self, *arguments, **how):
        return self.start(*arguments, **how).wait()

    def railgauge(self, *arguments):
        return subprocess.run([PROGRAM, *arguments], cwd=self.folder, text=True, check=False,
                              capture_output=True, timeout=60)

    def lines(self):
        """The whole lines of the results file."""
        text = read_text(self.file)
        return [json.loads(line) for line in text[: text.rfind(b"\n") + 1].splitlines()]

    def points(self, status=None):
        return [line for line in self.lines() if line["kind"] == "point"
                and (status is None or line["status"] == status)]

    def assert_sound(self):
        checked = self.railgauge("check", self.file)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def assert_nothing_left(self, job):
        for _ in range(50):
            if not job.alive():
                return
            time.sleep(0.1)
        left = {pid: read_text(f"/proc/{pid}/cmdline") for pid in job.alive()}
        self.fail(f"processes are left: {left}")

    def wait_for_points(self, job, count, ranks=2, more_s=0.4):
        """Until so many points are on disk and the next one is under way; the ranks' pids."""
        give_up = time.monotonic() + 60
        while time.monotonic() < give_up:
            if job.process.poll() is not None:
                self.fail(f"ended early: {job.wait()}")
            if len(self.points()) >= count and len(job.ranks()) >= ranks:
                time.sleep(more_s)
                return job.ranks()
            time.sleep(0.02)
        self.fail(f"{count} points did not come: {len(self.points())}, ranks {job.ranks()}")

    def write_suite(self, text):
        path = os.path.join(self.folder, "suite.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def endless_suite(self):
        """Two short points, then one that goes on until something ends it."""
        return self.write_suite("""
[suite]
name = "endless"
[[case]]
op = "all_reduce"
bytes = [8, 64]
budget = "20ms"
[[case]]
op = "broadcast"
bytes = 4096
iterations = 900000000
""")


def file_size_limit(bytes_):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))
