#!/usr/bin/env python3
"""Holds the house rules of ARCHITECTURE.md against the tree.

    tidy.py ROOT    prints FILE:LINE: MESSAGE [RULE] for each violation; status 1 if there are any
"""

import os
import sys

from house import House
import rules

SKIPPED_FOLDERS = {".git", ".cache", "node_modules", "__pycache__", "corpus", "data",
                   "gpu-deps"}
TEXT = rules.SOURCES + (".md", ".toml", ".json", ".txt")


class File:
    """One text file: its path from the root, and its text."""

    def __init__(self, root, path):
        self.root = root
        self.path = path
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as stream:
            self.text = stream.read()
        self.is_cpp = path.endswith(rules.CPP)
        self.is_source = path.endswith(rules.SOURCES) or self.text.startswith("#!")

    def exists(self, path):
        return os.path.isfile(os.path.join(self.root, path))


def files(root):
    """Paths from the root of every file that rules can apply to, in order."""
    for folder, folders, names in os.walk(root):
        inside = os.path.relpath(folder, root)
        folders[:] = sorted(
            name
            for name in folders
            if name not in SKIPPED_FOLDERS
            and not (inside == "." and name.startswith("build"))
            # Whatever stands beside a checkout without belonging to it has a CMake cache.
            and not os.path.exists(os.path.join(folder, name, "CMakeCache.txt"))
        )
        for name in sorted(names):
            path = os.path.normpath(os.path.join(inside, name))
            script = path.startswith(("scripts/", ".ci/")) and "." not in name
            if name.endswith(TEXT) or script or name.endswith((".cc", ".h", ".cxx", ".hxx")):
                yield path


def violations(root):
    """(path, line, message, rule) of every violation below `root`."""
    with open(os.path.join(root, "ARCHITECTURE.md"), encoding="utf-8") as stream:
        house = House(stream.read())
    for path in files(root):
        file = File(root, path)
        for name, rule in rules.ALL.items():
            for line, message in rule(file, house):
                yield path, line, message, name


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    count = 0
    for path, line, message, rule in violations(arguments[1]):
        print(f"{path}:{line}: {message} [{rule}]")
        count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
