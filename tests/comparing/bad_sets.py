"""compare and gate on files that are cut, mixed, doubled, foreign or hostile."""

import json
import unittest

from sets import SIZES, SetsTest, header, launch, lines, point, text_of

HOSTILE = "n\x1b[31m\x1b]0;t\x07\r\n\u202e<script>alert(1)</script>|@all`$(reboot)\x00"


class BadSets(SetsTest):
    def setUp(self):
        super().setUp()
        self.write("a/a.jsonl", lines("a"))

    def against_a(self, status=0):
        found, = self.compare("a", "b", status=status)
        return found

    def test_a_cut_file_is_used_as_far_as_it_goes(self):
        whole = text_of(lines("b", 1))
        self.write("b/b.jsonl", whole[: whole.rindex("samples_us")])
        found = self.against_a()
        self.assertEqual(found["pairs"], 10)
        self.assertEqual(len(found["points"]), 5)
        self.assertIn("its last line is cut and left out", found["b"]["problems"][0])
        self.write("b/b.jsonl", whole[: whole.index("\n") // 2])
        done = self.railgauge("compare", "a", "b", status=2)
        self.assertIn("cut within its header", done.stderr)

    def test_an_empty_file_is_refused(self):
        self.write("b/b.jsonl", "")
        self.assertIn("b/b.jsonl:1:1: ", self.railgauge("compare", "a", "b", status=2).stderr)

    def test_versions_may_be_mixed_and_a_newer_major_one_is_refused_by_name(self):
        self.write("b/old.jsonl", lines("old", 1, launches=5, version="1.0.0"))
        self.write("b/minor.jsonl", lines("new", 11, launches=5, version="1.99.0")
                   + [{"kind": "of the future"}])
        found = self.against_a()
        self.assertEqual((found["pairs"], found["b"]["problems"]), (10, []))
        self.write("b/new.jsonl", lines("newest", version="2.0.0"))
        done = self.railgauge("compare", "a", "b", status=2)
        self.assertIn("b/new.jsonl:1:", done.stderr)
        self.assertIn("version 2.0.0", done.stderr)

    def test_a_run_in_two_files_counts_once(self):
        self.write("b/one.jsonl", lines("b", 1))
        self.write("b/two.jsonl", lines("b", 1))
        found = self.against_a()
        self.assertEqual((found["b"]["launches"], found["pairs"]), (10, 10))
        self.assertIn("counted once", found["b"]["problems"][0])

    def test_different_definitions_are_never_compared(self):
        for more, words in (({"timing": "streamed"}, "timing: isolated, streamed"),
                            ({"start": "barrier"}, "start: clock, barrier"),
                            ({"memory": "cuda"}, "memory: host, cuda"),
                            ({"in_place": True}, "in place: no, yes")):
            self.write("b/b.jsonl", lines("b", 1, more=more))
            found = self.against_a(status=3)
            self.assertEqual(found["points"], [])
            self.assertEqual(found["different_definitions"], {words: 5})
            self.assertIn("nothing was measured on both sides", self.gate(status=3).stdout)

    def test_one_rank_a_gpu_is_not_compared_with_two(self):
        places = [{"rank": rank, "host": "n"} for rank in (0, 1)]
        for name, devices in (("one", [{}]), ("two", [{}, {}])):
            made = lines(name, more={"memory": "cuda"}, gpus={"devices": devices})
            for line in made:
                if line["kind"] == "launch":
                    line["placement"] = places
            self.write(f"{name}.jsonl", made)
        found, = self.compare("one.jsonl", "two.jsonl", status=3)
        self.assertEqual(found["different_definitions"], {"ranks a device: 2, 1": 5})

    def test_times_in_other_units_are_bad_lines(self):
        made = lines("b", 1)
        for number, line in enumerate(made):
            if line["kind"] == "point" and line["bytes"] == SIZES[0]:
                line["time_ms"] = line.pop("time_us")
            elif line["kind"] == "point" and line["bytes"] == SIZES[1]:
                line["time_us"] = f"{number} us"
            elif line["kind"] == "point" and line["bytes"] == SIZES[2]:
                line["time_us"]["p50"] = -1
        self.write("b/b.jsonl", made)
        found = self.against_a()
        self.assertEqual({point["bytes"] for point in found["points"]}, set(SIZES[3:]))
        self.assertEqual(found["b"]["bad_lines"], 30)
        self.assertIn("time_us", found["b"]["problems"][0])
        self.assertIn("30 bad lines in all", found["b"]["problems"][-1])

    def test_an_empty_baseline_says_what_to_do(self):
        self.write("empty/notes.txt", "nothing")
        words = "no results file (*.jsonl) is in this folder"
        self.assertIn(words, self.gate(status=2, baseline="empty", candidate="a").stderr)
        self.assertIn(words, self.railgauge("compare", "a", "empty", status=2).stderr)
        self.assertIn(words, self.railgauge("report", "empty", status=2).stderr)
        self.write("bare/a.jsonl", [header("bare")])
        self.assertIn("nothing was measured on both sides",
                      self.gate(status=3, baseline="bare", candidate="a").stdout)
        self.gate(status=3, baseline="missing", candidate="a")

    def test_one_bad_line_among_a_million_is_named(self):
        made = [header("b", 1)]
        for number in range(10):
            made.append(launch(number, 1 + 2 * number))
            made += [point(i, size, number, 10.0) for i, size in enumerate(SIZES)]
        text = text_of(made)
        one = json.dumps(point(0, 64, 0, 10.0))
        before = (one + "\n") * (700_000 - text.count("\n"))
        self.write("b/b.jsonl", text + before + one[:200] + "\n" + (one + "\n") * 300_000)
        found = self.against_a()
        self.assertEqual((found["b"]["bad_lines"], found["pairs"]), (1, 10))
        self.assertEqual(len(found["b"]["problems"]), 1)
        self.assertIn("b/b.jsonl:700001:", found["b"]["problems"][0])
        self.assertEqual(len(found["points"]), 5)

    def test_hostile_texts_stay_texts(self):
        self.write("b/b.jsonl", lines("b", 1, 1.3, host=HOSTILE,
                                      more={"algorithm": HOSTILE, "group": HOSTILE}))
        self.write("c/c.jsonl", lines("c", 0, host="\u202e", more={"group": HOSTILE,
                                                                  "algorithm": HOSTILE}))
        text = self.railgauge("compare", "c", "b", status=0)
        gated = self.gate("--markdown", "g.md", "--junit", "g.xml", status=1, baseline="c")
        with open(self.path("g.md"), encoding="utf-8") as file:
            markdown = file.read()
        with open(self.path("g.xml"), encoding="utf-8") as file:
            junit = file.read()
        for printed in (text.stdout, gated.stdout, markdown, junit):
            for bad in "\x1b\x07\r\x00\u202e":
                self.assertNotIn(bad, printed)
        for marked_up in (markdown, junit):
            self.assertNotIn("<script>", marked_up)
        found, = self.compare("c", "b")
        self.assertEqual(found["points"][0]["group"], HOSTILE)

    def test_numbers_beyond_all_bounds(self):
        made = lines("b", 1)
        text = text_of(made).replace('"ranks": 2', '"ranks": 99999999999999999999', 1)
        text = text.replace('"bytes": 4096', '"bytes": -1', 1)
        text = text.replace('"p50": 10.0', '"p50": 1e999', 1)
        self.write("b/b.jsonl", text + "[" * 5000 + "\n" + "\xff\n")
        found = self.against_a()
        self.assertGreaterEqual(found["b"]["bad_lines"], 4)
        self.assertEqual(len(found["points"]), 5)


if __name__ == "__main__":
    unittest.main()
