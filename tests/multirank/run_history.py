"""`railgauge history` over real runs and over written ones with known changes."""

import datetime
import json
import os
import random
import unittest

from fake_railgauge import results
from run_support import RunTest

BEGIN = datetime.datetime(2026, 1, 1, 3, 0, tzinfo=datetime.timezone.utc)


class HistoryTest(RunTest):
    def write(self, runs, factor=lambda run, point: 1, driver=lambda run: "535", host="node-1"):
        chance = random.Random(7)
        os.makedirs(f"{self.folder}/{host}", exist_ok=True)
        for run in range(runs):
            times = [10 * (i + 1) * factor(run, i) * chance.lognormvariate(0, 0.02)
                     for i in range(3)]
            provenance = {"host": {"host": host, "nvidia_driver": driver(run),
                                   "load": str(chance.random()), "boot_id": str(run)}}
            with open(f"{self.folder}/{host}/{run:03}.jsonl", "w", encoding="utf-8") as file:
                file.write(results(BEGIN + datetime.timedelta(days=run), times, provenance,
                                   f"{host}-{run}"))

    def test_real_runs(self):
        for run in range(3):
            self.file = f"{self.folder}/runs/{run}.jsonl"
            os.makedirs(os.path.dirname(self.file), exist_ok=True)
            done = self.run_it("--ranks", 2, "--op", "all_reduce", "--bytes", "8,4K",
                               "--iterations", 30)
            self.assertEqual(done.status, 0, done)
        told = self.railgauge("history", f"{self.folder}/runs")
        self.assertEqual(told.returncode, 3, told.stdout + told.stderr)
        self.assertIn(f"{os.uname().nodename}", told.stdout)
        # On a busy machine some runs start from a barrier, which makes series of their own.
        self.assertRegex(told.stdout, r"3 runs, [2-4] series")
        self.assertRegex(told.stdout, r"[2-4] series with (3|1 to 3|1 to 2) runs: too few")

    def test_a_change_with_what_changed_there(self):
        self.write(20, lambda run, point: 1.3 if run >= 12 and point < 2 else 1,
                   lambda run: "535" if run < 12 else "550")
        told = self.railgauge("history", self.folder)
        self.assertEqual(told.returncode, 0, told.stderr)
        self.assertRegex(told.stdout, r"Changed between 2026-01-12\S+ \(.*/011.jsonl\)\n *"
                                      r"and 2026-01-13\S+ \(.*/012.jsonl\): 2 series")
        self.assertIn("host.nvidia_driver: 535 -> 550", told.stdout)
        self.assertIn("12 runs before, 8 after", told.stdout)
        self.assertIn("No change in 1 series", told.stdout)
        self.assertNotIn("boot_id", told.stdout)
        found = json.loads(self.railgauge("history", "--json", self.folder).stdout)
        (system,) = found["systems"]
        (change,) = system["changes"]
        self.assertEqual((change["before_run"], change["after_run"]), (11, 12))
        self.assertEqual(change["provenance_differences"],
                         [{"what": "host.nvidia_driver", "before": "535", "after": "550"}])
        for series in system["series"]:
            self.assertEqual(len(series["time_us"]), 20)
            ratios = [one["ratio"] for one in series["changes"]]
            self.assertEqual(len(ratios), 1 if series["bytes"] < 1 << 20 else 0)
            for ratio in ratios:
                self.assertAlmostEqual(ratio, 1.3, delta=0.06)

    def test_hosts_are_kept_apart(self):
        self.write(10)
        self.write(10, lambda run, point: 3, host="node-2")
        both = json.loads(self.railgauge("history", "--json", self.folder).stdout)
        self.assertEqual([(one["hosts"], one["changes"]) for one in both["systems"]],
                         [(["node-1"], []), (["node-2"], [])])
        one = self.railgauge("history", "--host", "node-2", self.folder)
        self.assertIn("node-2: 10 runs", one.stdout)
        self.assertIn("Left out, other hosts: 1 system", one.stdout)
        other = self.railgauge("history", "--host", "node-9", self.folder)
        self.assertEqual(other.returncode, 3)
        self.assertIn("'node-9'", other.stderr)

    def test_bad_files_are_named_and_the_rest_used(self):
        self.write(9)
        good = f"{self.folder}/node-1/003.jsonl"
        with open(good, encoding="utf-8") as file:
            text = file.read()
        lines = text.splitlines(keepends=True)
        bad = {"cut": text[:-40].replace("node-1-3", "cut-run"), "empty": "",
               "bytes": "\x00\x1b[2J{{{\n", "newer": lines[0].replace("1.2.0", "7.0.0"),
               "line": "".join([lines[0].replace("node-1-3", "line-run"), lines[1], "{oops\n",
                                *lines[2:]]),
               "copy": text}
        for name, content in bad.items():
            with open(f"{self.folder}/node-1/x{name}.jsonl", "w", encoding="utf-8") as file:
                file.write(content)
        told = self.railgauge("history", self.folder)
        self.assertEqual(told.returncode, 0, told.stderr)
        for name in bad:
            self.assertIn(f"x{name}.jsonl", told.stdout)
        self.assertNotIn("\x1b", told.stdout)
        self.assertIn("11 runs, 3 series", told.stdout)

    def test_nothing_to_read(self):
        self.assertEqual(self.railgauge("history").returncode, 2)
        self.assertEqual(self.railgauge("history", "/nonexistent").returncode, 3)
        os.makedirs(f"{self.folder}/none")
        told = self.railgauge("history", f"{self.folder}/none")
        self.assertEqual(told.returncode, 2)
        self.assertIn("railgauge run", told.stderr)
        with open(f"{self.folder}/none/x.jsonl", "w", encoding="utf-8") as file:
            file.write("nothing\n")
        self.assertEqual(self.railgauge("history", f"{self.folder}/none").returncode, 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
