"""A node: the namespaces of one host (or of the switch), kept by a process that is its init.

The init of the first node, the head, is also the root of a process namespace in which all the other
nodes' namespaces lie: when it ends, the kernel ends everything in the lab.
"""

import os
import signal

import system
from trouble import ENDING, Trouble

# In an init's environment: whose it is. `down` finds them by it even where no state was written.
INIT_MARK = "RAILGAUGE_LAB_INIT"


def make_node(lab, name, set_up, within=None):
    """Makes the namespaces and their init; returns (its numbers from here inwards, a descriptor).

    `set_up()` runs in them. `within`: the process id of the head, where this is not the head.
    Until release() was called with the descriptor the init ends when this process does, so that
    an interrupted `up` leaves nothing. Raises Trouble with what failed.
    """
    report_read, report_write = os.pipe()
    go_read, go_write = os.pipe()
    middle = os.fork()
    if middle == 0:
        _become_init(lab, name, set_up, within, report_write, go_read)
    os.close(report_write)
    os.close(go_read)
    try:
        with os.fdopen(report_read) as report:
            text = report.read().strip()
    finally:
        os.waitpid(middle, 0)
    if not text.startswith("ready "):
        os.close(go_write)
        raise Trouble(f"{name}: {text or 'its first process ended early'}")
    return [int(word) for word in text.split()[1:]], go_write


def release(descriptor):
    """From here on the node lives until it is killed."""
    os.write(descriptor, b"g")
    os.close(descriptor)


def _become_init(lab, name, set_up, within, report, go):
    """In the forked child; never returns. Writes "ready" and its numbers, or the trouble."""
    try:
        # The signals that end `up` come to it alone; the nodes follow when it goes.
        os.setsid()
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        # An earlier node's descriptor would keep that node alive.
        _close_all_but(report, go)
        if within is not None:
            system.enter_namespaces(within, ["pid"])
            _go_on_in_child()
        for kind in system.KINDS:
            system.unshare(kind)
        _go_on_in_child()
        # While /proc is still that of the caller, whose numbers are asked for.
        numbers = system.pids_by_level("self")
        system.keep_mounts_private()
        set_up()
        os.write(report, f"ready {' '.join(map(str, numbers))}\n".encode())
        os.close(report)
        if os.read(go, 1) == b"g":
            _rest(lab, name)
    except (Trouble, OSError) as error:  # the report is this process's only voice
        os.write(report, f"{error}\n".encode())
    finally:
        os._exit(1)


def _close_all_but(*kept):
    for descriptor in range(3, 256):
        if descriptor not in kept:
            try:
                os.close(descriptor)
            except OSError:
                pass


def _go_on_in_child():
    """A new process namespace begins with the next child: forks, and only the child returns."""
    if os.fork() != 0:
        os._exit(0)


def _rest(lab, name):
    """Becomes a process that does nothing but collect the dead."""
    os.chdir("/")
    # Ignored is inherited over exec, and tells the kernel to collect children by itself.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    _close_all_but()
    os.execve("/bin/sleep", ["sleep", "infinity"], {INIT_MARK: f"{lab}/{name}"})
