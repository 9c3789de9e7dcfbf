"""Cases measured in groups of ranks: at once, in turn, in pairs, and going on after a cut."""

import itertools
import os
import signal
import unittest

from run_support import MARGIN_S, RunTest, read_text

SHORT = ["--ranks", 4, "--op", "all_reduce", "--bytes", "1K", "--budget", "20ms"]


class Groups(RunTest):
    def rows(self, *arguments):
        done = self.run_it(*arguments)
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        self.assertTrue(all(row["verified"] == "yes" for row in self.points("ok")))
        return self.points()

    def test_at_once(self):
        rows = self.rows(*SHORT, "--groups", "intra-host,ranks=0-1/2-3")
        self.assertEqual([row["ranks"] for row in rows], [4, 2, 2])
        self.assertTrue(rows[0]["group"].startswith("intra-host:"))
        self.assertEqual([row["group"] for row in rows[1:]], ["ranks:0-1", "ranks:2-3"])
        self.assertEqual([row["concurrent_groups"] for row in rows], [1, 2, 2])
        self.assertEqual([row["rounds"] for row in rows], [1, 1, 1])
        # Beside each other for the whole budget.
        self.assertEqual({row["stop_reason"] for row in rows[1:]}, {"budget"})

    def test_in_turn(self):
        rows = self.rows(*SHORT, "--groups", "ranks=0-1/2-3:turn")
        self.assertEqual([(row["group"], row["round"], row["rounds"], row["concurrent_groups"])
                          for row in rows], [("ranks:0-1", 0, 2, 1), ("ranks:2-3", 1, 2, 1)])

    def test_ranks_outside_wait(self):
        rows = self.rows(*SHORT, "--groups", "ranks=1,3;ranks=2")
        self.assertEqual([(row["group"], row["ranks"], row["status"]) for row in rows],
                         [("ranks:1,3", 2, "ok"), ("ranks:2", 1, "skipped")])
        self.assertIn("one rank", rows[1]["reason"])

    def test_pairs(self):
        for rule, at_once in (("pairs", 2), ("pairs:turn", 1)):
            if os.path.exists(self.file):
                os.remove(self.file)
            rows = self.rows("--ranks", 4, "--op", "ping_pong,send", "--bytes", "4K", "--budget",
                             "10ms", "--groups", rule)
            both = [row for row in rows if row["op"] == "ping_pong"]
            one_way = [row for row in rows if row["op"] == "send"]
            self.assertEqual({row["group"] for row in both},
                             {f"pairs:{a}-{b}" for a, b in itertools.combinations(range(4), 2)})
            self.assertEqual({tuple(end["rank"] for end in row["ends"]) for row in one_way},
                             set(itertools.permutations(range(4), 2)))
            self.assertEqual(len(one_way), 12)
            self.assertEqual({row["concurrent_groups"] for row in rows}, {at_once})

    def test_rounds_are_chosen(self):
        rows = self.rows("--ranks", 5, "--op", "ping_pong", "--bytes", "8", "--budget", "10ms",
                         "--groups", "pairs", "--rounds", 2)
        self.assertEqual(len({row["group"] for row in rows}), 4)
        self.assertEqual({row["rounds"] for row in rows}, {2})

    def test_the_suite_ends_with_a_matrix(self):
        done = self.run_it("--ranks", 3, "--suite", "pairs", "--budget", "10ms")
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        self.assertIn("from the row's rank to the column's", done.out)
        self.assertRegex(done.out, "stands out")

    def test_goes_on_in_the_middle_of_the_pairs(self):
        suite = ["--ranks", 4, "--op", "ping_pong", "--bytes", "8,64", "--budget", "10ms",
                 "--groups", "pairs"]
        whole = [(row["index"], row["round"], row["group"]) for row in self.rows(*suite)]
        lines = read_text(self.file).splitlines(keepends=True)
        places = [i for i, line in enumerate(lines) if b'"kind":"point"' in line]
        for keep in (1, 4, 7):
            # A round is cut in two where the number is odd, and the line after it is torn.
            with open(self.file, "wb") as file:
                file.write(b"".join(lines[: places[keep]]) + lines[places[keep]][:40])
            self.assertEqual(self.run_it(*suite, "--resume", self.file, out=False).status, 0)
            self.assert_sound()
            rows = [(row["index"], row["round"], row["group"]) for row in self.points()]
            self.assertEqual(sorted(rows), sorted(whole), f"{keep} rows kept")

    def test_another_rule_is_another_plan(self):
        self.rows(*SHORT, "--groups", "ranks=0-1")
        done = self.run_it(*SHORT, "--groups", "ranks=0-2", "--resume", self.file, out=False)
        self.assertEqual(done.status, 2, done)

    def test_a_rank_that_dies_in_one_group_ends_all(self):
        job = self.start("--ranks", 4, "--suite", self.endless_suite(), "--deadline", "3s",
                         "--groups", "ranks=0-1/2-3")
        ranks = self.wait_for_points(job, 4, ranks=4, more_s=1)
        os.kill(ranks[3], signal.SIGKILL)
        done = job.wait(10 + MARGIN_S)
        self.assertEqual(done.status, 5, done)
        self.assertIn("rank 3", done.err)
        self.assert_nothing_left(job)
        self.assert_sound()
        self.assertEqual([row["group"] for row in self.points("failed")], ["ranks"])

    def test_an_interrupt_keeps_the_rounds_measured(self):
        job = self.start("--ranks", 4, "--op", "ping_pong", "--bytes", "8,16,32", "--budget",
                         "500ms", "--groups", "pairs")
        self.wait_for_points(job, 2, ranks=4, more_s=0.1)
        os.kill(job.process.pid, signal.SIGINT)
        done = job.wait()
        self.assertEqual(done.status, 5, done)
        self.assert_sound()
        done = self.run_it("--ranks", 4, "--op", "ping_pong", "--bytes", "8,16,32", "--budget",
                           "500ms", "--groups", "pairs", "--resume", self.file, out=False)
        self.assertEqual(done.status, 0, done)
        self.assertEqual(len(self.points()), 18)


class BadGroups(RunTest):
    def refused(self, *arguments):
        done = self.run_it("--ranks", 2, "--op", "all_reduce", "--bytes", 8, *arguments)
        self.assertEqual(done.status, 2, done)
        self.assertFalse(os.path.exists(self.file))
        return done.err

    def test_words_and_ranks(self):
        self.assertIn("did you mean 'pairs'", self.refused("--groups", "pair"))
        self.assertIn("there are ranks 0 to 1", self.refused("--groups", "ranks=0-2"))
        self.assertIn("two groups", self.refused("--groups", "ranks=0/0"))
        self.assertIn("--rounds", self.refused("--rounds", "3"))
        self.assertIn("--window", self.refused("--window", "0"))
        self.assertIn("--window", self.refused("--window", "x"))
        self.assertIn("memory", self.refused("--memory", "gpu"))

    def test_one_host_has_nothing_between_hosts(self):
        done = self.run_it("--ranks", 2, "--op", "all_reduce", "--bytes", 8, "--groups",
                           "inter-host,host-pairs")
        self.assertEqual(done.status, 3, done)
        self.assertEqual({row["reason"] for row in self.points("skipped")},
                         {"all ranks are on one host"})
        self.assert_sound()

    def test_memory_that_no_backend_has_here(self):
        done = self.run_it("--ranks", 2, "--op", "all_reduce", "--bytes", 8, "--memory", "cuda")
        self.assertEqual(done.status, 3, done)
        row, = self.points("skipped")
        self.assertEqual(row["memory"], "cuda")


if __name__ == "__main__":
    unittest.main()
