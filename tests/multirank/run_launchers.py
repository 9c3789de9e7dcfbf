"""Ranks that MPI's launchers start: railgauge's own mpiexec and the user's."""

import os
import unittest

from run_support import RunTest, has_mpi, launcher, module_of

SHORT = ["--op", "all_reduce", "--bytes", "8", "--budget", "50ms"]


@unittest.skipUnless(has_mpi("mpich"), "no MPICH here")
class StartedByUs(RunTest):
    def test_shm_and_mpi_in_one_table(self):
        done = self.run_it("--ranks", 2, *SHORT, backend="shm,mpi")
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        self.assertEqual([point["backend"] for point in self.points("ok")], ["shm", "mpi"])

    def test_launches(self):
        done = self.run_it("--ranks", 2, *SHORT, "--launches", 2, backend="mpi")
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        self.assertEqual([point["launch"] for point in self.points("ok")], [0, 1])

    def test_types_and_reductions_are_right_or_skipped(self):
        done = self.run_it("--ranks", 2, "--op", "all_reduce", "--bytes", 256, "--dtype", "all",
                           "--redop", "all", "--iterations", 10, backend="mpi")
        self.assert_sound()
        self.assertEqual(len(self.points()), 14 * 6)
        # MPICH 4.0 compares MPI_UINT8_T as if it had a sign (the smaller of 127 and 128 is 128).
        wrong = [(point["dtype"], point["redop"]) for point in self.points("invalid")]
        self.assertLessEqual(set(wrong), {("uint8", "min"), ("uint8", "max")}, done)
        self.assertEqual(done.status, 4 if wrong else 0, done)
        self.assertEqual(self.points("failed"), [])
        for point in self.points():
            self.assertEqual(bool(point["reason"]), point["status"] != "ok")

    def test_more_ranks_than_cores(self):
        done = self.run_it("--ranks", 3, "--op", "all", "--bytes", "8,64K", "--budget", "20ms",
                           backend="mpi")
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        self.assertEqual(len(self.points("ok")), 13 * 2 + 1)


class StartedByTheUser:
    def joined(self, *arguments, ranks=2, **how):
        return self.run_it(*arguments, before=launcher(self.flavour, ranks), **how)

    def test_one_table_and_one_file(self):
        done = self.joined(*SHORT, backend="shm,mpi")
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.out.count("suite flags"), 1, done)
        self.assert_sound()
        self.assertEqual([point["backend"] for point in self.points("ok")], ["shm", "mpi"])
        self.assertEqual({point["ranks"] for point in self.points()}, {2})
        self.assertEqual([name for name in os.listdir(self.folder)], ["out.jsonl"])

    def test_three_ranks(self):
        done = self.joined(*SHORT, ranks=3, backend="shm,mpi")
        self.assertEqual(done.status, 0, done)
        self.assertEqual(len(self.points("ok")), 2)

    def test_what_is_wrong_is_said_once(self):
        for _ in range(3):  # the launcher may be quick to end the other ranks
            done = self.joined("--op", "al_reduce", "--bytes", 8, ranks=3)
            self.assertEqual(done.err.count("did you mean 'all_reduce'?"), 1, done)
            self.assertNotEqual(done.status, 0)

    def test_what_a_launcher_cannot_do(self):
        done = self.joined(*SHORT, "--launches", 2)
        self.assertIn("--launches", done.err)
        done = self.joined(*SHORT, "--ranks", 3)
        self.assertIn("--ranks", done.err)

    def test_dry_run_is_printed_once_for_the_launchers_ranks(self):
        done = self.joined(*SHORT, "--dry-run", ranks=3)
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.out.count("1 point on 3 ranks"), 1, done)

    def test_the_wrong_mpi_is_explained(self):
        other = "openmpi" if self.flavour == "mpich" else "mpich"
        if not module_of(other):
            self.skipTest(f"no module for {other}")
        done = self.joined(*SHORT, env={"RAILGAUGE_MPI_MODULE": module_of(other)})
        self.assertEqual(done.status, 3, done)
        self.assertRegex(done.err, r"(?i)world of (one|1)|each .* alone|single rank")


@unittest.skipUnless(has_mpi("mpich"), "no MPICH here")
class Mpich(StartedByTheUser, RunTest):
    flavour = "mpich"


@unittest.skipUnless(has_mpi("openmpi"), "no Open MPI here")
class OpenMpi(StartedByTheUser, RunTest):
    flavour = "openmpi"


if __name__ == "__main__":
    unittest.main(verbosity=2)
