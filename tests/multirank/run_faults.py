"""Ranks that die, stop or come late, users that interrupt, backends that spoil data."""

import os
import signal
import time
import unittest

from run_support import (CORRUPTING, MARGIN_S, Job, RunTest, has_mpi, launcher)

DEADLINE_S = 2


class FaultTest(RunTest):
    def endless(self, backend="shm", ranks=2, before=(), **how):
        words = [] if before else ["--ranks", ranks]
        job = self.start(*words, "--suite", self.endless_suite(), "--deadline",
                         f"{DEADLINE_S}s", backend=backend, before=before, **how)
        return job, self.wait_for_points(job, 2, ranks)

    def finish(self, job):
        begin = time.monotonic()
        done = job.wait(DEADLINE_S + MARGIN_S)
        self.took_s = time.monotonic() - begin
        self.assert_nothing_left(job)
        self.assert_sound()
        self.assertEqual(len(self.points("ok")), 2, "the points before the fault are kept")
        return done

    def assert_ended_by(self, done, rank):
        """Status 5; text, failed record and closing line name rank, host, point and phase."""
        self.assertEqual(done.status, 5, done)
        self.assertRegex(done.err, rf"rank {rank}\b")
        self.assertIn(os.uname().nodename, done.err)
        self.assertRegex(done.err, r"point 2\b")
        self.assertRegex(done.err, r"sampling|warming")
        failed = self.points("failed")
        self.assertEqual([point["index"] for point in failed], [2])
        self.assertEqual(failed[0]["op"], "broadcast")
        self.assertRegex(failed[0]["reason"], rf"rank {rank}\b")
        end = self.lines()[-1]
        self.assertEqual((end["kind"], end["status"]), ("end", 5))


class Faults:
    """The same faults, whoever started the ranks."""

    backend = "shm"

    def test_rank_killed(self):
        for victim in (0, 1):
            with self.subTest(rank=victim):
                if os.path.exists(self.file):
                    os.remove(self.file)
                job, ranks = self.endless(self.backend)
                os.kill(ranks[victim], signal.SIGKILL)
                done = self.finish(job)
                self.assert_ended_by(done, victim)
                self.assertRegex(done.err, r"(?i)kill|signal 9|died|ended")

    def test_rank_stopped(self):
        job, ranks = self.endless(self.backend)
        os.kill(ranks[1], signal.SIGSTOP)
        self.assert_ended_by(self.finish(job), 1)
        self.assertGreater(self.took_s, DEADLINE_S * 0.5)

    def test_rank_zero_stopped(self):
        job, ranks = self.endless(self.backend)
        os.kill(ranks[0], signal.SIGSTOP)
        self.assert_ended_by(self.finish(job), 0)

    def test_rank_late(self):
        job, ranks = self.endless(self.backend)
        os.kill(ranks[1], signal.SIGSTOP)
        time.sleep(DEADLINE_S + 1)
        try:
            os.kill(ranks[1], signal.SIGCONT)
        except ProcessLookupError:
            pass  # ended already, as it should be
        self.assert_ended_by(self.finish(job), 1)

    def test_rank_late_within_the_deadline(self):
        job, ranks = self.endless(self.backend)
        os.kill(ranks[1], signal.SIGSTOP)
        time.sleep(DEADLINE_S / 4)
        os.kill(ranks[1], signal.SIGCONT)
        time.sleep(0.5)
        self.assertIsNone(job.process.poll(), "a short absence is no fault")
        os.killpg(job.process.pid, signal.SIGTERM)
        job.wait()

    def test_interrupts(self):
        for number, whom in ((signal.SIGINT, os.killpg), (signal.SIGTERM, os.kill),
                             (signal.SIGHUP, os.killpg)):
            with self.subTest(signal=number):
                if os.path.exists(self.file):
                    os.remove(self.file)
                job, _ = self.endless(self.backend)
                whom(job.process.pid, number)
                done = job.wait(DEADLINE_S + MARGIN_S)
                self.assert_nothing_left(job)
                self.assertEqual(done.status, 5, done)
                self.assertIn("interrupted", done.err)
                self.assert_sound()
                # The point under way is kept as far as it came.
                points = self.points()
                self.assertEqual([point["status"] for point in points], ["ok"] * 3)
                self.assertEqual(points[2]["stop_reason"], "interrupted")
                end = self.lines()[-1]
                self.assertEqual((end["kind"], end["status"]), ("end", 5))


class ForkedFaults(Faults, FaultTest):
    def test_watcher_killed(self):
        job, _ = self.endless()
        os.kill(job.process.pid, signal.SIGKILL)
        job.wait(MARGIN_S)
        self.assert_nothing_left(job)
        self.assert_sound()
        self.assertEqual(len(self.points("ok")), 2)

    def test_second_interrupt_ends_at_once(self):
        job, ranks = self.endless()
        os.kill(ranks[1], signal.SIGSTOP)
        os.kill(job.process.pid, signal.SIGINT)
        time.sleep(0.3)
        os.kill(job.process.pid, signal.SIGINT)
        self.assertEqual(self.finish(job).status, 5)


@unittest.skipUnless(has_mpi("mpich"), "no MPICH here")
class StartedMpiexecFaults(Faults, FaultTest):
    backend = "mpi"


class UsersLauncherFaults:
    """The launcher's own status stands; what was measured is kept, and no process."""

    def faulty(self, victim, number):
        job, ranks = self.endless("shm", before=launcher(self.flavour, 2))
        os.kill(ranks[victim], number)
        done = self.finish(job)
        self.assertNotEqual(done.status, 0, done)
        return done

    def test_rank_killed(self):
        self.faulty(1, signal.SIGKILL)

    def test_rank_zero_killed(self):
        self.faulty(0, signal.SIGKILL)

    def test_rank_stopped(self):
        done = self.faulty(1, signal.SIGSTOP)
        self.assertRegex(done.err, r"rank 1\b")
        self.assertEqual([point["index"] for point in self.points("failed")], [2])


@unittest.skipUnless(has_mpi("mpich"), "no MPICH here")
class UnderMpich(UsersLauncherFaults, FaultTest):
    flavour = "mpich"


@unittest.skipUnless(has_mpi("openmpi"), "no Open MPI here")
class UnderOpenMpi(UsersLauncherFaults, FaultTest):
    flavour = "openmpi"


@unittest.skipUnless(CORRUPTING, "RAILGAUGE_CORRUPTING is not set")
class WrongData(RunTest):
    def spoiled(self, after, *arguments):
        words = ["run", "--backend", "shm", "--ranks", "2", "--budget", "20ms", *arguments,
                 "--out", self.file]
        job = Job(self.folder, words, program=CORRUPTING,
                  env={"RAILGAUGE_CORRUPT_AFTER": str(after)})
        self.addCleanup(job.end)
        done = job.wait()
        self.assert_nothing_left(job)
        self.assert_sound()
        return done

    def test_wrong_from_the_start_and_later(self):
        for after in (0, 40):
            with self.subTest(after=after):
                if os.path.exists(self.file):
                    os.remove(self.file)
                done = self.spoiled(after, "--op", "all_reduce", "--bytes", "4096")
                self.assertEqual(done.status, 4, done)
                [point] = self.points()
                self.assertEqual(point["status"], "invalid")
                # The double flips a bit of rank 1's element 5.
                self.assertRegex(point["reason"],
                                 r"rank 1, first wrong element 5: expected .+, got .+; "
                                 r"1 element is wrong")
                self.assertEqual(self.lines()[-1]["status"], 4)
                self.assertRegex(done.out, "(?i)invalid|wrong")

    def test_other_points_are_measured(self):
        done = self.spoiled(0, "--op", "all_reduce,barrier", "--bytes", "4096")
        self.assertEqual(done.status, 4, done)
        self.assertEqual([point["status"] for point in self.points()], ["invalid", "ok"])

    def test_not_looked_for(self):
        done = self.spoiled(0, "--op", "all_reduce", "--bytes", "4096", "--no-verify")
        self.assertEqual(done.status, 0, done)
        self.assertEqual(self.points()[0]["verified"], "no")


if __name__ == "__main__":
    unittest.main(verbosity=2)
