"""What /proc says of processes; of one that ends meanwhile, nothing."""

import os

import system


def living():
    for entry in os.listdir("/proc"):
        if entry.isdigit() and system.start_time(entry) is not None:
            yield int(entry)


def namespace(pid, kind):
    try:
        return os.readlink(f"/proc/{pid}/ns/{kind}")
    except OSError:
        return None


def _words(pid, file):
    try:
        with open(f"/proc/{pid}/{file}", "rb") as stream:
            return stream.read().split(b"\0")
    except OSError:
        return []


def environment(pid):
    return _words(pid, "environ")


def command(pid):
    """Its command line, for people to read."""
    return b" ".join(_words(pid, "cmdline")).decode(errors="replace").strip()
