"""The lab's networks: bridges in the switch's namespace, veth pairs to the hosts, rates, cuts.

Both ends of a link have a token bucket, so that each direction has its rate whoever sends. A bucket
as deep as one packet of the largest segmentation offload (64 KiB) at 1 Gbit/s keeps the rate within
some percent on a busy machine; shallower, the timer that refills it would cost the rate. So after a
pause this much passes at once, and a single message below it seems faster than the link.
"""

import os
import shutil
import subprocess

import layout
import system
from trouble import Trouble

_BUCKET_S = 0.00055
_FRAME_OVERHEAD = 18
# At a switch's port: for some hosts that send to one at once, as switches with deep buffers do it.
_PORT_QUEUE_S = 0.03
_LEAST_PORT_QUEUE = 4 << 20
# At a host: nothing is lost before it has left, as sockets hold senders back.
_HOST_QUEUE = 256 << 20
_ADVICE = {
    "ip": "install the package iproute2",
    "tc": "install the package iproute2",
}


def need_tools():
    for tool, advice in _ADVICE.items():
        if not shutil.which(tool, path=_path()):
            raise Trouble(f"the command {tool} is missing: {advice}")


def _path():
    # A user's PATH often has no sbin, where Debian keeps ip and tc.
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin"


def _batch(pid, tool, commands):
    """Runs the lines of `ip` or `tc` in the network namespace of the process `pid`."""
    done = subprocess.run(
        [tool, "-batch", "-"], check=False, text=True, capture_output=True,
        input="\n".join(commands) + "\n", env={"PATH": _path(), "LC_ALL": "C"},
        preexec_fn=lambda: system.enter_namespaces(pid, ["net"]))
    if done.returncode != 0:
        said = " ".join(done.stderr.split()) or f"status {done.returncode}"
        if "kind is unknown" in said or "Unknown device type" in said:
            said += " (this kernel lacks sch_tbf, veth or bridge)"
        if "not permitted" in said:
            said += " (the lab needs root with CAP_NET_ADMIN)"
        raise Trouble(f"{tool} failed: {said}")


def port(host, nic):
    """The switch's end of a link; at most 15 characters, as the kernel wants it."""
    return f"{host}-{nic}"


def bridge(nic):
    return f"br-{nic}"


def make_switch(lab):
    """The bridges: one a rail, and one for management."""
    commands = ["link set dev lo up"]
    for nic in layout.nics_of("h1", lab.rails):
        # No spanning tree: a port forwards as soon as it is up.
        commands.append(f"link add name {bridge(nic)} mtu {lab.mtu} type bridge "
                        "stp_state 0 forward_delay 0 mcast_snooping 0")
        commands.append(f"link set dev {bridge(nic)} up")
    _batch(lab.pid(layout.SWITCH), "ip", commands)


def connect(lab, node):
    """The NICs of a node: made, named, addressed, limited and up."""
    nics = layout.nics_of(node, lab.rails)
    outside, inside = [], ["link set dev lo up"]
    for nic in nics:
        outside.append(f"link add name {port(node, nic)} mtu {lab.mtu} type veth "
                       f"peer name {nic} mtu {lab.mtu} netns {lab.pid(node)}")
        outside.append(f"link set dev {port(node, nic)} master {bridge(nic)} up")
        inside.append(f"addr add {layout.address(node, nic)}/24 dev {nic}")
        inside.append(f"link set dev {nic} up")
    _batch(lab.pid(layout.SWITCH), "ip", outside)
    _batch(lab.pid(node), "ip", inside)
    apply_rates(lab, [(node, nic) for nic in nics])


def apply_rates(lab, links):
    """Both ends of these links, (node, NIC), get the rate that the lab's state says."""
    by_namespace = {}
    for node, nic in links:
        rate = lab.rate_of(node, nic)
        port_queue = max(int((rate or 0) / 8 * _PORT_QUEUE_S), _LEAST_PORT_QUEUE)
        ends = ((lab.pid(node), nic, _HOST_QUEUE),
                (lab.pid(layout.SWITCH), port(node, nic), port_queue))
        for pid, device, queue in ends:
            bucket = _bucket(rate, lab.mtu, queue)
            by_namespace.setdefault(pid, []).append(f"qdisc replace dev {device} root {bucket}")
    for pid, commands in by_namespace.items():
        _batch(pid, "tc", commands)


def _bucket(rate, mtu, queue):
    if rate is None:
        return "noqueue"
    burst = max(int(rate / 8 * _BUCKET_S), 2 * (mtu + _FRAME_OVERHEAD))
    return f"handle 1: tbf rate {rate}bit burst {burst}b limit {queue}b"


def set_link(lab, node, nic, up):
    """Takes the cable out of the switch (the host's NIC then has no carrier), or puts it back."""
    _batch(lab.pid(layout.SWITCH), "ip",
           [f"link set dev {port(node, nic)} {'up' if up else 'down'}"])
