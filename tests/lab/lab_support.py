"""What the tests of the lab share: the command, a lab that goes with its test, traces of both.

Every program ends with status 77, ctest's "skipped", where this machine cannot have a lab.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.path.normpath(os.path.join(HERE, "../../scripts/lab"))
TRANSFER = os.path.join(HERE, "transfer.py")
STATE = "/run/railgauge-lab"
# How long a loaded machine may take beyond what is asked for.
MARGIN_S = 30


def lab(*words, timeout_s=60 + MARGIN_S, **how):
    """Runs scripts/lab and waits."""
    return subprocess.run([LAB, *map(str, words)], text=True, capture_output=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=timeout_s, **how)


def start(*words, **how):
    return subprocess.Popen([LAB, *words], text=True, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **how)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def processes_with(text):
    """Command lines of the living processes whose environment holds `text`, by number."""
    found = {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        state = read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        if state and state[0] not in (b"Z", b"X") and text in read(f"/proc/{pid}/environ"):
            found[int(pid)] = read(f"/proc/{pid}/cmdline").replace(b"\0", b" ").decode()
    return found


def traces(names):
    """All that these labs could leave behind on the machine."""
    marks = [f"RAILGAUGE_LAB_INIT={name}/".encode() for name in names]
    marks += [f"RAILGAUGE_LAB={name}\0".encode() for name in names]
    return {
        "links": sorted(os.listdir("/sys/class/net")),
        "mounts": sorted(line.split()[4] for line in read("/proc/self/mountinfo").splitlines()),
        "named namespaces": sorted(os.listdir("/run/netns")) if os.path.isdir("/run/netns") else [],
        "state": [name for name in names if os.path.exists(f"{STATE}/{name}")],
        "processes": {pid: line for mark in marks for pid, line in processes_with(mark).items()},
        "host name": os.uname().nodename,
        "hosts": read("/etc/hosts"),
    }


class LabTest(unittest.TestCase):
    """Each test has a name of its own for its labs, and takes them down."""

    maxDiff = None
    serial = 0

    def setUp(self):
        LabTest.serial += 1
        self.names = [f"t{os.getpid()}-{LabTest.serial}-{which}" for which in "ab"]
        self.name = self.names[0]
        self.before = traces(self.names)
        self.addCleanup(self.take_down)

    def take_down(self):
        for name in self.names:
            lab("down", "--name", name)

    def lab(self, verb, *words, status=0, name=None, **how):
        done = lab(verb, "--name", name or self.name, *words, **how)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def start(self, verb, *words, **how):
        process = start(verb, "--name", self.name, *map(str, words), **how)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def on(self, node, *command, **how):
        """What the command prints on that node."""
        return self.lab("exec", node, "--", *command, **how).stdout.strip()

    def status(self):
        return json.loads(self.lab("status", "--json").stdout)

    def links(self):
        return {f"{link['host']}:{link['nic']}": link for link in self.status()["links"]}

    def assert_nothing_left(self):
        """Namespaces end a moment after their last process."""
        for _ in range(100):
            now = traces(self.names)
            if now == self.before:
                return
            time.sleep(0.05)
        self.assertEqual(now, self.before)

    def until(self, what, text, timeout_s=MARGIN_S):
        give_up = time.monotonic() + timeout_s
        while not what():
            self.assertLess(time.monotonic(), give_up, f"it never came that {text}")
            time.sleep(0.02)

    def transfer_mbit(self, sender, receiver, nic, seconds=1.0):
        """What a TCP stream carries from one host to the other's address on that NIC."""
        address = self.links()[f"{receiver}:{nic}"]["address"]
        receiving = self.start("exec", receiver, "--", "/usr/bin/python3", TRANSFER, "receive",
                               address)
        self.on(sender, "/usr/bin/python3", TRANSFER, "send", address, seconds)
        out, err = receiving.communicate(timeout=MARGIN_S)
        self.assertRegex(out, r"^[\d.]+\n$", err)
        return float(out)


def has_mpich():
    return shutil.which("mpiexec.mpich") is not None


def main():
    """unittest's, where a lab can be made at all."""
    name = f"t{os.getpid()}-probe"
    made = lab("up", "--name", name, "--hosts", 1, "--rails", 1)
    lab("down", "--name", name)
    if made.returncode == 3:
        print(f"skipped: no lab here: {made.stderr.strip()}")
        sys.exit(77)
    unittest.main()
