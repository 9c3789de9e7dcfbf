"""The rules. Each takes a File and the House and yields (line, message)."""

import re

from cpp_text import functions, without_comments, without_directives

FILE_LINES = 500
FUNCTION_LINES = 70
COLUMNS = 100

HEADERS = (".hpp", ".cuh")
CPP = (".cpp", ".cu") + HEADERS
SOURCES = CPP + (".py", ".cmake", ".sh", "CMakeLists.txt")


def _numbered(text):
    return enumerate(text.splitlines(), start=1)


def file_length(file, house):
    lines = file.text.count("\n")
    if file.is_source and lines > FILE_LINES:
        yield lines, f"{lines} lines; the limit is {FILE_LINES}: divide it by concept"


def function_length(file, house):
    if file.is_cpp:
        for name, first, last in functions(file.text):
            if last - first + 1 > FUNCTION_LINES:
                yield first, f"{last - first + 1} lines in `{name}`; the limit is {FUNCTION_LINES}"


def columns(file, house):
    if file.is_source:
        for number, line in _numbered(file.text):
            if len(line) > COLUMNS:
                yield number, f"{len(line)} columns; the limit is {COLUMNS}"


def tabs(file, house):
    if file.is_source:
        for number, line in _numbered(file.text):
            if "\t" in line:
                yield number, "a tab; indent with spaces"


def includes(file, house):
    if not file.is_cpp:
        return
    code = without_comments(file.text, keep_strings=True)
    room = house.room_of(file.path)
    for number, line in _numbered(code):
        found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not found:
            continue
        quote, path = found.groups()
        target = house.room_of(path)
        if quote == '"' and not file.exists(path):
            yield number, f'"{path}" is no file of this house; write includes from the root'
        elif target and quote == "<":
            yield number, f"<{path}> is our own: include it with quotation marks"
        elif target and room and not house.may_include(room, target):
            yield number, f"{room}/ may not include {target}/ (ARCHITECTURE.md, section 1)"


_OURS = r"(?<![\w.>:])(?:std::|::)?"
_PRINTS = re.compile(
    # Flushing what cli/ printed, before a fork, prints nothing.
    r"\bstd::(?:cout|cerr|clog)\b(?!\s*\.flush\b)|\b(?:std|fmt)::print(?:ln)?\s*\("
    rf"|{_OURS}(?:v?[fd]?printf|f?puts|f?putc|putchar|perror)\s*\("
)
_EXITS = re.compile(rf"{_OURS}(?:exit|_Exit|quick_exit|abort|terminate)\s*\(")
_CHILD_EXITS = re.compile(rf"{_OURS}_exit\s*\(")

# Where a process may end itself: ranks and probes are children that railgauge forked.
_FORKING = ("harness/launch/", "harness/machine/", "harness/backends/mpi/",
            "harness/backends/ucx/")


def printing(file, house):
    if not file.is_cpp or not file.path.startswith(("harness/", "kernels/", "benches/")):
        return
    if file.path.startswith(("harness/cli/", "benches/micro/", "benches/peers/")):
        return
    for number, line in _numbered(without_directives(without_comments(file.text))):
        if _PRINTS.search(line):
            yield number, "prints; only harness/cli/ does"
        if _EXITS.search(line):
            yield number, "ends the process; only harness/cli/ does (throw an error)"
        if _CHILD_EXITS.search(line) and not file.path.startswith(_FORKING):
            yield number, "ends the process; only forked ranks and probes do"


def naming(file, house):
    name = file.path.rsplit("/", 1)[-1]
    if re.search(r"\.(cc|cxx|c\+\+|h|hh|hxx|h\+\+)$", name):
        yield 1, "C++ files end in .cpp, .hpp, .cu or .cuh"
    elif file.path.endswith(CPP + (".py",)) and not re.fullmatch(r"[a-z][a-z0-9_]*\.\w+", name):
        yield 1, "file names are snake_case"


def pragma_once(file, house):
    if file.path.endswith(HEADERS):
        code = without_comments(file.text, keep_strings=True)
        first = next((line.strip() for line in code.splitlines() if line.strip()), "")
        if first != "#pragma once":
            yield 1, "a header begins with #pragma once (after its comment)"


# In halves, so that this file keeps the rule too.
_WORDS = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]
_LEFTOVERS = re.compile(r"\b(" + "|".join(_WORDS) + r")\b")


def leftovers(file, house):
    for number, line in _numbered(file.text):
        found = _LEFTOVERS.search(line)
        if found:
            yield number, f"{found.group(1)}: finish it, or write an issue"


ALL = {
    "file-length": file_length,
    "function-length": function_length,
    "columns": columns,
    "tabs": tabs,
    "includes": includes,
    "printing": printing,
    "naming": naming,
    "pragma-once": pragma_once,
    "leftovers": leftovers,
}
