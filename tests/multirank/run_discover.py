"""`railgauge topo discover` by several ranks."""

import os
import subprocess
import unittest

from run_meetings import LAB, MeetingTest, lab_problem
from run_support import PROGRAM, Job, RunTest, has_mpi, launcher

DISCOVER = ["topo", "discover"]


class DiscoverTest(RunTest):
    def alone(self, *arguments):
        done = Job(self.folder, [*DISCOVER, *arguments]).wait()
        self.assertEqual(done.status, 0, done)
        return done.out

    def assert_is_topology(self, text):
        path = os.path.join(self.folder, "found.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        checked = self.railgauge("check", path)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertIn("a sound topology", checked.stdout)


class Alone(DiscoverTest):
    def test_this_machine(self):
        self.assert_is_topology(self.alone())


class Launched:
    def test_one_file_at_rank_0_as_without_a_launcher(self):
        job = Job(self.folder, DISCOVER, before=launcher(self.flavour, 4))
        done = job.wait()
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.out, self.alone())
        self.assert_nothing_left(job)

    def test_what_another_tool_wrote_needs_no_meeting(self):
        path = os.path.join(self.folder, "topology.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write("SwitchName=s0 Nodes=n[0-3]\n")
        arguments = ["--from", "slurm", path, "--port", "1GB/s"]
        done = Job(self.folder, [*DISCOVER, *arguments], before=launcher(self.flavour, 2)).wait()
        self.assertEqual(done.status, 0, done)
        self.assertIn("gpus = 4", done.out)


@unittest.skipUnless(has_mpi("mpich"), "no MPICH here")
class Mpich(Launched, DiscoverTest):
    flavour = "mpich"


@unittest.skipUnless(has_mpi("openmpi"), "no Open MPI here")
class OpenMpi(Launched, DiscoverTest):
    flavour = "openmpi"


def can_unshare():
    tried = subprocess.run(["unshare", "--ipc", "--uts", "true"], check=False, capture_output=True)
    return tried.returncode == 0


class ByTheEnvironment(MeetingTest, DiscoverTest):
    def discover(self, size, before=lambda rank: (), arguments=()):
        jobs = [Job(self.folder, [*DISCOVER, *arguments], before=before(rank),
                    env=self.variables(rank, size)) for rank in range(size)]
        for job in jobs:
            self.addCleanup(job.end)
        return self.finish(jobs)

    def test_one_host(self):
        done = self.discover(3)
        self.assertEqual([each.status for each in done], [0] * 3, done)
        self.assertEqual(done[0].out, self.alone())
        self.assertEqual([(each.out, each.err) for each in done[1:]], [("", "")] * 2)

    @unittest.skipUnless(can_unshare(), "namespaces need root")
    def test_two_hosts(self):
        # Ranks that do not share memory count as ranks of several hosts.
        def before(rank):
            return ["unshare", "--ipc", "--uts", "sh", "-c",
                    f'hostname host{rank} && exec "$@"', "sh"]
        done = self.discover(2, before, ["--port", "100Gb/s", "--nics", "2", "--name", "pair"])
        self.assertEqual([each.status for each in done], [0, 0], done)
        self.assertEqual(done[1].out, "")
        self.assert_is_topology(done[0].out)
        for words in ('name = "pair"', "members = 2\n", "ports = 2\n", "2 hosts, discovered"):
            self.assertIn(words, done[0].out)
        self.assertNotIn("most hosts", done[0].err)


@unittest.skipIf(lab_problem(), lab_problem())
class EmulatedHosts(DiscoverTest):
    """Hosts that share nothing but their links, one of which has a link down."""

    name = f"discover{os.getpid()}"

    def lab(self, verb, *words):
        return subprocess.run([LAB, verb, "--name", self.name, *words], check=False, text=True,
                              capture_output=True, timeout=60)

    def test_the_host_that_differs_is_named(self):
        made = self.lab("up", "--hosts", "3", "--rails", "2")
        if made.returncode == 3:
            self.skipTest(made.stderr)
        self.addCleanup(self.lab, "down")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.lab("exec", "h3", "--", "ip", "link", "set", "rail1", "down")
        done = self.lab("each", "--ranks-per-host", "2", "--", PROGRAM, *DISCOVER)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"railgauge: h3 has 2 network devices of .*, and most hosts "
                                      r"beside it have 3 network devices")
        self.assertNotIn("h1 has", done.stderr)
        self.assert_is_topology(done.stdout)
        self.assertIn("3 hosts, discovered", done.stdout)
        self.assertEqual(done.stdout.count("[topology]"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
