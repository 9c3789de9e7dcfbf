#!/usr/bin/env python3
"""scripts/gpu-check where there is no GPU, and where everything that it calls is a pretence."""

import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts", "gpu-check.d"))
import limits  # noqa: E402

# What the script and its pretended programs take from the machine.
TOOLS = ("awk", "basename", "bash", "cat", "cut", "dirname", "du", "find", "grep", "head", "mkdir",
         "mktemp", "printf", "rm", "sed", "sort", "timeout", "touch", "tr", "wc")
STEPS = ("configure", "build", "device tests", "micro_device_kernels", "doctor and list", "limits")
SMI = ('case $1 in -q) echo all;; '
       '*) echo "NVIDIA H200, 9.0, 580.1, GPU-1";; esac')


def figures(**shares):
    """A report of Google Benchmark: shares of memcpy's rate, or None for a failure."""
    rates = {"copy/memcpy": 1.0, "copy/kernel/shift:0": 0.97, "fill/memset": 0.6,
             "fill/any/int8": 0.58, "verify/sum/int8": 0.95, "reduce/sum/float32": 0.95}
    rates.update({name.replace("__", "/"): share for name, share in shares.items()})
    entries = []
    for name, share in rates.items():
        entry = {"name": f"{name}/1024MiB/manual_time"}
        if share is None:
            entry.update(error_occurred=True, error_message="no GPU: no device")
        else:
            entry["bytes_per_second"] = share * 4.3e12
        entries.append(entry)
    return {"benchmarks": entries}


class Limits(unittest.TestCase):
    def test_figures_that_hold(self):
        well, lines = limits.judge(figures())
        self.assertTrue(well, lines)
        self.assertEqual(len(lines), 4)
        self.assertIn("4171 GB/s, 97.0% of copy/memcpy/1024MiB; at least 95%", lines[0])

    def test_a_figure_below_its_limit(self):
        well, lines = limits.judge(figures(reduce__sum__float32=0.8))
        self.assertFalse(well)
        self.assertTrue([line for line in lines if line.startswith("MISSED")])

    def test_figures_that_are_not_there(self):
        well, lines = limits.judge(figures(copy__memcpy=None))
        self.assertFalse(well)
        self.assertIn("no GPU: no device", lines[0])
        well, lines = limits.judge({})
        self.assertFalse(well)
        self.assertEqual(len(lines), 4)


class Script(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.path = os.path.join(scratch.name, "bin")
        self.out = os.path.join(scratch.name, "out")
        # A checkout of its own, so that the real one's build-gpu stays as it is.
        self.root = os.path.join(scratch.name, "root")
        for folder in (self.path, self.root, os.path.join(self.root, "benches", "suites")):
            os.makedirs(folder)
        os.symlink(os.path.join(ROOT, "scripts"), os.path.join(self.root, "scripts"))
        # Not the one found by PATH, which may be a script that looks for others.
        os.symlink(sys.executable, os.path.join(self.path, "python3"))
        for tool in TOOLS:
            for folder in os.environ["PATH"].split(":"):
                if os.access(os.path.join(folder, tool), os.X_OK):
                    os.symlink(os.path.join(folder, tool), os.path.join(self.path, tool))
                    break

    def pretend(self, program, text):
        with open(os.path.join(self.path, program), "w", encoding="utf-8") as stream:
            stream.write(f"#!/bin/sh\n{text}\n")
        os.chmod(stream.name, 0o755)

    def run_it(self, *arguments):
        """(status, lines of the summary)"""
        done = subprocess.run(
            ["bash", "scripts/gpu-check", *arguments], cwd=self.root, capture_output=True,
            text=True, timeout=60, check=False,
            env={"PATH": self.path, "OUT": self.out, "HOME": "/", "TMPDIR": self.out})
        try:
            with open(os.path.join(self.out, "summary.txt"), encoding="utf-8") as stream:
                return done.returncode, stream.read().splitlines()
        except FileNotFoundError:
            return done.returncode, [done.stderr]

    def expect_no_gpu(self, reason):
        status, lines = self.run_it()
        self.assertEqual(status, 3)
        for name in STEPS:
            self.assertTrue([line for line in lines
                             if line.startswith(f"not run   {name}: no GPU: {reason}")], lines)

    def test_without_a_driver(self):
        self.expect_no_gpu("nvidia-smi, which comes with the driver, is not in PATH")

    def test_with_a_driver_that_does_not_answer(self):
        self.pretend("nvidia-smi", "echo 'No devices were found'; exit 6")
        self.expect_no_gpu("nvidia-smi says: No devices were found")

    def test_every_step_is_tried_though_the_first_fails(self):
        self.pretend("nvidia-smi", SMI)
        self.pretend("cmake", "echo broken; exit 1")
        self.pretend("ninja", "exit 1")
        status, lines = self.run_it()
        self.assertEqual(status, 1)
        summary = "\n".join(lines)
        self.assertIn("FAILED    configure (0 s, status 1): see build.log", summary)
        self.assertIn("FAILED    build", summary)
        self.assertIn("not run   device tests: nothing was configured", summary)
        self.assertIn("micro_device_kernels was not built", summary)
        self.assertIn("not run   limits: there is no micro.json", summary)

    def pretend_all(self, smi=SMI):
        self.pretend("nvidia-smi", smi)
        self.pretend("cmake", 'echo "$@"; mkdir -p build-gpu/benches/micro; '
                              'touch build-gpu/CTestTestfile.cmake')
        # What is built writes the figures that it is told to.
        report = os.path.join(self.path, "report.json")
        with open(report, "w", encoding="utf-8") as stream:
            stream.write(limits.json.dumps(figures()))
        self.pretend("built", 'for each in "$@"; do case $each in --benchmark_out=*) '
                              f'cat {report} >"${{each#*=}}";; esac; done; echo "$@"')
        self.pretend("ninja", 'case $* in *targets*) echo "device_kernels: phony";; '
                              f'*) for each in railgauge benches/micro/micro_device_kernels; do '
                              f'cat {self.path}/built >build-gpu/$each; '
                              'chmod +x build-gpu/$each; done; echo "$@";; esac')
        self.pretend("ctest", "echo '100% tests passed, 0 tests failed out of 40'")
        os.symlink("/bin/chmod", os.path.join(self.path, "chmod"))
        for name in ("gpu.toml", "gpu-verify.toml"):
            with open(os.path.join(self.root, "benches", "suites", name), "w", encoding="utf-8"):
                pass

    def told(self, name):
        with open(os.path.join(self.out, name), encoding="utf-8") as stream:
            return stream.read()

    def test_a_machine_on_which_all_goes_well(self):
        self.pretend_all()
        status, lines = self.run_it()
        summary = "\n".join(lines)
        self.assertEqual(status, 0, summary)
        for name in STEPS:
            self.assertIn(f"ran       {name} (", summary)
        self.assertIn("device_kernels", summary)
        self.assertIn("held      copy by multiprocessors", summary)
        self.assertIn("-DRAILGAUGE_CUDA_ARCHITECTURES=90", self.told("build.log"))
        self.assertIn("ran       suite gpu (", summary)
        self.assertIn("ran       suite gpu, 2 ranks on one GPU (", summary)
        self.assertIn("ran       suite gpu-verify, 4 ranks on one GPU (", summary)
        self.assertIn("not run   suite gpu-verify, all GPUs in one process: it takes two GPUs",
                      summary)
        runs = self.told("suites.txt").splitlines()
        verified = [run for run in runs if "gpu-verify.toml" in run]
        self.assertEqual([run.split("--ranks ")[1][0] for run in verified], ["1", "2", "4"])
        one, two = [run for run in runs if "gpu.toml" in run]
        self.assertIn("run --suite benches/suites/gpu.toml --ranks 1 --out", one)
        self.assertIn("--ranks 2 --out", two)
        self.assertTrue(two.endswith("/suite-gpu-shared-2.jsonl"), two)

    def test_each_gpu_has_a_rank(self):
        second = SMI.replace('GPU-1"', 'GPU-1"; echo "NVIDIA H200, 9.0, 580.1, GPU-2"')
        self.assertNotEqual(second, SMI)
        self.pretend_all(second)
        self.assertEqual(self.run_it()[0], 0)
        only = self.told("suites.txt").splitlines()
        self.assertEqual(len(only), 3)
        (together,) = [run for run in only if "--gpus-per-rank" in run]
        for run in only:
            if run != together:
                self.assertIn("--ranks 2 --out", run)
        self.assertIn("gpu-verify.toml --ranks 1 --gpus-per-rank 2 --out", together)
        self.assertTrue(together.endswith("/suite-gpu-verify-gpus-per-rank-2.jsonl"), together)

    def test_wrong_command_lines(self):
        self.assertEqual(self.run_it("--nonsense")[0], 2)
        self.assertEqual(self.run_it("--build", "h200")[0], 2)


if __name__ == "__main__":
    unittest.main()
