"""Links that are cut, ranks that die or stop on other hosts, hosts that do not answer, strangers.

Each ends the run with status 5 and names the ends that it is between; the points before are kept,
and no rank is left on any host.
"""

import os
import signal
import time

from lab_support import MARGIN_S, main
from railgauge_support import DEADLINE_S, ClusterTest

SHORT = ["--op", "all_reduce", "--bytes", "8", "--budget", "50ms"]


class Faults:
    """The same, however ranks meet."""

    def assert_ended(self, job, *named):
        status, out, err = self.finish(job)
        self.assertEqual(status, 5, out + err)
        for word in named:
            self.assertRegex(err, word)
        self.assertEqual(len(self.points("ok")), 2, "the points before the fault are kept")
        failed = [each["index"] for each in self.points("failed")]
        self.assertEqual(failed, [2], "the third says what happened")
        return err

    def test_a_rail_is_cut(self):
        job = self.begin_endless()
        self.lab("cut", "h3")
        begin = time.monotonic()
        self.assert_ended(job, r"host h3: rail0 has lost its link")
        self.assertRegex(self.lines()[-1]["reason"], r"noted before: .*host h3: rail0 has lost")
        self.assertLess(time.monotonic() - begin, DEADLINE_S + MARGIN_S)

    def test_a_management_link_is_cut(self):
        job = self.begin_endless()
        self.lab("cut", "h3:mgmt")
        self.assert_ended(job, r"\bh3\b", r"\bh1\b")

    def test_a_rank_is_killed(self):
        job = self.begin_endless()
        os.kill(self.rank_on("h2"), signal.SIGKILL)
        self.assert_ended(job, r"rank 1\b|\bh2\b")

    def test_a_rank_is_stopped(self):
        job = self.begin_endless()
        rank = self.rank_on("h4")
        os.kill(rank, signal.SIGSTOP)
        if self.verb == "each":
            # It stands alone on its host, and no launcher is there that could end it.
            self.until(lambda: self.lines()[-1]["kind"] == "end", "the others give up")
            os.kill(rank, signal.SIGCONT)
        self.assert_ended(job, r"rank 3\b|\bh4\b")

    def test_an_interrupt(self):
        job = self.begin_endless()
        job.send_signal(signal.SIGINT)
        status, _, err = self.finish(job)
        self.assertNotEqual(status, 0, err)
        self.assertGreaterEqual(len(self.points("ok")), 2)

    def test_a_host_does_not_answer(self):
        self.lab("cut", "h3:mgmt")
        begin = time.monotonic()
        job = self.begin(*SHORT, "--start-deadline", "5s")
        status, out, err = self.finish(job)
        self.assertEqual(status, 5, out + err)
        self.assertRegex(err, self.absent)
        self.assertLess(time.monotonic() - begin, 5 + MARGIN_S)

    def test_a_stranger_knocks(self):
        job = self.begin_endless()
        knocked = self.on("h4", "/usr/bin/python3", "-c", KNOCK, *self.listening("h1"))
        self.assertGreater(int(knocked), 0, "there was a port to knock at")
        time.sleep(0.5)
        self.assertIsNone(job.poll(), "the run goes on")
        job.send_signal(signal.SIGINT)
        _, err = self.finish(job)[1:]
        self.assertRegex(err, r"10\.0\.0\.4")

    def listening(self, host):
        """ADDRESS:PORT of what listens there on the management network; never all addresses."""
        words = self.on(host, "ss", "-Htln").splitlines()
        places = [line.split()[3] for line in words]
        return [place for place in places if place.startswith("10.0.0.")]


KNOCK = """
import socket, sys
knocked = 0
for place in sys.argv[1:]:
    address, _, port = place.rpartition(":")
    with socket.create_connection((address, int(port)), timeout=5) as stream:
        stream.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n" + bytes(4096))
        knocked += 1
print(knocked)
"""


class MpiByMpiexec(Faults, ClusterTest):
    absent = r"\bh3\b"


class UcxByMpiexec(Faults, ClusterTest):
    backend = "ucx"
    absent = r"\bh3\b"


class UcxByEnvironment(Faults, ClusterTest):
    verb, backend = "each", "ucx"
    # A host that never came has no name here; its rank has.
    absent = r"rank 2\b|\bh3\b"


if __name__ == "__main__":
    main()
