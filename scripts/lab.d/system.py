"""The kernel's calls that Python 3.11 has no name for: namespaces, mounts, signals on death."""

import ctypes
import os
import signal

from trouble import Trouble

_LIBC = ctypes.CDLL(None, use_errno=True)

# In the order in which a process enters them: its mounts last, because /proc is looked up by path.
KINDS = {
    "pid": (0x20000000, "process"),
    "ipc": (0x08000000, "IPC"),
    "uts": (0x04000000, "UTS (host name)"),
    "net": (0x40000000, "network"),
    "mnt": (0x00020000, "mount"),
}
_PR_SET_PDEATHSIG = 1
_MS_BIND, _MS_REC, _MS_PRIVATE = 0x1000, 0x4000, 0x40000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 2, 4, 8


def _check(result, what, advice=""):
    if result != 0:
        cause = os.strerror(ctypes.get_errno())
        raise Trouble(f"{what}: {cause}" + (f"; {advice}" if advice else ""))


def unshare(kind):
    """Gives the caller (with "pid": its next child) a new namespace of that kind."""
    flag, words = KINDS[kind]
    _check(_LIBC.unshare(flag), f"cannot make a {words} namespace",
           "the lab needs root with CAP_SYS_ADMIN and CAP_NET_ADMIN on a kernel with namespaces")


def enter_namespaces(pid, kinds=tuple(KINDS)):
    """Moves the caller (with "pid": its next child) into those of process `pid`."""
    opened = {kind: os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY) for kind in kinds}
    for kind, descriptor in opened.items():
        flag, words = KINDS[kind]
        _check(_LIBC.setns(descriptor, flag), f"cannot enter the {words} namespace of {pid}")
        os.close(descriptor)


def set_hostname(name):
    data = name.encode()
    _check(_LIBC.sethostname(data, len(data)), f"cannot name the host {name}")


def _mount(source, target, kind, flags, data=None):
    texts = [text.encode() if text is not None else None for text in (source, target, kind, data)]
    _check(_LIBC.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]),
           f"cannot mount {kind or source} on {target}")


def keep_mounts_private():
    """Nothing that is mounted in this mount namespace from here on is seen outside of it."""
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE)


def mount_new(kind, target, data=None):
    flags = _MS_NOSUID | _MS_NODEV | (0 if kind == "tmpfs" else _MS_NOEXEC)
    _mount(kind, target, kind, flags, data)


def mount_over(source, target):
    """Shows `source` where `target` is, with all that is mounted below it."""
    _mount(source, target, None, _MS_BIND | _MS_REC)


def die_with_parent(parent):
    """Ends the caller when the process `parent`, which forked it, ends: even by SIGKILL."""
    _check(_LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl(PR_SET_PDEATHSIG)")
    # One that went before the call sends nothing any more. A living one that lies outside of the
    # caller's process namespace reads as 0.
    if os.getppid() not in (0, parent):
        os._exit(1)


def start_time(pid):
    """When `pid` started, in clock ticks since boot; None where there is no such process.

    With the number it tells a process from a later one that got the same number.
    """
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def pids_by_level(pid):
    """The numbers of `pid` from the caller's process namespace inwards."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith("NSpid:"):
                return [int(word) for word in line.split()[1:]]
    raise Trouble(f"/proc/{pid}/status has no line NSpid: this kernel is too old (before 4.1)")
