"""Making a lab and taking it away."""

import contextlib
import os
import signal
import time
import uuid

import fabric
import layout
import node
import processes
import state
import system
from trouble import ENDING, USAGE, Trouble

_PRIVATE_SHM = "mode=1777"
_GIVE_UP_S = 10
_NO_IPV6 = "/proc/sys/net/ipv6/conf/all/disable_ipv6"


def up(lab):
    """Makes the lab, or nothing at all. Call it holding the lock."""
    fabric.need_tools()
    if state.load(lab.name) is not None:
        raise Trouble(f"there is a lab '{lab.name}' already; take it down first (scripts/lab down)")
    down(lab.name)  # what an `up` left that was killed
    state.make_folder(lab.name)
    held = []
    try:
        _write_files(lab)
        for name in (layout.HEAD, layout.SWITCH, *lab.hosts):
            # No signal between a node's beginning and the line that knows it.
            with _signals_held():
                held.append(_make_node(lab, name))
        fabric.make_switch(lab)
        for name in (layout.HEAD, *lab.hosts):
            fabric.connect(lab, name)
        lab.save()
        with _signals_held():
            for descriptor in held:
                node.release(descriptor)
    except BaseException:
        with _signals_held():
            _give_up(lab, held)
        raise


def _make_node(lab, name):
    within = lab.pid(layout.HEAD) if lab.nodes else None
    numbers, descriptor = node.make_node(lab.name, name, lambda: _furnish(lab, name), within)
    lab.add_node(name, numbers)
    return descriptor


def _give_up(lab, held):
    for descriptor in held:
        with contextlib.suppress(OSError):
            os.close(descriptor)
    for name in lab.nodes:
        while lab.alive(name):
            _kill(lab.nodes[name]["pids"][0])
            time.sleep(0.005)
    down(lab.name)


@contextlib.contextmanager
def _signals_held():
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def plan(given):
    """The lab that the command line describes; nothing is made yet."""
    for what, least, most in (("hosts", 1, layout.MOST_HOSTS), ("rails", 0, layout.MOST_RAILS),
                              ("mtu", 1280, 65000)):
        if not least <= getattr(given, what) <= most:
            raise Trouble(f"--{what} must be from {least} to {most}", USAGE)
    management = given.management_rate and layout.parse_rate(given.management_rate)
    return state.Lab(given.name, given.hosts, given.rails, layout.parse_rate(given.rate),
                     management or None, given.mtu)


def _write_files(lab):
    files = {"hosts": layout.etc_hosts(lab.hosts, lab.rails), "resolv.conf": "",
             "hostfile": "".join(f"{host}\n" for host in lab.hosts)}
    for name in (layout.HEAD, *lab.hosts):
        files[f"{name}.boot_id"] = f"{uuid.uuid4()}\n"
    for name, text in files.items():
        with open(os.path.join(lab.folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def _furnish(lab, name):
    """In the new namespaces: what makes a host of them."""
    system.set_hostname(name)
    system.mount_new("proc", "/proc")
    with contextlib.suppress(FileNotFoundError), open(_NO_IPV6, "w", encoding="utf-8") as file:
        file.write("1\n")  # no packets but those that were asked for
    if name == layout.SWITCH:
        return
    system.mount_new("tmpfs", "/dev/shm", _PRIVATE_SHM)
    # The new one shows the NICs of this namespace; the machine's control groups stay in sight.
    groups = "/sys/fs/cgroup"
    keep = os.open(groups, os.O_PATH) if os.path.isdir(groups) else None
    system.mount_new("sysfs", "/sys")
    if keep is not None:
        system.mount_over(f"/proc/self/fd/{keep}", groups)
        os.close(keep)
    system.mount_over(f"{lab.folder}/hosts", "/etc/hosts")
    if os.path.exists("/etc/resolv.conf"):
        # A name that is not in the hosts file is unknown at once; no server is asked.
        system.mount_over(f"{lab.folder}/resolv.conf", "/etc/resolv.conf")
    # Libraries tell machines apart by it.
    system.mount_over(f"{lab.folder}/{name}.boot_id", "/proc/sys/kernel/random/boot_id")


def down(name):
    """Ends every process of the lab, with them its namespaces, and removes its folder."""
    give_up = time.monotonic() + _GIVE_UP_S
    while True:
        left = inhabitants(name)
        if not left:
            break
        for pid in left:
            _kill(pid)
        if time.monotonic() > give_up:
            raise Trouble(f"processes of lab '{name}' do not end: {sorted(left)}")
        time.sleep(0.01)
    state.remove_folder(name)


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def inhabitants(name):
    """The lab's inits, and the processes in their namespaces, as this process numbers them."""
    mark = f"{node.INIT_MARK}={name}/".encode()
    networks = {}
    ours = set()
    for pid in processes.living():
        network = processes.namespace(pid, "net")
        networks[pid] = network
        if network and any(word.startswith(mark) for word in processes.environment(pid)):
            ours.add(network)
    # Whatever says that it is an init, this is not the lab's.
    ours.discard(processes.namespace("self", "net"))
    return {pid for pid, network in networks.items() if network in ours}
