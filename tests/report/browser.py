"""The HTML report in a real browser: curves are drawn, filters work, nothing is requested, no error
reaches the console, it can be read without scripts, in the dark and on paper. How long 100,000
points take to open is printed, not judged: machines differ.

    browser.py RAILGAUGE

Ends with 77 (skipped) where there is no Chromium.
"""

import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import chromium  # noqa: E402
import results  # noqa: E402

DRAWN = """[...document.querySelectorAll("#curves canvas")].filter((canvas) =>
  canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((v) => v)
).length"""
SECTIONS = "section.series:not([hidden])"
ROWS = "tr[data-op]:not([hidden])"


def expect(holds, what):
    if not holds:
        sys.exit("not so: " + what)


def choose(page, name, value):
    page.value(f"""(() => {{ const choice = document.getElementById("{name}");
        choice.value = {value!r}; choice.dispatchEvent(new Event("change")); }})()""")


def count(page, selector):
    return page.value(f"document.querySelectorAll({selector!r}).length")


def quiet(page):
    expect(page.value("document.title") == "railgauge report", "no text became markup")
    expect(not page.complaints(), f"the console is empty: {page.complaints()}")
    expect(not page.requests(), f"nothing is requested: {page.requests()}")


def filters_work(page):
    expect(count(page, SECTIONS) == 4, "three series and a matrix are shown")
    choose(page, "f-op", "broadcast")
    expect(count(page, SECTIONS) == 1, "an operation is chosen")
    expect(0 < count(page, ROWS) < count(page, "tr[data-op]"), "in the comparison, too")
    choose(page, "f-backend", "mpi")
    expect(count(page, SECTIONS) == 0, "an operation and another backend: nothing")
    choose(page, "f-op", "")
    expect(count(page, SECTIONS) == 1, "a backend is chosen")
    choose(page, "f-backend", "")
    choose(page, "f-ranks", "2")
    expect(count(page, SECTIONS) == 1, "pairs are of two ranks")
    choose(page, "f-ranks", "")
    expect(count(page, SECTIONS) == 4, "all are shown again")


def curves_are_drawn(page):
    drawn = page.value(DRAWN)
    expect(drawn == 4, f"time and bandwidth of two operations are drawn: {drawn}")
    expect(page.value('document.getElementById("static-curves").hidden'), "instead of the SVG")
    points = count(page, "#point option")
    expect(points == 18 * 8, f"each point's samples can be chosen: {points}")
    choose(page, "point", "3")
    expect(count(page, "#distribution canvas") == 3, "distribution, course, and launches")


def small_report(browser, railgauge, folder):
    names = [folder / "a.jsonl", folder / "b.jsonl"]
    results.write(names[0], results.small(1.0, launches=8), launches=8)
    results.write(names[1], results.small(1.5, launches=8), launches=8)
    file = folder / "small.html"
    subprocess.run([railgauge, "report", names[1], "--against", names[0], "-o", file], check=True)
    has_uplot = "uPlot=function" in file.read_text()
    page = browser.open(file.as_uri())
    quiet(page)
    filters_work(page)
    expect(count(page, "b.v-SLOWER") > 0, "the slower operation is found")
    expect(count(page, "svg.matrix path") > 0, "pairs are a picture")
    if has_uplot:
        curves_are_drawn(page)
    else:
        expect(page.shown("#static-curves svg") == 4, "SVG stands where there is no uPlot")
    expect(page.printed().startswith(b"%PDF"), "it can be printed")
    light = page.value("getComputedStyle(document.body).backgroundColor")
    quiet(page)
    page.close()
    page = browser.open(file.as_uri(), dark=True)
    expect(page.value("getComputedStyle(document.body).backgroundColor") != light, "dark is dark")
    quiet(page)
    page.close()
    page = browser.open(file.as_uri(), scripts=False)
    expect(page.shown("#static-curves svg") == 4, "without scripts there are SVG curves")
    expect(page.shown("table.points") == 3, "and the tables")
    expect(page.shown("#filters") == 0, "and no filters that do nothing")
    expect(page.shown("tr[data-op]") > 0, "and the comparison")
    page.close()


def large_report(browser, railgauge, folder):
    results.write(folder / "large.jsonl", results.large())
    file = folder / "large.html"
    subprocess.run([railgauge, "report", folder / "large.jsonl", "-o", file], check=True)
    expect(file.stat().st_size < 5_000_000, f"{file.stat().st_size} bytes are below 5 MB")
    page = browser.open(file.as_uri())
    print(f"100,000 points: {file.stat().st_size} bytes, open after {page.opened_s:.2f} s")
    quiet(page)
    expect(count(page, SECTIONS) == 1000, "all series are there")
    choose(page, "f-op", "all_reduce")
    expect(count(page, SECTIONS) == 1000, "and filters work")
    page.close()


def main():
    path = chromium.find()
    if not path:
        print("no chromium: skipped")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with chromium.Chromium(path, folder) as browser:
            small_report(browser, sys.argv[1], folder)
            large_report(browser, sys.argv[1], folder)


if __name__ == "__main__":
    main()
