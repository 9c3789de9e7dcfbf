"""What a run leaves: records, formats, launches, soaks, and going on after a cut."""

import csv
import io
import json
import os
import re
import signal
import time
import unittest

from run_support import MARGIN_S, RunTest, read_text

SHORT = ["--ranks", 2, "--op", "all_reduce", "--bytes", "8..64", "--budget", "20ms"]


class Records(RunTest):
    def test_one_run(self):
        done = self.run_it(*SHORT)
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        kinds = [line["kind"] for line in self.lines()]
        self.assertEqual(kinds, ["header", "launch", *["point"] * 4, "launch", "end"])
        self.assertEqual([point["bytes"] for point in self.points("ok")], [8, 16, 32, 64])
        for point in self.points():
            self.assertEqual(point["verified"], "yes")
            self.assertEqual(len(point["samples_us"]), point["n"])
            self.assertEqual(sum(last["times"] for last in point["last_ranks"]), point["n"])
            # busbw of all_reduce on two ranks is algbw.
            self.assertAlmostEqual(point["busbw_gbps"], point["algbw_gbps"])
            self.assertAlmostEqual(point["algbw_gbps"],
                                   point["bytes"] / point["time_us"]["p50"] / 1e3, places=9)
        self.assertIn("all_reduce", done.out)
        self.assertIn(self.file, done.err)

    def test_iterations_are_exact(self):
        done = self.run_it("--ranks", 2, "--op", "all_reduce", "--bytes", 8, "--iterations", 20,
                           "--timing", "both")
        self.assertEqual(done.status, 0, done)
        isolated, streamed = self.points("ok")
        self.assertEqual((isolated["n"], isolated["stop_reason"]), (20, "iterations"))
        self.assertEqual(streamed["operations_per_sample"], 20)

    def test_verification_can_be_left_out(self):
        for flag in (["--no-verify"], ["-c", "0"]):
            if os.path.exists(self.file):
                os.remove(self.file)
            self.assertEqual(self.run_it(*SHORT, *flag).status, 0)
            self.assertEqual({point["verified"] for point in self.points()}, {"no"})

    def test_launches(self):
        done = self.run_it(*SHORT, "--launches", 3)
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        told = [(line["launch"], line.get("when", line["kind"])) for line in self.lines()
                if line["kind"] in ("launch", "point")]
        self.assertEqual(told, [(launch, when) for launch in range(3)
                                for when in ("before", *["point"] * 4, "after")])
        self.assertEqual(self.lines()[0]["plan"]["launches"], 3)

    def test_soak(self):
        done = self.run_it("--ranks", 2, "--op", "all_reduce", "--bytes", "8,16", "--iterations",
                           10, "--for", "1s")
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        told = [(point["soak_round"], point["index"]) for point in self.points()]
        self.assertGreater(told[-1][0], 1)
        self.assertEqual(told, [(i // 2, i % 2) for i in range(len(told))])

    def test_one_rank(self):
        done = self.run_it("--ranks", 1, "--op", "all", "--bytes", "8,1K", "--budget", "5ms")
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        self.assertEqual({point["status"] for point in self.points()} - {"ok", "skipped"}, set())

    def test_more_ranks_than_cores(self):
        for ranks in (3, 4):
            with self.subTest(ranks=ranks):
                if os.path.exists(self.file):
                    os.remove(self.file)
                done = self.run_it("--ranks", ranks, "--op", "all", "--bytes", "8,64K",
                                   "--budget", "20ms")
                self.assertEqual(done.status, 0, done)
                self.assert_sound()
                self.assertEqual(len(self.points("ok")), 15 * 2 + 1)

    def test_every_type_and_reduction(self):
        done = self.run_it("--ranks", 2, "--op", "all_reduce,reduce_scatter", "--bytes", "256",
                           "--dtype", "all", "--redop", "sum,prod,min,max,avg",
                           "--iterations", 10)
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        self.assertEqual(len(self.points()), 2 * 14 * 5)
        self.assertEqual({point["status"] for point in self.points()}, {"ok"})

    def test_start_to_first_number(self):
        begin = time.monotonic()
        job = self.start("--ranks", 2, "--suite", "quick")
        while not self.points() and job.process.poll() is None:
            time.sleep(0.005)
        print(f"\nstart to first number: {time.monotonic() - begin:.3f} s", flush=True)
        self.assertTrue(self.points())
        job.end()
        job.wait()

    def test_memory_of_rank_zero_does_not_grow(self):
        job = self.start("--ranks", 2, "--op", "all_reduce", "--bytes", "8..128", "--iterations",
                         50, "--for", "1h", env={"ASAN_OPTIONS": ":".join(filter(None, [
                             os.environ.get("ASAN_OPTIONS"), "quarantine_size_mb=0",
                             "thread_local_quarantine_size_kb=0"]))})
        def resident_kib(pid):
            found = re.search(rb"VmRSS:\s+(\d+)", read_text(f"/proc/{pid}/status"))
            return int(found[1])
        first = self.wait_for_points(job, 50)[0]
        early, early_points = resident_kib(first), len(self.points())
        give_up = time.monotonic() + 8
        while time.monotonic() < give_up and len(self.points()) < early_points + 1500:
            time.sleep(0.2)
        late, late_points = resident_kib(first), len(self.points())
        watcher = resident_kib(job.process.pid)
        os.kill(job.process.pid, signal.SIGINT)
        job.wait(MARGIN_S)
        print(f"\nrank 0: {early} KiB after {early_points} points, {late} KiB after {late_points};"
              f" its parent {watcher} KiB", flush=True)
        self.assertGreater(late_points, early_points + 50)
        self.assertLess(late - early, 1024)


class Formats(RunTest):
    def printed(self, name):
        done = self.run_it(*SHORT, "--format", name)
        self.assertEqual(done.status, 0, done)
        return done.out

    def test_csv(self):
        rows = list(csv.DictReader(io.StringIO(self.printed("csv"))))
        self.assertEqual([row["bytes"] for row in rows], ["8", "16", "32", "64"])
        self.assertTrue(all(row["status"] == "ok" for row in rows))

    def test_json(self):
        text = self.printed("json")
        try:
            found = json.loads(text)
        except json.JSONDecodeError:
            found = [json.loads(line) for line in text.splitlines()]
        points = found.get("points") if isinstance(found, dict) else [
            line for line in found if line.get("kind", "point") == "point"]
        self.assertEqual([point["bytes"] for point in points], [8, 16, 32, 64])

    def test_nccl_tests(self):
        rows = [line.split() for line in self.printed("nccl-tests").splitlines()
                if re.match(r"\s*\d", line)]
        self.assertEqual([row[0] for row in rows], ["8", "16", "32", "64"])
        self.assertTrue(all(row[2:4] == ["float", "sum"] for row in rows), rows)
        self.assertTrue(all(float(row[5]) > 0 for row in rows))


class Expectations(RunTest):
    def expected(self, op, *arguments, time_high="10s", **how):
        path = os.path.join(self.folder, "e.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'[[expect]]\nop = "{op}"\nbytes = "8..64"\n'
                       f'time_high = "{time_high}"\nsource = "this test"\n')
        return self.run_it(*SHORT, "--expect", path, *arguments, **how)

    def test_one_that_is_met_and_one_that_is_not(self):
        done = self.expected("all_reduce")
        self.assertEqual(done.status, 0, done)
        os.remove(self.file)
        done = self.expected("all_reduce", time_high="1ns")
        self.assertEqual(done.status, 1, done)
        self.assertIn("below", done.err)

    def test_one_that_fits_nothing_decides_nothing(self):
        done = self.expected("broadcast", "--launches", 2)
        self.assertEqual(done.status, 3, done)
        self.assertIn(f"no expectation in {self.folder}/e.toml fits any row", done.err)
        self.assertEqual(len(self.points("ok")), 2 * 4)
        self.assertEqual((self.lines()[-1]["kind"], self.lines()[-1]["status"]), ("end", 3))
        self.assert_sound()

    def test_rows_of_an_earlier_part_of_the_file_count(self):
        self.assertEqual(self.run_it(*SHORT).status, 0)
        for op, time_high, status in (("all_reduce", "10s", 0), ("all_reduce", "1ns", 1),
                                      ("broadcast", "1ns", 3)):
            done = self.expected(op, "--resume", self.file, time_high=time_high, out=False)
            self.assertEqual(done.status, status, done)
        os.remove(self.file)
        self.assertEqual(self.expected("all_reduce", time_high="1ns").status, 1)
        # What another file of expectations flagged does not count.
        done = self.expected("all_reduce", "--resume", self.file, out=False)
        self.assertEqual(done.status, 0, done)


class Resume(RunTest):
    suite = ["--ranks", 2, "--op", "all_reduce,broadcast", "--bytes", "8..32", "--iterations", 20]

    def setUp(self):
        super().setUp()
        self.assertEqual(self.run_it(*self.suite).status, 0)
        self.whole = read_text(self.file)

    def resumed(self, *arguments):
        return self.run_it(*(arguments or self.suite), "--resume", self.file, out=False)

    def cut_at(self, length):
        with open(self.file, "wb") as file:
            file.write(self.whole[:length])

    def assert_every_point_once(self):
        self.assert_sound()
        self.assertEqual(sorted(point["index"] for point in self.points("ok")), list(range(6)))
        self.assertEqual(self.lines()[-1]["kind"], "end")

    def test_cut_anywhere(self):
        ends = [match.end() for match in re.finditer(b"\n", self.whole)]
        lengths = [0, 1, ends[0] - 1, ends[0], ends[1], ends[2] - 1, ends[2], ends[3] + 7,
                   ends[-2] - 1, len(self.whole) - 1]
        for length in lengths:
            with self.subTest(bytes=length):
                self.cut_at(length)
                if length >= ends[0]:
                    checked = self.railgauge("check", self.file)
                    self.assertEqual(checked.returncode, 0, checked.stdout)
                    self.assertIn("cut short", checked.stdout + checked.stderr)
                done = self.resumed()
                self.assertEqual(done.status, 0, done)
                self.assert_every_point_once()

    def test_whole_file(self):
        done = self.resumed()
        self.assertEqual(done.status, 0, done)
        self.assert_every_point_once()

    def test_after_an_interrupt(self):
        os.remove(self.file)
        words = ["--ranks", 2, "--op", "all_reduce,broadcast", "--bytes", "8..32", "--budget",
                 "600ms", "--precision", "0.001%"]
        job = self.start(*words)
        self.wait_for_points(job, 2, more_s=0.1)
        os.killpg(job.process.pid, signal.SIGINT)
        self.assertEqual(job.wait().status, 5)
        done = self.resumed(*words)
        self.assertEqual(done.status, 0, done)
        self.assert_every_point_once()

    def test_another_plan_is_refused(self):
        for changed, word in ((["--iterations", 30], "(?i)differ|another|other"),
                              (["--ranks", 3], "ranks"),
                              (["--bytes", "8..64"], "points|8..64|64 B")):
            with self.subTest(change=changed):
                words = list(map(str, self.suite))
                words[words.index(changed[0]) + 1] = str(changed[1])
                done = self.resumed(*words)
                self.assertEqual(done.status, 2, done)
                self.assertRegex(done.err, word)
                self.assertEqual(read_text(self.file), self.whole)

    def test_what_is_no_results_file_is_refused(self):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write("precious\n")
        done = self.resumed()
        self.assertEqual(done.status, 2, done)
        self.assertEqual(read_text(self.file), b"precious\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
