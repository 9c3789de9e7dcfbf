"""`railgauge ab`: real launches, and quick ones of a stand-in where only ab itself is tested."""

import glob
import json
import os
import signal
import stat
import time
import unittest

from run_support import ENDLESS, MARGIN_S, MPICH, PROGRAM, Job, RunTest, has_mpi, read_text

FAKE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fake_railgauge.py")
REAL = ["--", "run", "--ranks", "2", "--backend", "shm", "--op", "all_reduce", "--bytes", "8,4K",
        "--timing", "streamed", "--iterations", "50"]


class AbTest(RunTest):
    def setUp(self):
        super().setUp()
        self.results = os.path.join(self.folder, "ab")
        self.fake = os.path.join(self.folder, "fake")
        with open(self.fake, "w", encoding="utf-8") as file:
            file.write(f'#!/bin/sh\nexec /usr/bin/python3 -B {FAKE} "$@"\n')
        os.chmod(self.fake, os.stat(self.fake).st_mode | stat.S_IXUSR)

    def start_ab(self, *arguments, out=True, **how):
        job = Job(self.folder, ["ab", *(["--out", self.results] if out else []),
                                *map(str, arguments)], **how)
        self.addCleanup(job.end)
        return job

    def ab(self, *arguments, **how):
        return self.start_ab(*arguments, **how).wait(300)

    def fakes(self, *arguments, **how):
        """Launches of the stand-in on both sides."""
        return self.ab("--a-binary", self.fake, "--b-binary", self.fake, *arguments, **how)

    def files(self, side):
        return sorted(glob.glob(f"{self.results}/{side}/*.jsonl"))

    def environment_of(self, file):
        with open(file, encoding="utf-8") as lines:
            return json.loads(next(lines))["provenance"]["host"]["environment"]


class RealLaunches(AbTest):
    def test_each_launch_is_a_run_that_compare_reads(self):
        done = self.ab("--a", "UCX_TEST=one", "--b", "UCX_TEST='two words'", "--launches", 2, *REAL)
        self.assertEqual(done.status, 3, done)
        self.assertIn("with 2 launches a side no verdict is possible; 8 are needed", done.err)
        self.assertIn("pair 2 of at most 2", done.err)
        self.assertIn("UNKNOWN", done.out)
        for side, value in (("a", "one"), ("b", "two words")):
            self.assertEqual(len(self.files(side)), 2)
            for file in self.files(side):
                self.assertEqual(self.railgauge("check", file).returncode, 0)
                self.assertEqual(self.environment_of(file).get("UCX_TEST"), value)
        compared = self.railgauge("compare", "--json", f"{self.results}/a", f"{self.results}/b")
        self.assertEqual(compared.returncode, 0, compared.stderr)
        found = json.loads(compared.stdout)
        self.assertEqual((found["pairs"], found["interleaved"]), (2, True))
        # On a busy machine some launches start from a barrier, and are held apart.
        self.assertGreaterEqual(len(found["points"]) + len(found["different_definitions"]), 1)

    def test_flags_of_a_side_replace_those_of_both(self):
        done = self.ab("--a", "--bytes 64", "--b", "--bytes 64 --iterations 60", "--launches", 1,
                       *REAL)
        self.assertEqual(done.status, 3, done)
        with open(self.files("b")[0], encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        self.assertEqual([one["bytes"] for one in lines if one["kind"] == "point"], [64])
        command = lines[0]["command"]
        self.assertEqual(command.count("--iterations"), 1)
        self.assertEqual(command[-4:-1], ["--launches", "1", "--out"])

    def test_interrupted_in_a_launch(self):
        job = self.start_ab("--launches", 8, "--", "run", "--ranks", 2, "--backend", "shm", "--op",
                            "all_reduce", "--bytes", "8", *ENDLESS)
        give_up = time.monotonic() + 60
        while not (self.files("a") or self.files("b")) and time.monotonic() < give_up:
            time.sleep(0.1)
        time.sleep(1)
        job.process.send_signal(signal.SIGINT)
        done = job.wait(MARGIN_S)
        self.assertEqual(done.status, 5, done)
        self.assertIn("interrupted by the user", done.err)
        self.assertIn("0 of at most 8 pairs", done.out)
        self.assert_nothing_left(job)

    def test_a_failing_side_is_named_with_what_it_said(self):
        done = self.ab("--b", "--op no_such_operation", "--launches", 8, *REAL)
        self.assertEqual(done.status, 2, done)
        self.assertRegex(done.err, r"launch 1 of B \(--op no_such_operation\) ended with status 2")
        self.assertIn("no_such_operation", done.err.splitlines()[-1] + done.err.splitlines()[-2])
        self.assertIn("/logs/b-01.txt", done.err)

    @unittest.skipUnless(has_mpi("mpich"), "MPICH is not there")
    def test_launches_by_a_launcher(self):
        done = self.ab("--launcher", f"{MPICH} -n 2", "--launches", 1, "--", "run", "--backend",
                       "shm", "--op", "all_reduce", "--bytes", "8", "--iterations", "20")
        self.assertEqual(done.status, 3, done)
        self.assertIn("1 of at most 1 pairs", done.out)

    @unittest.skipUnless(has_mpi("mpich"), "MPICH is not there")
    def test_as_a_rank_it_refuses(self):
        done = self.ab("--launches", 1, *REAL, before=[MPICH, "-n", "1"])
        self.assertEqual(done.status, 2, done)
        self.assertIn("--launcher", done.err)
        self.assertFalse(os.path.exists(self.results))


class Decisions(AbTest):
    def test_a_slower_side_is_found_and_it_stops_early(self):
        done = self.fakes("--b", "FAKE_FACTOR=1.25", "--launches", 24, "--json", "--", "run")
        self.assertEqual(done.status, 0, done)
        found = json.loads(done.out)
        self.assertEqual({point["verdict"] for point in found["points"]}, {"SLOWER"})
        experiment = found["experiment"]
        self.assertEqual(experiment["pairs"], experiment["planned_looks"][0]["pairs"])
        self.assertEqual(experiment["ended"], "every point is decided")
        self.assertEqual(experiment["b"]["environment"], {"FAKE_FACTOR": "1.25"})
        self.assertTrue(found["interleaved"])
        for first, second in zip(experiment["order"][::2], experiment["order"][1::2]):
            self.assertNotEqual(first, second)
        with open(f"{self.results}/ab.json", encoding="utf-8") as file:
            self.assertEqual(json.load(file), found)

    def test_equal_sides_are_the_same_and_said_to_be_equal(self):
        done = self.fakes("--launches", 12, "--", "run")
        self.assertEqual(done.status, 0, done)
        self.assertIn("A and B are the same", done.err)
        self.assertIn("8 of at most 12 pairs", done.out)
        self.assertIn("SAME", done.out)

    def test_noise_tells_nothing(self):
        done = self.fakes("--a", "FAKE_SPREAD=0.8", "--b", "FAKE_SPREAD=0.8", "--launches", 8,
                          "--seed", 5, "--", "run")
        self.assertIn(done.status, (0, 3), done)  # by chance one may be called different
        self.assertEqual(done.status == 3, "SLOWER" not in done.out and "FASTER" not in done.out)

    def test_nothing_on_both_sides_ends_after_a_pair(self):
        done = self.fakes("--b", "FAKE_POINT=broadcast", "--", "run")
        self.assertEqual(done.status, 3, done)
        self.assertIn("nothing was measured on both sides", done.err)
        self.assertEqual(len(self.files("a")), 1)

    def test_a_budget_too_small_for_any_verdict_ends_after_a_pair(self):
        done = self.fakes("--a", "FAKE_SLEEP_S=0.3", "--b", "FAKE_SLEEP_S=0.3", "--budget", "2s",
                          "--", "run")
        self.assertEqual(done.status, 3, done)
        self.assertRegex(done.out, "within the budget nothing can be told: a pair of launches takes"
                                   ".* and 8 pairs are needed")
        self.assertEqual(len(self.files("a")), 1)

    def test_failures_end_it_with_the_launchs_status(self):
        for how, status, words in (("FAKE_STATUS=4", 4, "status 4 (wrong data)"),
                                   ("FAKE_STATUS=5", 5, "status 5"),
                                   ("FAKE_STATUS=77", 5, "status 77"),
                                   ("FAKE_SIGNAL=9", 5, "signal 9")):
            with self.subTest(how=how):
                self.results = os.path.join(self.folder, how)
                done = self.fakes("--b", f"{how} FAKE_FAIL_AT=2", "--launches", 8, "--", "run")
                self.assertEqual(done.status, status, done)
                self.assertIn("launch 3 of B", done.err)
                self.assertIn(words, done.err)
                self.assertIn("2 of at most 8 pairs", done.out)
                self.assertIn("UNKNOWN", done.out)
                self.assertNotIn("\x1b", done.err)

    def test_interrupted_between_verdicts_prints_what_there_is(self):
        job = self.start_ab("--a-binary", self.fake, "--b-binary", self.fake, "--b",
                            "FAKE_FACTOR=2 FAKE_SLEEP_S=0.5", "--launches", 24, "--", "run")
        give_up = time.monotonic() + 60
        while len(self.files("b")) < 3 and time.monotonic() < give_up:
            time.sleep(0.05)
        job.process.send_signal(signal.SIGINT)
        done = job.wait(MARGIN_S)
        self.assertEqual(done.status, 5, done)
        self.assertRegex(done.out, r"[23] of at most 24 pairs of launches; interrupted")
        self.assertRegex(done.out, r"UNKNOWN +all_reduce")
        self.assert_nothing_left(job)


class CommandLine(AbTest):
    def refused(self, *arguments, **how):
        done = self.ab(*arguments, **how)
        self.assertEqual(done.status, 2, done)
        self.assertFalse(glob.glob(f"{self.results}/*"), "something was measured")
        return done.err

    def test_wrong_words_are_refused_before_anything_runs(self):
        self.assertIn("did you mean '--launches'?", self.refused("--launchs", 3, *REAL))
        self.assertIn("did you mean '--algorithm'?", self.refused("--a", "--algoritm ring", *REAL))
        self.assertIn("did you mean '--iterations'?", self.refused("--", "--iteration", 3))
        self.assertIn("neither NAME=VALUE", self.refused("--b", "ring", *REAL))
        self.assertIn("ab --out", self.refused("--", "run", "--out", "x"))
        self.assertIn("no program", self.refused("--b-binary", "/nonexistent", *REAL))
        self.assertIn("--launches", self.refused("--launches", 0, *REAL))
        self.refused("--margin", "many", *REAL)
        self.refused("--budget", "soon", *REAL)

    def test_nothing_is_handed_to_a_shell(self):
        done = self.ab("--a", "X='$(touch pwned)' --op '; touch pwned'", "--dry-run", *REAL)
        self.assertEqual(done.status, 0, done)
        self.assertIn("'X=$(touch pwned)'", done.out)
        self.assertIn("'; touch pwned'", done.out)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "pwned")))

    def test_a_folder_in_use_is_refused(self):
        os.makedirs(f"{self.results}/a")
        with open(f"{self.results}/a/x.jsonl", "w", encoding="utf-8"):
            pass
        done = self.ab(*REAL)
        self.assertEqual(done.status, 2, done)
        self.assertIn("is not empty", done.err)

    def test_launchers_and_jobs_are_refused_with_what_to_do(self):
        for env in ({"PMI_RANK": "0", "PMI_SIZE": "2"},
                    {"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "localhost",
                     "MASTER_PORT": "29500"}):
            self.assertIn("run it without a launcher", self.refused(*REAL, env=env))

    def test_the_default_folder_is_named(self):
        done = self.fakes("--launches", 1, "--", "run", out=False)
        self.assertRegex(done.out, r"results: railgauge-ab-[0-9TZ]+")
        self.assertEqual(len(glob.glob(f"{self.folder}/railgauge-ab-*/b/01.jsonl")), 1)

    def test_verbose_launches_print_to_standard_error(self):
        done = self.fakes("--launches", 1, "--verbose", "--", "run", "--ranks", 2)
        self.assertIn("fake railgauge: run --ranks 2 --launches 1 --out", done.err)
        self.assertFalse(os.path.exists(f"{self.results}/logs"))
        self.assertEqual(read_text(f"{self.results}/logs/a-01.txt"), b"")


if __name__ == "__main__":
    assert PROGRAM
    unittest.main(verbosity=2)
