"""Ranks that meet by the environment: started one by one, in any order, as a scheduler would."""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
import unittest

from run_support import MARGIN_S, Job, RunTest, has_mpi, launcher

SHORT = ["--op", "all_reduce", "--bytes", "8", "--budget", "50ms"]
DEADLINE_S = 2
HOST = os.uname().nodename


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def connect_and_say(port, words):
    """A stranger; the caller closes it."""
    give_up = time.monotonic() + MARGIN_S
    while True:
        try:
            stranger = socket.create_connection(("127.0.0.1", port), timeout=MARGIN_S)
            stranger.sendall(words)
            return stranger
        except ConnectionRefusedError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.05)


class MeetingTest(RunTest):
    def setUp(self):
        super().setUp()
        self.port = free_port()

    def variables(self, rank, size, **more):
        return {"RANK": str(rank), "WORLD_SIZE": str(size), "LOCAL_RANK": str(rank),
                "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(self.port),
                "RAILGAUGE_SECRET": "of this test", **more}

    def rank(self, rank, size, *arguments, backend="shm", env=None, before=()):
        return self.start(*arguments, backend=backend, before=before,
                          env=self.variables(rank, size, **(env or {})))

    def ranks_of(self, size, *arguments, order=None, apart_s=0.0, **how):
        jobs = {}
        for rank in order or range(size):
            jobs[rank] = self.rank(rank, size, *arguments, **how)
            time.sleep(apart_s)
        return [jobs[rank] for rank in range(size)]

    def finish(self, jobs):
        done = [job.wait() for job in jobs]
        for job in jobs:
            self.assert_nothing_left(job)
        return done


class Well(MeetingTest):
    def test_any_order_and_apart(self):
        for size, apart_s in ((2, 0.0), (3, 0.4), (4, 0.1)):
            with self.subTest(size=size):
                if os.path.exists(self.file):
                    os.remove(self.file)
                self.port = free_port()
                order = random.Random(size).sample(range(size), size)
                done = self.finish(self.ranks_of(size, *SHORT, order=order, apart_s=apart_s))
                self.assertEqual([each.status for each in done], [0] * size, done)
                self.assert_sound()
                self.assertEqual([point["ranks"] for point in self.points("ok")], [size])
                self.assertIn("suite flags", done[0].out)
                for other in done[1:]:
                    self.assertEqual((other.out, other.err), ("", ""))

    def test_the_record_says_how_they_met_and_not_the_secret(self):
        self.finish(self.ranks_of(2, *SHORT))
        header, launch = self.lines()[:2]
        met = header["provenance"]["meeting"]
        self.assertEqual((met["kind"], met["secret"]), ("environment", "given"))
        self.assertEqual([(host["name"], host["ranks"]) for host in met["hosts"]], [(HOST, 2)])
        self.assertEqual([(place["host"], place["local_rank"]) for place in launch["placement"]],
                         [(HOST, 0), (HOST, 1)])
        with open(self.file, encoding="utf-8") as file:
            self.assertNotIn("of this test", file.read())

    def test_as_srun_would(self):
        jobs = []
        for rank in range(2):
            variables = {"SLURM_PROCID": rank, "SLURM_STEP_NUM_TASKS": 2, "SLURM_LOCALID": rank,
                         "SLURM_JOB_ID": 4711, "SLURM_STEP_ID": 3, "SLURM_STEP_NUM_NODES": 1,
                         "SLURM_STEP_NODELIST": "127.0.0.[1-1]", "RAILGAUGE_PORT": self.port}
            jobs.append(self.start(*SHORT, env={name: str(value)
                                                for name, value in variables.items()}))
        done = self.finish(jobs)
        self.assertEqual([each.status for each in done], [0, 0], done)
        self.assertEqual(len(self.points("ok")), 1)

    def test_without_a_secret_one_is_derived(self):
        jobs = [self.start(*SHORT, env={name: value for name, value
                                        in self.variables(rank, 2).items()
                                        if name != "RAILGAUGE_SECRET"}) for rank in range(2)]
        done = self.finish(jobs)
        self.assertEqual([each.status for each in done], [0, 0], done)
        self.assertEqual(self.lines()[0]["provenance"]["meeting"]["secret"],
                         "derived from the job")

    def test_a_secret_in_a_file(self):
        path = os.path.join(self.folder, "secret")
        with open(path, "w", encoding="utf-8") as file:
            file.write("open sesame\n")
        how = {"RAILGAUGE_SECRET": "open sesame"}
        jobs = [self.rank(0, 2, *SHORT, env=how)]
        variables = self.variables(1, 2, RAILGAUGE_SECRET_FILE=path)
        del variables["RAILGAUGE_SECRET"]
        jobs.append(self.start(*SHORT, env=variables))
        self.assertEqual([each.status for each in self.finish(jobs)], [0, 0])

    def test_strangers_do_not_matter(self):
        zero = self.rank(0, 2, *SHORT)
        strangers = [connect_and_say(self.port, words) for words in
                     (b"GET / HTTP/1.1\r\n\r\n", b"", b"\xff" * 5000, b"\x34\0\0\0railgauge")]
        one = self.rank(1, 2, *SHORT)
        done = self.finish([zero, one])
        for stranger in strangers:
            stranger.close()
        self.assertEqual([each.status for each in done], [0, 0], done)
        self.assertIn("a connection from 127.0.0.1:", done[0].err)

    def test_only_the_masters_address_is_bound(self):
        zero = self.rank(0, 2, *SHORT)
        connect_and_say(self.port, b"").close()
        bound = set()
        for family in ("tcp", "tcp6"):
            with open(f"/proc/net/{family}", encoding="ascii") as table:
                for line in list(table)[1:]:
                    words = line.split()
                    address, _, port = words[1].rpartition(":")
                    if words[3] == "0A" and int(port, 16) == self.port:
                        bound.add(address)
        self.finish([zero, self.rank(1, 2, *SHORT)])
        self.assertEqual(bound, {"0100007F"})

    def test_dry_run_is_printed_once(self):
        done = self.finish(self.ranks_of(3, *SHORT, "--dry-run"))
        self.assertEqual([each.status for each in done], [0, 0, 0])
        self.assertEqual("".join(each.out for each in done).count("1 point on 3 ranks"), 1)

    @unittest.skipUnless(has_mpi("mpich"), "no MPICH here")
    def test_an_mpi_launcher_stands_before_the_environment(self):
        env = self.variables(0, 2)
        done = self.run_it(*SHORT, before=launcher("mpich", 2), env=env)
        self.assertEqual(done.status, 0, done)
        self.assertEqual(self.lines()[0]["provenance"]["meeting"]["kind"], "mpi")
        os.remove(self.file)
        # The same processes told to meet without it: each gets its RANK from Hydra's own.
        wrapper = ["/bin/sh", "-c", 'RANK=$PMI_RANK exec "$0" "$@"']
        done = self.run_it(*SHORT, "--meeting", "env", env=env,
                           before=[*launcher("mpich", 2), *wrapper])
        self.assertEqual(done.status, 0, done)
        self.assertEqual(self.lines()[0]["provenance"]["meeting"]["kind"], "environment")


class Badly(MeetingTest):
    def test_a_missing_rank_is_named(self):
        done = self.finish([self.rank(rank, 4, *SHORT, "--start-deadline", "8s")
                            for rank in (0, 2)])
        self.assertEqual([each.status for each in done], [5, 5], done)
        self.assertRegex(done[0].err, r"ranks 1 and 3.* did not come to rank 0 on .*127\.0\.0\.1")
        self.assertEqual(done[1].err, "")

    def test_a_missing_master_is_named(self):
        [done] = self.finish([self.rank(1, 2, *SHORT, "--start-deadline", "1s",
                                        env={"LOCAL_RANK": "0"})])
        self.assertEqual(done.status, 5, done)
        self.assertRegex(done.err, rf"rank 1 on .* could not reach rank 0 at 127.0.0.1:{self.port}")
        self.assertIn("MASTER_ADDR", done.err)

    def test_a_wrong_secret(self):
        done = self.finish([
            self.rank(0, 2, *SHORT, "--start-deadline", "8s"),
            self.rank(1, 2, *SHORT, "--start-deadline", "5s",
                      env={"RAILGAUGE_SECRET": "another", "LOCAL_RANK": "0"})])
        self.assertEqual([each.status for each in done], [5, 5], done)
        self.assertIn("does not know the secret", done[0].err)
        self.assertIn("RAILGAUGE_SECRET", done[1].err)

    def test_two_of_one_rank_and_another_size(self):
        done = self.finish([self.rank(rank, 3, *SHORT) for rank in (0, 1, 1)])
        self.assertEqual([each.status for each in done], [2, 2, 2], done)
        self.assertIn("two processes say that they are rank 1", done[0].err)
        done = self.finish([self.rank(0, 2, *SHORT), self.rank(1, 3, *SHORT)])
        self.assertEqual([each.status for each in done], [2, 2], done)
        self.assertIn("WORLD_SIZE", done[0].err)

    def test_what_is_wrong_is_said_once(self):
        done = self.finish(self.ranks_of(3, "--op", "al_reduce", "--bytes", 8))
        self.assertEqual([each.status for each in done], [2, 2, 2], done)
        self.assertEqual("".join(each.err for each in done).count("did you mean"), 1)

    def test_an_incomplete_environment(self):
        done = self.run_it(*SHORT, env={"RANK": "0", "WORLD_SIZE": "2"})
        self.assertEqual(done.status, 2, done)
        self.assertIn("MASTER_ADDR", done.err)
        done = self.run_it(*SHORT, "--meeting", "env")
        self.assertEqual(done.status, 2, done)
        self.assertIn("WORLD_SIZE", done.err)

    def test_a_port_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", self.port))
            taken.listen()
            [done] = self.finish([self.rank(0, 2, *SHORT)])
        self.assertEqual(done.status, 3, done)
        self.assertIn("RAILGAUGE_PORT", done.err)

    def endless(self, size):
        jobs = self.ranks_of(size, "--suite", self.endless_suite(), "--deadline",
                             f"{DEADLINE_S}s")
        give_up = time.monotonic() + 60
        while len(self.points()) < 2:
            self.assertIsNone(jobs[0].process.poll(), "ended early")
            self.assertLess(time.monotonic(), give_up, "no points came")
            time.sleep(0.02)
        time.sleep(0.4)
        return jobs

    def assert_ended_by(self, jobs, victim):
        done = self.finish(jobs)
        others = [each for rank, each in enumerate(done) if rank != victim]
        # Whoever watches names the rank; it ends those that hang in a transport.
        statuses = [each.status for each in others]
        self.assertIn(5, statuses, done)
        self.assertLessEqual(set(statuses), {5, -signal.SIGKILL}, done)
        self.assert_sound()
        self.assertEqual(len(self.points("ok")), 2)
        words = "".join(each.err for each in others)
        self.assertRegex(words, rf"rank {victim}\b")
        self.assertIn(HOST, words)

    def test_a_rank_killed(self):
        for victim in (1, 0):
            with self.subTest(rank=victim):
                if os.path.exists(self.file):
                    os.remove(self.file)
                self.port = free_port()
                jobs = self.endless(3)
                jobs[victim].process.send_signal(signal.SIGKILL)
                self.assert_ended_by(jobs, victim)

    def test_a_rank_stopped(self):
        jobs = self.endless(2)
        jobs[1].process.send_signal(signal.SIGSTOP)
        self.assert_ended_by(jobs, 1)

    def test_an_interrupt_at_rank_zero(self):
        jobs = self.endless(2)
        jobs[0].process.send_signal(signal.SIGTERM)
        done = self.finish(jobs)
        self.assertEqual([each.status for each in done], [5, 5], done)
        self.assertEqual(self.points()[2]["stop_reason"], "interrupted")


LAB = os.path.join(os.path.dirname(__file__), "..", "..", "scripts", "lab")


@unittest.skipUnless(has_mpi("mpich"), "no MPICH here")
class Hosts(RunTest):
    """`--hosts`, as far as one host goes."""

    def test_this_host(self):
        done = self.run_it(*SHORT, "--hosts", f"{HOST}:2")
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.out.count("suite flags"), 1, done)
        self.assertEqual([point["ranks"] for point in self.points("ok")], [2])
        self.assert_sound()

    def test_launches_go_into_one_file(self):
        done = self.run_it(*SHORT, "--hosts", HOST, "--ranks", 2, "--launches", 2)
        self.assertEqual(done.status, 0, done)
        self.assertEqual([point["launch"] for point in self.points("ok")], [0, 1])
        self.assert_sound()

    def test_a_name_that_does_not_resolve(self):
        begin = time.monotonic()
        done = self.run_it(*SHORT, "--hosts", f"{HOST},no-such-host.invalid:2")
        self.assertEqual(done.status, 3, done)
        self.assertIn("no-such-host.invalid", done.err)
        self.assertLess(time.monotonic() - begin, MARGIN_S)

    def test_a_host_that_does_not_answer(self):
        # A launcher's ssh that hangs, as it does on a host that is down.
        shell = os.path.join(self.folder, "hanging_shell")
        with open(shell, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\nexec sleep 1000\n")
        os.chmod(shell, 0o755)
        mpiexec = f"{shutil.which('mpiexec.mpich')} -launcher ssh -launcher-exec {shell}"
        job = self.start(*SHORT, "--hosts", f"{HOST}:1,192.0.2.77:1", "--start-deadline", "2s",
                         "--management", "lo", env={"RAILGAUGE_MPIEXEC": mpiexec})
        done = job.wait()
        self.assertEqual(done.status, 5, done)
        self.assertIn("192.0.2.77 did not answer", done.err)
        self.assertNotIn(f"host {HOST}", done.err)
        self.assert_nothing_left(job)

    def test_what_makes_no_sense(self):
        for words in (["--hosts", "a:0"], ["--hosts", "a,a"], ["--hosts", "a:2", "--ranks", "3"],
                      ["--hosts", "-x"]):
            done = self.run_it(*SHORT, *words)
            self.assertEqual(done.status, 2, done)
            self.assertIn("--hosts", done.err)


def lab_problem():
    if not has_mpi("mpich"):
        return "no MPICH here"
    if os.geteuid() != 0 or not os.path.exists(LAB):
        return "a lab of emulated hosts needs root"
    tried = subprocess.run(["unshare", "--net", "--uts", "--ipc", "true"], check=False,
                           capture_output=True)
    return "" if tried.returncode == 0 else "no namespaces may be made here"


@unittest.skipIf(lab_problem(), lab_problem())
class EmulatedHosts(RunTest):
    """Two hosts that share nothing but their links."""

    @classmethod
    def setUpClass(cls):
        cls.name = f"meet{os.getpid()}"
        made = subprocess.run([LAB, "up", "--name", cls.name, "--hosts", "2", "--rails", "1"],
                              check=False, capture_output=True, text=True)
        if made.returncode == 3:
            raise unittest.SkipTest(made.stderr)
        if made.returncode != 0:
            raise AssertionError(made.stderr)

    @classmethod
    def tearDownClass(cls):
        subprocess.run([LAB, "down", "--name", cls.name], check=False, capture_output=True)

    def lab(self, verb, *arguments, words=(), **how):
        job = Job(self.folder, ["run", "--out", self.file, *map(str, arguments)],
                  before=[LAB, verb, "--name", self.name, *map(str, words), "--"], **how)
        self.addCleanup(job.end)
        return job.wait()

    def assert_two_hosts(self, done, kind, ranks):
        self.assertEqual(done.status, 0, done)
        self.assert_sound()
        met = self.lines()[0]["provenance"]["meeting"]
        self.assertEqual(met["kind"], kind)
        self.assertEqual([(host["name"], host["ranks"]) for host in met["hosts"]],
                         [("h1", ranks // 2), ("h2", ranks // 2)])
        self.assertRegex(met["hosts"][1]["management"], r"^10\.0\.0\.2:\d+$")
        self.assertEqual({place["host"] for place in self.lines()[1]["placement"]}, {"h1", "h2"})
        self.assertEqual([point["ranks"] for point in self.points("ok")], [ranks])

    def test_by_the_environment(self):
        done = self.lab("each", *SHORT, "--backend", "ucx", words=["--ranks-per-host", 2])
        self.assert_two_hosts(done, "environment", 4)

    def test_over_mpi_by_hosts(self):
        done = self.lab("run", *SHORT, "--backend", "mpi")
        self.assert_two_hosts(done, "mpi", 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
