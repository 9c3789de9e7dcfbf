"""The HTML report in a real browser: curves are drawn, filters work, nothing is requested, no error
reaches the console. How long 100,000 points take to open is printed, not judged: machines differ.

    browser.py RAILGAUGE

Ends with 77 (skipped) where there is no chromium.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HOSTILE = "<img src=x onerror=\"document.title='owned'\">"

# What a user would do, and what is seen then; written into the page as text.
PROBE = """
<script>
addEventListener("load", () => setTimeout(() => {
  const seen = {};
  const drawn = () => [...document.querySelectorAll("#curves canvas")].filter((canvas) => {
    const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return data.some((value) => value !== 0);
  }).length;
  const shown = () => document.querySelectorAll("section.series:not([hidden])").length;
  const choose = (id, value) => {
    const element = document.getElementById(id);
    element.value = value;
    element.dispatchEvent(new Event("change"));
  };
  seen.title = document.title;
  seen.curves = drawn();
  seen.static_hidden = document.getElementById("static-curves").hidden;
  seen.all = shown();
  seen.points = document.querySelectorAll("#point option").length;
  choose("f-op", "broadcast");
  seen.broadcast = shown();
  choose("f-backend", "mpi");
  seen.none = shown();
  choose("f-op", "");
  choose("f-backend", "");
  seen.again = shown();
  seen.resources = performance.getEntriesByType("resource").length;
  setTimeout(() => {
    seen.curves_again = drawn();
    seen.distribution = document.querySelectorAll("#distribution canvas").length;
    const verdict = document.createElement("pre");
    verdict.id = "verdict";
    verdict.textContent = JSON.stringify(seen);
    document.body.append(verdict);
  }, 200);
}, 200));
</script>
"""


def point(index, op, backend, size, time_us, samples=True):
    values = [time_us * (1 + 0.01 * ((i * 7) % 11 - 5)) for i in range(20)] if samples else []
    return {
        "kind": "point", "index": index, "op": op, "backend": backend, "algorithm": "ring",
        "dtype": "float32", "redop": "sum", "bytes": size, "ranks": 4, "root": 0, "group": "world",
        "in_place": False, "timing": "isolated", "launch": 0, "soak_round": 0, "status": "ok",
        "reason": "", "n": 20, "algbw_gbps": size / time_us / 1e3,
        "busbw_gbps": size / time_us / 1e3,
        "time_us": {"p50": time_us, "ci_low": time_us * 0.98, "ci_high": time_us * 1.02,
                    "p95": time_us * 1.05, "p99": time_us * 1.05,
                    "min": time_us * 0.95, "max": time_us * 1.05},
        "bound_us": time_us / 2, "percent_of_bound": 50, "verified": "yes", "samples_us": values,
    }


def write_results(path, points):
    header = {"kind": "header", "schema": "railgauge-results", "version": "1.2.0",
              "run_id": path.stem, "started": "2026-01-31T12:00:00Z",
              "command": ["railgauge", HOSTILE],
              "plan": {"points": len(points), "launches": 1, "suite": HOSTILE, "hash": "0"},
              "provenance": {"hosts": [{"name": HOSTILE, HOSTILE: "</script>"}]}}
    end = {"kind": "end", "status": 0}
    path.write_text("".join(json.dumps(line) + "\n" for line in [header, *points, end]))


def small_run():
    points = []
    for op, backend in (("all_reduce", "shm"), ("all_reduce", "mpi"), ("broadcast", "shm")):
        for exponent in range(3, 24, 4):
            points.append(point(len(points), op, backend, 1 << exponent, 1 + 2 ** exponent / 1e4))
    points[0]["backend"] = HOSTILE
    return points


def large_run():
    return [dict(point(s * 100 + i, "all_reduce", "shm", (i + 1) * 65536,
                       1234.5678 * (1 + i) * (1 + s / 1e3), samples=False), root=s)
            for s in range(1000) for i in range(100)]


def open_page(chromium, page, folder):
    """What the probe saw, and the lines of the console."""
    probed = folder / ("probed_" + page.name)
    probed.write_text(page.read_text().replace("</body>", PROBE + "</body>"))
    log = folder / (page.name + ".net.json")
    run = subprocess.run(
        [chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         "--disable-background-networking", "--disable-component-update", "--no-first-run",
         f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}", "--enable-logging=stderr",
         "--timeout=20000", "--virtual-time-budget=10000", "--window-size=1400,1000", "--dump-dom",
         probed.as_uri()],
        capture_output=True, text=True, timeout=120)
    found = re.search(r'<pre id="verdict">(.*?)</pre>', run.stdout, re.S)
    if not found:
        sys.exit(f"the probe said nothing; the browser ended with {run.returncode}\n"
                 + run.stderr[-3000:])
    console = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
    # The page's own requests name it as their initiator; the browser's services do not.
    requests = re.findall(r'"initiator":"(file:[^"]*)"', log.read_text()) if log.exists() else []
    return json.loads(found.group(1)), console, requests


def expect(holds, what):
    if not holds:
        sys.exit("not so: " + what)


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        print("no chromium: skipped")
        sys.exit(77)
    railgauge = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for run, points in (("small", small_run()), ("large", large_run())):
            results = folder / (run + ".jsonl")
            page = folder / (run + ".html")
            write_results(results, points)
            subprocess.run([railgauge, "report", results, "-o", page], check=True)
            expect(page.stat().st_size < 5_000_000, f"{page.stat().st_size} bytes are below 5 MB")
            begin = time.monotonic()
            seen, console, requests = open_page(chromium, page, folder)
            print(f"{run}: {page.stat().st_size} bytes, {time.monotonic() - begin:.1f} s", seen)
            has_uplot = "uPlot=function" in page.read_text()
            expect(not console, "the console is empty: " + "\n".join(console))
            expect(not requests and seen["resources"] == 0, f"nothing is requested: {requests}")
            expect(seen["title"] == "railgauge report", "no text became markup")
            expect(seen["static_hidden"] == has_uplot, "SVG stands where there is no uPlot")
            if run == "large":
                continue
            expect(seen["all"] == seen["again"] == 4, "four series are shown")
            expect(seen["broadcast"] == 1 and seen["none"] == 0, "filters choose")
            if has_uplot:
                expect(seen["curves"] >= 4 and seen["curves_again"] >= 4, "curves are drawn")
                expect(seen["points"] == len(points) and seen["distribution"] == 2, "samples, too")


if __name__ == "__main__":
    main()
