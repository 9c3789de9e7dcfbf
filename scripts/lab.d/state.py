"""What is known of a lab between two commands: a file below /run, and the lock on it.

/run/railgauge-lab/NAME/ is the only thing outside of the lab's namespaces; it goes with the lab,
and the folder above it with the last lab.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil

import layout
import system
from trouble import USAGE, Trouble

ROOT = "/run/railgauge-lab"
DEFAULT_NAME = "lab"


def check_name(name):
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,31}", name):
        raise Trouble(f"'{name}' is no name for a lab: a-z, 0-9, _ and -, at most 32", USAGE)
    return name


class Lab:
    """A lab's shape, the processes that keep its nodes, and the state of its links."""

    def __init__(self, name, hosts, rails, rate, management_rate, mtu):
        self.name, self.rails, self.rate = name, rails, rate
        self.management_rate, self.mtu = management_rate, mtu
        self.hosts = layout.hosts_of(hosts)
        self.processors = sorted(os.sched_getaffinity(0))
        # Node -> its init's numbers (from the machine's process namespace inwards) and start time.
        self.nodes = {}
        # "h2:rail1" -> bits a second; "h2:rail0", ...
        self.slowed = {}
        self.cut = []

    @property
    def folder(self):
        return os.path.join(ROOT, self.name)

    def links(self):
        return [(host, nic) for host in self.hosts for nic in layout.nics_of(host, self.rails)]

    def add_node(self, name, numbers):
        self.nodes[name] = {"pids": numbers, "start": system.start_time(numbers[0])}

    def alive(self, node):
        entry = self.nodes.get(node)
        return entry is not None and system.start_time(entry["pids"][0]) == entry["start"]

    def pid(self, node):
        """The number of the node's init here."""
        if not self.alive(node):
            raise Trouble(f"{node} of lab '{self.name}' is gone; take the lab down and up again")
        return self.nodes[node]["pids"][0]

    def pid_in_head(self, node):
        return self.nodes[node]["pids"][1]

    def processors_of(self, node):
        """Each host has its share, so that pinned ranks of two hosts do not meet on a core while
        another one idles; where hosts outnumber processors, each has one."""
        if node not in self.hosts:
            return self.processors
        here, count, share = self.hosts.index(node), len(self.processors), len(self.hosts)
        if count < share:
            return [self.processors[here % count]]
        return self.processors[here * count // share:(here + 1) * count // share]

    def rate_of(self, node, nic):
        nominal = self.management_rate if nic == layout.MANAGEMENT else self.rate
        return self.slowed.get(f"{node}:{nic}", nominal)

    def is_cut(self, node, nic):
        return f"{node}:{nic}" in self.cut

    def save(self):
        path = os.path.join(self.folder, "state.json")
        with open(path + ".new", "w", encoding="utf-8") as file:
            json.dump(vars(self), file, indent=1)
        # Whoever reads meanwhile sees the old file or the new one, never a part.
        os.rename(path + ".new", path)


def load(name):
    """The lab of that name; None where there is none, or one whose `up` never came to its end."""
    try:
        with open(os.path.join(ROOT, name, "state.json"), encoding="utf-8") as file:
            content = json.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except PermissionError as error:
        raise Trouble(f"{error.filename}: {error.strerror}; the lab belongs to root") from None
    except ValueError as error:
        raise Trouble(f"{ROOT}/{name}/state.json does not parse ({error}); take the lab down")
    lab = Lab.__new__(Lab)
    vars(lab).update(content)
    return lab


def need(name):
    lab = load(name)
    if lab is None:
        raise Trouble(f"there is no lab '{name}': make it with scripts/lab up"
                      + (f" --name {name}" if name != DEFAULT_NAME else ""))
    return lab


def make_folder(name):
    os.makedirs(os.path.join(ROOT, name), mode=0o700, exist_ok=True)


def remove_folder(name):
    """Call it holding the lock."""
    shutil.rmtree(os.path.join(ROOT, name), ignore_errors=True)


@contextlib.contextmanager
def locked(make=False):
    """One command at a time changes labs. `make`: the folder is made where there is none yet."""
    while True:
        try:
            if make:
                os.makedirs(ROOT, mode=0o700, exist_ok=True)
            folder = os.open(ROOT, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            if make:
                continue  # the last lab went down in between
            yield  # no lab, nothing to guard
            return
        except OSError as error:
            raise Trouble(f"{ROOT}: {error.strerror}; the lab needs root") from None
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            # Someone may have removed it, and someone else made it anew, while this one waited.
            if not _is_at_root(folder):
                continue
            try:
                yield
            finally:
                with contextlib.suppress(OSError):
                    os.rmdir(ROOT)  # goes with the last lab
            return
        finally:
            os.close(folder)


def _is_at_root(folder):
    with contextlib.suppress(FileNotFoundError):
        return os.stat(ROOT).st_ino == os.fstat(folder).st_ino
    return False
