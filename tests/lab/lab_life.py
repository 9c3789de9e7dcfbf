"""A lab comes up whole or not at all, runs commands on its hosts, and leaves nothing."""

import os
import re
import shutil
import signal
import subprocess
import time
import unittest

from lab_support import LAB, MARGIN_S, LabTest, has_mpich, main, processes_with, read, traces


class Life(LabTest):
    def test_up_and_down_leave_nothing(self):
        self.lab("up", "--hosts", 2, "--rails", 1)
        there = traces(self.names)
        for outside in ("links", "mounts", "named namespaces", "host name", "hosts"):
            self.assertEqual(there[outside], self.before[outside])
        self.assertEqual(len(there["processes"]), 4, "a head, a switch and two hosts")
        self.lab("down")
        self.assert_nothing_left()
        self.lab("down")
        self.assertIn("no lab", self.lab("status", status=3).stderr)

    def test_two_labs_side_by_side(self):
        for name in self.names:
            self.lab("up", "--hosts", 1, "--rails", 1, name=name)
        again = self.lab("up", "--hosts", 1, status=3)
        self.assertIn("already", again.stderr)
        self.lab("down")
        done = self.lab("exec", "h1", "--", "hostname", name=self.names[1])
        self.assertEqual(done.stdout, "h1\n")
        self.lab("down", name=self.names[1])
        self.assert_nothing_left()

    def test_up_interrupted_is_taken_down(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            for after_nodes in (1, 4):
                with self.subTest(signal=number, nodes=after_nodes):
                    process = self.start("up", "--hosts", 16, "--rails", 2)
                    mark = f"railgauge-lab/{self.name}".encode()
                    self.until(lambda: len(self.nodes(process.pid)) >= after_nodes or
                               process.poll() is not None, "nodes are made")
                    process.send_signal(number)
                    _, err = process.communicate(timeout=MARGIN_S)
                    if number == signal.SIGKILL:
                        self.assertEqual(process.returncode, -number)
                        self.lab("down")
                    else:
                        self.assertEqual(process.returncode, 128 + number, err)
                        self.assertIn("interrupted", err)
                        self.assertFalse(os.path.exists(f"/run/{mark.decode()}"))
                    self.assert_nothing_left()
                    self.until(lambda: not self.nodes(process.pid), "the nodes end")

    @staticmethod
    def nodes(session_of):
        """Processes outside of this one's network that `up` forked: they have its command line."""
        here = os.readlink("/proc/self/ns/net")
        line = read(f"/proc/{session_of}/cmdline") or None
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if os.readlink(f"/proc/{pid}/ns/net") != here:
                    found += [pid] if line and read(f"/proc/{pid}/cmdline") == line else []
            except OSError:
                pass
        return found

    def test_without_rights(self):
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        # Nobody may look into the folder that this tree lies in; into a copy he may.
        copy = f"/tmp/{self.name}"
        self.addCleanup(shutil.rmtree, copy, ignore_errors=True)
        shutil.copytree(os.path.dirname(LAB), copy)
        os.chmod(copy, 0o755)
        for before, missing in ((nobody, "root"),
                                (["setpriv", "--bounding-set=-sys_admin"], "CAP_SYS_ADMIN"),
                                (["setpriv", "--bounding-set=-net_admin"], "CAP_NET_ADMIN")):
            with self.subTest(missing=missing):
                done = subprocess.run([*before, f"{copy}/lab", "up", "--name", self.name],
                                      cwd="/", text=True, capture_output=True, check=False,
                                      timeout=MARGIN_S)
                self.assertEqual(done.returncode, 3, done.stderr)
                self.assertIn(missing, done.stderr)
                self.assertRegex(done.stderr, "not permitted|denied")
                self.assert_nothing_left()

    def test_bad_words(self):
        self.lab("up", "--hosts", 2, "--rails", 1)
        for words, told in ((["up", "--hosts", 0], "from 1"), (["up", "--rate", "fast"], "fast"),
                            (["exec", "h9", "--", "true"], "h9"), (["run"], "no command"),
                            (["slow", "h2:rail7", "--rate", "1gbit"], "rail0"),
                            (["cut", "h3"], "h1, h2"), (["cut", "h1", "--after", "soon"], "soon"),
                            (["run", "--hosts", "h1,hx", "--", "true"], "hx")):
            with self.subTest(words=words):
                self.assertIn(told, self.lab(*words, status=2).stderr)
        absent = self.lab("exec", "h1", "--", "/no/such/program", status=3)
        self.assertIn("/no/such/program on h1: No such file", absent.stderr)


class Commands(LabTest):
    def setUp(self):
        super().setUp()
        self.lab("up", "--hosts", 3, "--rails", 1)

    def test_each_as_torchrun(self):
        words = "$(hostname) $RANK $WORLD_SIZE $LOCAL_RANK $LOCAL_WORLD_SIZE $MASTER_ADDR"
        done = self.lab("each", "--all", "--ranks-per-host", 2, "--hosts", "h1,h3", "--", "sh",
                        "-c", f"echo {words}; exit $((RANK + 5))", status=5)
        self.assertEqual(sorted(done.stdout.splitlines()),
                         ["h1 0 4 0 2 10.0.0.1", "h1 1 4 1 2 10.0.0.1", "h3 2 4 0 2 10.0.0.1",
                          "h3 3 4 1 2 10.0.0.1"])
        alone = self.lab("each", "--", "hostname")
        self.assertEqual(alone.stdout, "h1\n")

    @unittest.skipUnless(has_mpich(), "no MPICH here")
    def test_hydra_reaches_every_host(self):
        done = self.lab("run", "--ranks-per-host", 2, "--", "sh", "-c",
                        "echo $(hostname):$PMI_RANK")
        self.assertEqual(sorted(done.stdout.split()), [f"h{1 + rank // 2}:{rank}"
                                                       for rank in range(6)])
        own = self.lab("run", "--", "mpiexec.mpich", "-hosts", "h3,h2", "-n", 2, "hostname")
        self.assertEqual(sorted(own.stdout.split()), ["h2", "h3"])
        self.lab("run", "--", "sh", "-c", "exit 7", status=7)

    def test_an_interrupt_ends_it_on_all_hosts(self):
        verbs = [("each", "each")] + ([("run", "run")] if has_mpich() else [])
        for verb, text in verbs:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
                with self.subTest(verb=verb, signal=number):
                    process = self.start(verb, "--", "sleep", "1000")
                    self.until(lambda: len(self.sleeping()) == 3, f"{text} starts on 3 hosts")
                    process.send_signal(number)
                    process.communicate(timeout=MARGIN_S)
                    expected = -number if number == signal.SIGKILL else 128 + number
                    self.assertEqual(process.returncode, expected)
                    self.until(lambda: not self.sleeping(), "all of them end")
        self.assertEqual(self.on("h1", "hostname"), "h1", "the lab stays")

    def test_what_a_command_leaves_is_ended_and_told(self):
        done = self.lab("each", "--", "sh", "-c", "setsid sleep 1000 & exit 0")
        self.assertEqual(len(re.findall(r"left on h\d: sleep 1000", done.stderr)), 3, done.stderr)
        self.assertFalse(self.sleeping())

    def sleeping(self):
        mark = f"RAILGAUGE_LAB={self.name}\0".encode()
        return [pid for pid, line in processes_with(mark).items() if line.startswith("sleep 1000")]

    def test_down_ends_what_runs(self):
        process = self.start("each", "--", "sleep", "1000")
        self.until(lambda: len(self.sleeping()) == 3, "it starts on 3 hosts")
        self.lab("down")
        process.communicate(timeout=MARGIN_S)
        self.assertNotEqual(process.returncode, 0)
        self.assert_nothing_left()


class Once(LabTest):
    def test_once_takes_the_lab_down(self):
        self.lab("once", "--hosts", 2, "--rails", 1, "--", "sh", "-c", "exit 4", status=4)
        self.assert_nothing_left()

    def test_once_interrupted(self):
        process = self.start("once", "--hosts", 2, "--rails", 1, "--", "sleep", "1000")
        mark = f"RAILGAUGE_LAB={self.name}\0".encode()
        self.until(lambda: any(line.startswith("sleep 1000")
                               for line in processes_with(mark).values()), "it starts")
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=MARGIN_S)
        self.assertEqual(process.returncode, 128 + signal.SIGTERM)
        self.assert_nothing_left()


if __name__ == "__main__":
    main()
