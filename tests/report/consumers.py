"""The report's formats against the programs that read them, as far as they are here: JUnit against
junitparser or what GitLab and Jenkins rely on, Prometheus against promtool or the text format's
grammar, github-action-benchmark's lists, and nccl-tests' text read as scripts scrape it.

    consumers.py RAILGAUGE

Says which consumers were absent; ends with an error where a file does not hold.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import results  # noqa: E402


def expect(holds, what):
    if not holds:
        sys.exit("not so: " + what)


def junit(file):
    """The rules of the common schema: the counts agree, names are there and unique, one outcome."""
    suites = ElementTree.parse(file).getroot()
    expect(suites.tag == "testsuites", "the root is testsuites")
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    names = set()
    for suite in suites:
        expect(suite.tag == "testsuite" and suite.get("name"), "suites have names")
        cases = suite.findall("testcase")
        counts = {"tests": len(cases)}
        for kind, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            counts[kind] = len(suite.findall(f"testcase/{tag}"))
        for kind, count in counts.items():
            expect(int(suite.get(kind)) == count, f"{kind} of {suite.get('name')}")
            totals[kind] += count
        for case in cases:
            name = (case.get("classname"), case.get("name"))
            expect(all(name) and name not in names, f"{name} stands once")
            names.add(name)
            expect(float(case.get("time")) >= 0 and len(case) <= 1, "a time, and one outcome")
    for kind, count in totals.items():
        expect(int(suites.get(kind)) == count, f"{kind} of all")
    expect(totals["tests"] > 0 and totals["skipped"] > 0 and totals["failures"] > 0, str(totals))
    try:
        import junitparser
    except ImportError:
        print("junitparser is not here: its part was skipped")
        return
    parsed = junitparser.JUnitXml.fromfile(str(file))
    parsed.update_statistics()
    expect(parsed.tests == totals["tests"] and parsed.failures == totals["failures"], "junitparser")


LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"([a-zA-Z_:][a-zA-Z0-9_:]*)\{{((?:{LABEL},?)*)\}} "
                    r"([-+]?(?:[0-9.]+(?:e[-+]?[0-9]+)?|Inf|NaN))")


def prometheus(file):
    """The text format: HELP and TYPE once, before the samples of their name, which stand together,
    each with its own labels and without a moment (the textfile collector refuses those)."""
    text = file.read_text()
    expect(text.endswith("\n"), "the last line has its end")
    name = None
    closed, samples = set(), set()
    for line in text.splitlines():
        comment = re.fullmatch(r"# (HELP|TYPE) (\S+) (.+)", line)
        if comment:
            if comment[2] != name:
                expect(comment[2] not in closed, f"{comment[2]} stands together")
                closed.add(name)
                name = comment[2]
            continue
        sample = SAMPLE.fullmatch(line)
        expect(sample and sample[1] == name, line)
        expect((sample[1], sample[2]) not in samples, f"{sample[0]} stands once")
        samples.add((sample[1], sample[2]))
    expect(samples, "there are samples")
    if not shutil.which("promtool"):
        print("promtool is not here: its part was skipped")
        return
    check = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True,
                           text=True, check=False)
    expect(check.returncode == 0 and not check.stdout and not check.stderr,
           "promtool: " + check.stdout + check.stderr)


def github_benchmark(folder):
    for name, unit in (("time", "us"), ("bandwidth", "GB/s")):
        entries = json.loads((folder / f"x-{name}.json").read_text())
        expect(isinstance(entries, list) and entries, "a list")
        expect(len({entry["name"] for entry in entries}) == len(entries), "names stand once")
        for entry in entries:
            expect(entry["unit"] == unit and isinstance(entry["value"], float | int), str(entry))
            expect(set(entry) <= {"name", "unit", "value", "range", "extra"}, str(entry))


def nccl_tests(railgauge, folder):
    """Scraped between its landmarks, and read back by convert."""
    text = (folder / "x.txt").read_text()
    begin, end = text.index("out-of-place"), text.index("Out of bounds values")
    lines = [line.split() for line in text[begin:end].splitlines() if line]
    rows = [words for words in lines if words[0].isdigit()]
    expect(rows and all(len(row) == 13 for row in rows), "13 columns a row")
    back = folder / "back.jsonl"
    subprocess.run([railgauge, "convert", folder / "x.txt", "--out", back], check=True,
                   stdout=subprocess.DEVNULL)
    again = folder / "again.txt"
    subprocess.run([railgauge, "report", back, "--format", "nccl-tests", "-o", again], check=True)

    def tables(name):
        return [line.split() for line in (folder / name).read_text().splitlines()
                if line and not line.startswith(("# railgauge run", "# skipped", "# failed",
                                                 "# invalid", "# Avg"))]

    def alike(one, other):
        # Bandwidths come back from the rounded times.
        if "." not in one or "." not in other:
            return one == other
        return abs(float(one) - float(other)) <= 0.01 * float(one) + 0.01
    before, after = tables("x.txt"), tables("again.txt")
    expect(len(before) == len(after), "printed again it has as many lines")
    for one, other in zip(before, after):
        expect(len(one) == len(other) and all(map(alike, one, other)), f"{one} came back: {other}")


def main():
    railgauge = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        points = results.small(1.0, launches=2)
        for status, reason in (("skipped", results.HOSTILE), ("failed", "it hangs"),
                               ("invalid", "rank 1: wrong")):
            one = results.point(len(points), "reduce", "shm", 4096 << len(points) % 5, 1.0)
            one.update(status=status, reason=reason, samples_us=[],
                       verified="wrong" if status == "invalid" else "")
            if status != "invalid":
                one.update(time_us=None, n=0, algbw_gbps=None, busbw_gbps=None)
            points.append(one)
        results.write(folder / "a.jsonl", points, launches=2)
        for out in ("x.xml", "x.prom", "x.json", "x.txt"):
            style = {"x.json": "github-benchmark", "x.txt": "nccl-tests"}.get(out)
            subprocess.run([railgauge, "report", folder / "a.jsonl", "-o", folder / out,
                            *(["--format", style] if style else [])], check=True)
        junit(folder / "x.xml")
        prometheus(folder / "x.prom")
        github_benchmark(folder)
        # Scripts name backends by a word; a hostile one cannot come back.
        plain = [one for one in points if "<" not in one["backend"]]
        results.write(folder / "b.jsonl", plain, launches=2)
        subprocess.run([railgauge, "report", folder / "b.jsonl", "--format", "nccl-tests", "-o",
                        folder / "x.txt"], check=True)
        nccl_tests(railgauge, folder)


if __name__ == "__main__":
    main()
