"""What `railgauge run` refuses, with which status and words, and that nothing ran before."""

import os
import unittest

from run_support import Job, RunTest, file_size_limit


class WrongWords(RunTest):
    def refused(self, status, *arguments, out=True):
        done = self.run_it("--ranks", 2, *arguments, out=out)
        self.assertEqual(done.status, status, done)
        self.assertFalse(os.path.exists(self.file), "a refused run left a file")
        return done.err

    def test_flags_and_words(self):
        self.assertIn("unknown flag '--byte'; did you mean '--bytes'?",
                      self.refused(2, "--byte", 8))
        self.assertIn("did you mean 'all_reduce'?", self.refused(2, "--op", "al_reduce"))
        self.assertIn("did you mean 'float32'?",
                      self.refused(2, "--bytes", 8, "--dtype", "flat32"))
        self.assertIn("did you mean 'ring'?",
                      self.refused(2, "--op", "all_reduce", "--bytes", 8, "--algorithm", "rign"))
        self.assertIn("did you mean 'quick'?", self.refused(2, "--suite", "quik"))
        self.assertIn("root 2 does not exist",
                      self.refused(2, "--op", "broadcast", "--bytes", 8, "--root", 2))
        self.assertIn("unknown backend 'smh'",
                      self.refused(2, "--bytes", 8, "--backend", "smh"))
        self.assertIn("--deadline", self.refused(2, "--bytes", 8, "--deadline", "0s"))
        self.assertIn("--launches",
                      self.refused(2, "--bytes", 8, "--for", "1s", "--launches", 2))
        self.assertIn("--out", self.refused(2, "--bytes", 8, "--resume", "other.jsonl"))

    def test_nccl_library_that_is_none(self):
        path = os.path.join(self.folder, "libnccl.so.2")
        with open(path, "w", encoding="utf-8") as file:
            file.write("no library")
        self.assertIn("--nccl-library: ",
                      self.refused(3, "--op", "barrier", "--nccl-library", path))

    def test_suite_key(self):
        path = self.write_suite('[suite]\nname = "s"\n[[case]]\nop = "barrier"\n  dtyp = "int8"\n')
        text = self.refused(2, "--suite", path)
        self.assertIn(f"{path}:5:3: ", text)
        self.assertIn("did you mean 'dtype'?", text)

    def test_files_that_are_no_suite(self):
        self.assertIn("No such file", self.refused(3, "--suite", "./missing.toml"))
        self.assertIn("directory", self.refused(3, "--suite", self.folder))
        self.assertIn("longer", self.refused(2, "--suite", "/dev/zero"))

    def test_topologies_without_a_seat_for_each_rank(self):
        path = os.path.join(self.folder, "one.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write("""
[topology]
name = "one"
gpus = 2
node = "n"
[node.n]
gpus = 1
source = "assumed"
[[tier]]
name = "net"
medium = "ethernet"
members = 2
port = "1GB/s"
latency = "1us"
source = "assumed"
""")
        # Two hosts of one GPU each: two ranks of one host have no seats.
        self.assertIn("2 ranks on this host", self.refused(2, "--bytes", 8, "--topology", path))
        done = self.run_it("--ranks", 3, "--bytes", 8, "--topology", path)
        self.assertEqual(done.status, 2, done)
        self.assertIn("3 ranks, and the topology 'one' has 2 ranks", done.err)
        self.assertFalse(os.path.exists(self.file), "a refused run left a file")

    def test_expectations_and_topologies_that_are_not_there(self):
        text = self.refused(3, "--bytes", 8, "--expect", "./missing.toml")
        self.assertIn("name a file of expectations", text)
        self.assertNotIn("topologies/", text)
        text = self.refused(3, "--bytes", 8, "--topology", "./missing.toml")
        self.assertIn("give a topology's name or its file", text)

    def test_sizes(self):
        self.assertIn("64 bits", self.refused(2, "--bytes", "99999999999G"))
        self.assertIn("64 bits", self.refused(2, "--bytes", "18446744073709551616"))
        # 2 ranks with input and output: 4 TiB, said before anything is allocated.
        text = self.refused(3, "--op", "all_reduce", "--bytes", "1T")
        self.assertRegex(text, r"needs 4\.4e\+03 GB .* for 2 ranks")
        for operation in ("all_reduce", "all_gather", "all_to_all_v", "ping_pong", "scatter"):
            text = self.refused(3, "--op", operation, "--bytes", "18446744073709551615")
            self.assertIn("measure smaller sizes", text)


class UnwritableOutput(RunTest):
    short = ["--ranks", 2, "--op", "all_reduce", "--bytes", "8..64", "--budget", "20ms"]

    def refused(self, path, words):
        self.file = path
        done = self.run_it(*self.short)
        self.assertEqual(done.status, 3, done)
        self.assertIn(path, done.err)
        self.assertIn(words, done.err)

    def test_folder_that_does_not_exist(self):
        self.refused(os.path.join(self.folder, "no", "out.jsonl"), "No such file")

    def test_folder_in_the_place_of_the_file(self):
        self.refused(self.folder, "directory")

    def test_read_only_folder(self):
        # /proc refuses root too.
        self.refused("/proc/railgauge.jsonl", "name a file that can be written")

    def test_pipe(self):
        os.mkfifo(self.file)
        done = self.run_it(*self.short)
        self.assertEqual(done.status, 2, done)
        self.assertIn("is a pipe", done.err)

    def test_full_device(self):
        self.refused("/dev/full", "No space left")

    def test_existing_file_is_kept(self):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write("precious\n")
        done = self.run_it(*self.short)
        self.assertEqual(done.status, 2, done)
        self.assertIn("--resume", done.err)
        with open(self.file, encoding="utf-8") as file:
            self.assertEqual(file.read(), "precious\n")

    def test_disk_that_fills_in_the_middle(self):
        # Larger than the segments in memory, which the limit holds for as well.
        job = self.start("--ranks", 2, "--op", "all_reduce", "--bytes", "8,16", "--dtype", "all",
                         "--iterations", "60000", limits=file_size_limit(2_000_000))
        done = job.wait(300)  # a busy machine takes its time for so many samples
        self.assertEqual(done.status, 3, done)
        self.assertIn("File too large", done.err)
        self.assert_nothing_left(job)
        self.assert_sound()
        points = self.points("ok")
        self.assertGreater(len(points), 0)
        self.assertLess(len(points), 24)

    def test_output_of_the_table_that_ends(self):
        # As `railgauge run | head -1` does.
        job = self.start(*self.short)
        job.process.stdout.close()
        job.process.stdout = None
        job.wait()
        self.assert_nothing_left(job)


class Plans(RunTest):
    def test_dry_run_measures_nothing(self):
        done = self.run_it("--ranks", 3, "--dry-run")
        self.assertEqual(done.status, 0, done)
        self.assertRegex(done.out, r"(?m)^\d+ points on 3 ranks, 1 launch, at most about ")
        self.assertFalse(os.path.exists(self.file))

    def test_dry_run_says_what_will_be_skipped(self):
        plain = ["--ranks", 2, "--op", "all_reduce", "--bytes", "8"]
        for words in (["--graph", "both"], ["-g", 2]):
            with self.subTest(words=words):
                planned = self.run_it(*plain, *words, "--dry-run")
                self.assertEqual(planned.status, 0, planned)
                told = [line for line in planned.out.splitlines() if ", skipped: " in line]
                self.assertEqual(len(told), 1, planned)
                # In the words of the record.
                self.run_it(*plain, *words)
                point, = self.points("skipped")
                self.assertTrue(told[0].endswith(", skipped: " + point["reason"]), (told, point))
                os.remove(self.file)

    def test_full_suite_can_be_planned(self):
        done = self.run_it("--ranks", 2, "--suite", "full", "--dry-run")
        self.assertEqual(done.status, 0, done)
        self.assertLess(done.elapsed_s, 20)

    def test_a_name_of_a_suite_is_no_path(self):
        path = self.write_suite('[suite]\nname = "../a b"\n[[case]]\nop = "barrier"\n')
        job = Job(self.folder, ["run", "--backend", "shm", "--ranks", "2", "--suite", path,
                                "--budget", "20ms"])
        done = job.wait()
        self.assertEqual(done.status, 0, done)
        written = [name for name in os.listdir(self.folder) if name.endswith(".jsonl")]
        self.assertEqual(len(written), 1, written)
        self.assertRegex(written[0], r"^railgauge-[A-Za-z0-9_.-]+\.jsonl$")


if __name__ == "__main__":
    unittest.main(verbosity=2)
