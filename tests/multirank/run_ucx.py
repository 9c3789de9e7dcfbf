"""`railgauge run --backend ucx`: what it measures and records, a transport that is missing, and
ranks that die or stop in the middle."""

import json
import os
import signal
import subprocess
import unittest

from run_faults import DEADLINE_S, FaultTest
from run_support import PROGRAM, RunTest


def has_ucx():
    answer = subprocess.run([PROGRAM, "list", "--json"], stdout=subprocess.PIPE, text=True,
                            check=False)
    backends = json.loads(answer.stdout)["backends"]
    return any(one["name"] == "ucx" and one["available"] for one in backends)


OVER_TCP = {"UCX_TLS": "tcp", "UCX_NET_DEVICES": "lo"}


@unittest.skipUnless(has_ucx(), "no UCX here")
class UcxTest(RunTest):
    def measured(self, *words, **variables):
        return self.run_it("--ranks", "2", "--iterations", "20", *words, backend="ucx",
                           env=variables)

    def test_every_operation_is_verified(self):
        operations = "all_reduce,all_gather,send_recv,ping_pong,send,put,get,barrier"
        done = self.measured("--op", operations, "--bytes", "8,300K")
        self.assertEqual(done.status, 0, done)
        for point in self.points():
            self.assertEqual(point["status"], "ok", point)
            self.assertEqual(point["verified"], "yes", point)
            self.assertIn("memory", point["transport"])

    def test_transport_is_what_was_asked_for(self):
        done = self.measured("--op", "all_reduce", "--bytes", "64K", **OVER_TCP)
        self.assertEqual(done.status, 0, done)
        self.assertEqual([point["transport"] for point in self.points()], ["tcp/lo"])

    def test_missing_transport_names_those_that_there_are(self):
        done = self.measured("--op", "all_reduce", "--bytes", "8", UCX_TLS="no_such_transport")
        self.assertEqual(done.status, 3, done)
        self.assertIn("no_such_transport", done.err)
        self.assertIn("tcp/lo", done.err)

    def test_segments_that_crash_the_library_are_refused(self):
        done = self.measured("--op", "all_reduce", "--bytes", "8", UCX_POSIX_SEG_SIZE="64K")
        self.assertIn(done.status, (0, 3), done)  # later versions do not crash
        if done.status == 3:
            self.assertIn("UCX_POSIX_SEG_SIZE=64K", done.err)


@unittest.skipUnless(has_ucx(), "no UCX here")
class UcxFaults(FaultTest):
    def endless_suite(self):
        """With a named algorithm, so that none is chosen when the fault comes."""
        return self.write_suite("""
[suite]
name = "endless"
[[case]]
op = "all_reduce"
algorithm = "direct"
bytes = [8, 64]
budget = "20ms"
[[case]]
op = "broadcast"
algorithm = "direct"
bytes = 4096
iterations = 900000000
""")

    def fault(self, victim, number, **variables):
        job, ranks = self.endless("ucx", env=variables)
        os.kill(ranks[victim], number)
        self.assert_ended_by(self.finish(job), victim)

    def test_rank_killed(self):
        self.fault(1, signal.SIGKILL)

    def test_rank_killed_over_tcp(self):
        self.fault(0, signal.SIGKILL, **OVER_TCP)

    def test_rank_stopped(self):
        self.fault(1, signal.SIGSTOP)
        self.assertGreater(self.took_s, DEADLINE_S * 0.5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
