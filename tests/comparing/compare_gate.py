"""compare and gate: what they say and end with, over sets with known answers."""

import json
import os
import unittest
import xml.etree.ElementTree

from sets import SetsTest, lines


class Compare(SetsTest):
    def test_any_number_of_sets_is_held_against_the_first(self):
        for name, factor in (("a", 1.0), ("b", 1.2), ("c", 0.8), ("d", 1.0)):
            self.write(f"{name}/run.jsonl", lines(name, "abcd".index(name) % 2, factor))
        found = self.compare("a", "b", "c", "d")
        self.assertEqual([one["b"]["name"] for one in found], ["b", "c", "d"])
        words = [{point["verdict"] for point in one["points"]} for one in found]
        self.assertEqual(words, [{"SLOWER"}, {"FASTER"}, {"SAME"}])
        text = self.railgauge("compare", "a", "b", "c", "d", status=0).stdout
        self.assertEqual(text.count("\nB  "), 3)

    def test_a_folder_holds_runs_of_one_launch_each(self):
        for number in range(10):
            for name, factor in (("a", 1.0), ("b", 1.5)):
                minute = 2 * number + (name == "b")
                self.write(f"{name}/{number}.jsonl",
                           lines(f"{name}{number}", minute, factor, launches=1))
        found, = self.compare("a", "b")
        self.assertEqual((found["pairs"], found["interleaved"]), (10, True))
        self.assertEqual({point["verdict"] for point in found["points"]}, {"SLOWER"})

    def test_percent_of_bound_energy_and_what_it_was_measured_on(self):
        self.write("a.jsonl", lines("a", driver="550", more={"percent_of_bound": 50.0,
                                                             "energy_j_per_gb": 2.0}))
        self.write("b.jsonl", lines("b", 1, driver="570", more={"percent_of_bound": 60.0,
                                                                "energy_j_per_gb": 1.0}))
        found, = self.compare("a.jsonl", "b.jsonl")
        self.assertEqual(found["provenance_differences"],
                         [{"what": "driver", "a": "550", "b": "570"}])
        for point in found["points"]:
            self.assertAlmostEqual(point["percent_of_bound_ratio"], 1.2, places=6)
            self.assertAlmostEqual(point["efficiency_ratio"], 2.0, places=6)
        text = self.railgauge("compare", "a.jsonl", "b.jsonl", status=0).stdout
        self.assertLess(text.index("driver: 550 -> 570"), text.index("operation and size"))

    def test_a_bandwidth_alone_is_shown_as_such(self):
        for name, minute, gbps in (("a", 0, 8.0), ("b", 1, 4.0)):
            self.write(f"{name}.jsonl", lines(name, minute, more={
                "op": "osu:osu_bw", "time_us": None, "algbw_gbps": gbps}))
        found, = self.compare("a.jsonl", "b.jsonl")
        for point in found["points"]:
            self.assertEqual((point["a_us"], point["b_us"]), (None, None))
            self.assertEqual((point["a_gbps"], point["b_gbps"]), (8.0, 4.0))
            self.assertEqual((round(point["ratio"], 9), point["verdict"]), (2.0, "SLOWER"))
        text = self.railgauge("compare", "a.jsonl", "b.jsonl", status=0).stdout
        self.assertIn("8.000 GB/s 4.000 GB/s", text)

    def test_of_rounds_the_fastest_may_count(self):
        # Every launch measures twice: once alike, once as others let it.
        for name, minute, factor in (("a", 0, 1.0), ("b", 1, 1.2)):
            quiet, busy = lines(name, minute, factor), lines(name, minute, factor)
            for line in busy:
                if line["kind"] == "point":
                    slower = 1 + (7 * line["launch"] + minute) % 5
                    line["time_us"] = {what: slower * us for what, us in line["time_us"].items()}
            points = [line for line in busy if line["kind"] == "point"]
            self.write(f"{name}.jsonl", quiet[:-1] + points * 2 + quiet[-1:])
        found, = self.compare("a.jsonl", "b.jsonl")
        self.assertEqual(found["a"]["of_rounds"], "median")
        self.assertNotIn("SLOWER", {point["verdict"] for point in found["points"]})
        found, = self.compare("a.jsonl", "b.jsonl", "--of-rounds", "fastest")
        self.assertEqual(found["a"]["of_rounds"], "fastest")
        self.assertEqual({point["verdict"] for point in found["points"]}, {"SLOWER"})
        done = self.gate("--of-rounds", "fastest", "--junit", self.path("junit.xml"), status=1,
                         baseline="a.jsonl", candidate="b.jsonl")
        with open(self.path("junit.xml"), encoding="utf-8") as file:
            self.assertIn('<property name="of_rounds" value="fastest"/>', file.read())
        self.assertIn("of each the fastest round", done.stdout)
        page = self.railgauge("report", "b.jsonl", "--against", "a.jsonl", "--of-rounds", "fastest",
                              "--format", "md", status=0).stdout
        self.assertIn("of each the fastest round", page)
        self.railgauge("compare", "a.jsonl", "b.jsonl", "--of-rounds", "best", status=2)
        self.railgauge("report", "a.jsonl", "--of-rounds", "fastest", status=2)

    def test_launches_that_a_point_lacks_are_told(self):
        self.write("a.jsonl", lines("a"))
        made = lines("b", 1)
        for line in made:
            if line["kind"] == "point" and line["launch"] < 3:
                line["start"] = "barrier"
        self.write("b.jsonl", made)
        text = self.railgauge("compare", "a.jsonl", "b.jsonl", status=0).stdout
        self.assertIn("Compared in fewer pairs, since some launches began by the clock and others "
                      "from a barrier: 5 points", text)
        self.assertIn("(7 of 10 pairs)", text)
        done = self.gate(status=0, baseline="a.jsonl", candidate="b.jsonl")
        self.assertIn("(7 of 10 pairs)", done.stdout)

    def test_usage(self):
        self.write("a.jsonl", lines("a"))
        self.railgauge("compare", "a.jsonl", status=2)
        self.railgauge("compare", "a.jsonl", "a.jsonl", "--margin", "3", status=2)
        done = self.railgauge("compare", "a.jsonl", "b.jsonl", status=3)
        self.assertIn("b.jsonl", done.stderr)


class Gate(SetsTest):
    def test_statuses(self):
        self.write("a/a.jsonl", lines("a"))
        for factor, status, word in ((1.0, 0, "PASSED"), (1.2, 1, "FAILED")):
            self.write("b/b.jsonl", lines("b", 1, factor))
            self.assertIn(word, self.gate(status=status).stdout)
        # 2 % are within the least effect, but not within one of 0.5 %.
        self.write("b/b.jsonl", lines("b", 1, 1.02))
        self.gate(status=0)
        self.gate("--min-effect", "0.5%", status=1)

    def test_few_launches_decide_nothing_and_it_says_how_many_would(self):
        self.write("a/a.jsonl", lines("a", launches=3))
        self.write("b/b.jsonl", lines("b", 1, launches=3))
        done = self.gate(status=3)
        self.assertIn("NOT DECIDED: too few launches for any verdict", done.stdout)
        self.assertIn("About 7 launches a side would decide", done.stdout)

    def test_files_for_ci(self):
        self.write("a/a.jsonl", lines("a"))
        self.write("b/b.jsonl", lines("b", 1, 1.2))
        done = self.gate("--markdown", "gate.md", "--junit", "gate.xml", "--json", status=1)
        found = json.loads(done.stdout)
        self.assertEqual((found["verdict"], found["status"]), ("failed", 1))
        self.assertTrue(0.03 < found["detectable"] < 0.3, found["detectable"])
        with open(self.path("gate.md"), encoding="utf-8") as file:
            self.assertIn("## railgauge gate: FAILED", file.read())
        tree = xml.etree.ElementTree.parse(self.path("gate.xml")).getroot()
        cases = tree.findall(".//testcase")
        self.assertEqual(len(cases), int(tree.get("tests")))
        self.assertEqual(len(tree.findall(".//failure")), int(tree.get("failures")))
        names = {(case.get("classname"), case.get("name")) for case in cases}
        self.assertEqual(len(names), len(cases))
        self.gate("--markdown", "no/such/folder.md", status=3)

    def test_links_and_pipes_stay_what_they_are(self):
        self.write("a/a.jsonl", lines("a"))
        self.write("b/b.jsonl", lines("b", 1))
        os.symlink("real.md", self.path("link.md"))
        self.write("real.md", "")
        os.mkfifo(self.path("pipe.xml"))
        pipe = os.open(self.path("pipe.xml"), os.O_RDWR)  # so that nobody waits for a reader
        self.addCleanup(os.close, pipe)
        self.gate("--markdown", "link.md", "--junit", "pipe.xml", status=0)
        self.assertTrue(os.path.islink(self.path("link.md")))
        with open(self.path("real.md"), encoding="utf-8") as file:
            self.assertIn("## railgauge gate: PASSED", file.read())
        self.assertIn(b"<testsuites", os.read(pipe, 65536))

    def test_what_was_accepted_passes_and_is_shown(self):
        self.write("a/a.jsonl", lines("a"))
        self.write("b/b.jsonl", lines("b", 1, 1.2))
        done = self.gate("--accept", "new | kernel", "--by", "Ada \x1b[1m", status=0)
        self.assertIn("Accepted by Ada", done.stderr)
        with open(self.path("a/accepted.json"), encoding="utf-8") as file:
            accepted = [json.loads(line) for line in file]
        self.assertEqual({(one["who"], one["why"]) for one in accepted},
                         {("Ada \x1b[1m", "new | kernel")})
        self.assertRegex(accepted[0]["when"], r"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d")
        os.remove(self.path("a/accepted.json"))
        self.gate("--accept", "new", "--junit", "gate.xml", "--markdown", "gate.md", status=0)
        with open(self.path("gate.md"), encoding="utf-8") as file:
            self.assertIn("## railgauge gate: PASSED", file.read())
        tree = xml.etree.ElementTree.parse(self.path("gate.xml")).getroot()
        self.assertEqual(tree.get("failures"), "0", "files are those of a gate that knows of it")
        self.gate("--points", "-3", status=2)
        os.remove(self.path("a/accepted.json"))
        self.gate("--accept", "new | kernel", "--by", "Ada \x1b[1m", status=0)
        later = self.gate("--markdown", "gate.md", status=0).stdout
        self.assertIn("Accepted:", later)
        self.assertIn("new | kernel", later)
        self.assertNotIn("\x1b", later)
        with open(self.path("gate.md"), encoding="utf-8") as file:
            self.assertIn("new \\| kernel", file.read())
        self.write("b/b.jsonl", lines("b", 1, 1.5))
        self.gate(status=1)
        self.write("b/b.jsonl", lines("b", 1, 1.0))
        os.remove(self.path("a/accepted.json"))
        done = self.gate("--accept", "why", status=0)
        self.assertIn("nothing to accept", done.stderr)
        self.assertFalse(os.path.exists(self.path("a/accepted.json")))

    def test_a_damaged_file_of_acceptances_is_named(self):
        self.write("a/a.jsonl", lines("a"))
        self.write("b/b.jsonl", lines("b", 1))
        self.write("a/accepted.json", '{"series":"x"}\n')
        self.assertIn("accepted.json:1:", self.gate(status=2).stderr)

    def test_calibration(self):
        self.write("a/a.jsonl", lines("a", launches=20))
        found = json.loads(self.railgauge("gate", "--baseline", "a", "--calibrate", "--json",
                                          status=0).stdout)
        self.assertEqual((found["pairs"], found["launches"]), (10, 20))
        self.assertGreater(found["detectable"], 0.03)
        self.railgauge("gate", "--baseline", "a", "--calibrate", "--launches", 10, status=0)
        self.write("few/a.jsonl", lines("a", launches=4))
        done = self.railgauge("gate", "--baseline", "few", "--calibrate", status=3)
        self.assertIn("cannot tell how launches differ", done.stderr)

    def test_usage(self):
        self.write("a/a.jsonl", lines("a"))
        self.railgauge("gate", "--baseline", "a", status=2)
        self.railgauge("gate", "--candidate", "a", status=2)
        self.gate("--accept", "", candidate="a", status=2)
        self.gate("--by", "me", candidate="a", status=2)
        self.gate("--min-effect", "40%", candidate="a", status=2)
        self.railgauge("gate", "--baseline", "a", "--calibrate", "--candidate", "a", status=2)


if __name__ == "__main__":
    unittest.main()
