"""Commands in the lab: started on a node, interrupted, and ended with all that they left."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid

import layout
import processes
import system
from building import inhabitants
from trouble import ENDING, Interrupted, Trouble

# In the environment of everything that a command starts, on whatever host.
RUN_MARK = "RAILGAUGE_LAB_RUN"
_REMOTE_SHELL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "remote_shell")
# How long after a polite signal, and after the command's end, the rest may take to end by itself.
_GRACE_S = 10


class Job:
    """The processes of one `run`, `exec` or `each`; the first one's status counts."""

    def __init__(self, lab):
        self.lab = lab
        self.id = uuid.uuid4().hex
        self.members = []

    def environment(self):
        """The caller's, and what makes mpiexec and UCX use the lab's networks as a site would."""
        given = dict(os.environ)
        rails = layout.nics_of(layout.hosts_of(1)[0], self.lab.rails)[1:]
        given.setdefault("UCX_NET_DEVICES", ",".join(rails) or layout.MANAGEMENT)
        return given | {
            "RAILGAUGE_LAB": self.lab.name, RUN_MARK: self.id,
            "HYDRA_LAUNCHER": "ssh", "HYDRA_LAUNCHER_EXEC": _REMOTE_SHELL,
            "HYDRA_IFACE": layout.MANAGEMENT,
            "HYDRA_HOST_FILE": os.path.join(self.lab.folder, "hostfile"),
            "OMPI_MCA_plm_rsh_agent": _REMOTE_SHELL,
            # Who made the lab is root, and on its hosts there is nobody else.
            "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        }

    def run(self, starts):
        """Starts (node, command, more environment, streams) each; the first one's status, as a
        shell would say it. Nothing of the job lives after."""
        try:
            for start in starts:
                self._start(*start)
            status = self.members[0].wait()
            self._await_end()
        except Interrupted as interrupt:
            status = -interrupt.number
            try:
                self._signal(interrupt.number)
                self._await_end()
            except Interrupted:
                pass  # asked twice: at once
        finally:
            with_signals_ignored(self._kill_rest)
        return status if status >= 0 else 128 - status

    def _start(self, node, command, more, streams):
        pid, caller, folder = self.lab.pid(node), os.getpid(), os.getcwd()
        processors = self.lab.processors_of(node)

        def enter():
            os.setsid()  # a terminal's interrupt reaches it through this process, once
            system.enter_namespaces(pid, [kind for kind in system.KINDS if kind != "pid"])
            system.die_with_parent(caller)
            os.sched_setaffinity(0, processors)
            os.chdir(folder)

        system.enter_namespaces(pid, ["pid"])  # the next child's
        try:
            self.members.append(subprocess.Popen(
                command, env=self.environment() | more, preexec_fn=enter, **streams))
        except OSError as error:
            raise Trouble(f"{command[0]} on {node}: {error.strerror}") from None
        finally:
            system.enter_namespaces("self", ["pid"])

    def left(self):
        mark = f"{RUN_MARK}={self.id}".encode()
        return sorted(pid for pid in inhabitants(self.lab.name)
                      if mark in processes.environment(pid))

    def _signal(self, number):
        for member in self.members:
            if member.poll() is None:
                os.killpg(member.pid, number)

    def _await_end(self):
        give_up = time.monotonic() + _GRACE_S
        while self.left() and time.monotonic() < give_up:
            time.sleep(0.02)

    def _kill_rest(self):
        names = {processes.namespace(self.lab.nodes[node]["pids"][0], "net"): node
                 for node in self.lab.nodes}
        told = set()
        while left := self.left():
            for pid in left:
                where, what = names.get(processes.namespace(pid, "net")), processes.command(pid)
                if where and what and pid not in told:
                    told.add(pid)
                    print(f"scripts/lab: ended what was left on {where}: {what[:100]}",
                          file=sys.stderr)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)
        for member in self.members:
            member.wait()


def with_signals_ignored(work):
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING}
    try:
        return work()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
