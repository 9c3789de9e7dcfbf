"""How a command comes to run on hosts: through railgauge, by mpiexec, or as torchrun does it."""

import os
import shutil
import subprocess

import layout
from jobs import Job
from trouble import USAGE, Trouble


def run(lab, hosts, ranks_per_host, command):
    """One rank or more on each host, launched from the head; its status."""
    words = _launched(hosts, ranks_per_host, command)
    return Job(lab).run([(layout.HEAD, words, {}, {})])


def _launched(hosts, ranks_per_host, command):
    program = os.path.basename(command[0])
    if program.startswith(("mpiexec", "mpirun")):
        return command  # it says itself where to start what
    if program == "railgauge" and command[1:2] == ["run"]:
        if any(word == "--hosts" or word.startswith("--hosts=") for word in command):
            return command
        slots = "" if ranks_per_host == 1 else f":{ranks_per_host}"
        return [*command[:2], "--hosts", ",".join(host + slots for host in hosts), *command[2:]]
    mpiexec = shutil.which("mpiexec.mpich") or shutil.which("mpiexec.hydra")
    if mpiexec is None:
        raise Trouble("neither mpiexec.mpich nor mpiexec.hydra is here: install the package mpich")
    ranks = len(hosts) * ranks_per_host
    return [mpiexec, "-hosts", ",".join(hosts), "-ppn", str(ranks_per_host), "-n", str(ranks),
            *command]


def on_node(lab, node, command):
    if node not in (layout.HEAD, *lab.hosts):
        raise Trouble(f"there is no node '{node}' (head, {', '.join(lab.hosts)})", USAGE)
    return Job(lab).run([(node, command, {}, {})])


def each(lab, hosts, given):
    """The command once a rank, with the variables that torchrun sets; rank 0's status."""
    starts = []
    ranks = len(hosts) * given.ranks_per_host
    for rank in range(ranks):
        number, local = divmod(rank, given.ranks_per_host)
        variables = {
            "RANK": rank, "WORLD_SIZE": ranks, "LOCAL_RANK": local,
            "LOCAL_WORLD_SIZE": given.ranks_per_host, "GROUP_RANK": number,
            "GROUP_WORLD_SIZE": len(hosts), "MASTER_PORT": given.port,
            "MASTER_ADDR": layout.address(hosts[0], layout.MANAGEMENT),
        }
        silent = rank > 0 and not given.all
        streams = {"stdin": subprocess.DEVNULL} if rank > 0 else {}
        if silent:
            streams["stdout"] = subprocess.DEVNULL
        starts.append((hosts[number], given.command,
                       {name: str(value) for name, value in variables.items()}, streams))
    return Job(lab).run(starts)
