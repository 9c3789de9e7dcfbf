"""Two sides that measure at once on the same cores, in turns: the other is stopped meanwhile."""

import ctypes
import os
import select
import signal
import subprocess
import sys
import time


PR_SET_THP_DISABLE = 41


def small_pages():
    """For this process and its children. What pages of 2 MB bring depends on where they fit, which
    differs from side to side."""
    ctypes.CDLL(None).prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)


def wait_for_listener(port, process, seconds=5):
    """Until somebody listens on the port; a trial connection would count as the client."""
    wanted = f":{port:04X}"
    for _ in range(int(seconds / 0.02)):
        for table in ("/proc/net/tcp", "/proc/net/tcp6"):
            with open(table, encoding="ascii") as lines:
                rows = [line.split() for line in lines][1:]
            if any(row[1].endswith(wanted) and row[3] == "0A" for row in rows):
                return
        if process.poll() is not None:
            break
        time.sleep(0.02)
    sys.exit(f"{' '.join(process.args)} does not listen on port {port}")


class Side:
    """The commands of one side, the last of which writes figures: figure(line) gives (value, how
    long the measurement took on the clock in s), or None for other lines. Measurements follow one
    another by themselves, so that a side must be stopped whenever it has written one."""

    def __init__(self, commands, environment, figure, port=None):
        self.figure, self.processes, self.stops, self.unread = figure, [], [], b""
        try:
            self._start(commands, environment, port)
        except BaseException:
            self.close()
            raise
        self.stop()

    def _start(self, commands, environment, port):
        for command in commands:
            if self.processes and port:
                wait_for_listener(port, self.processes[0])
            last = command is commands[-1]
            self.processes.append(subprocess.Popen(
                command, env={**os.environ, **environment}, start_new_session=True,
                preexec_fn=small_pages, stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if last else subprocess.DEVNULL,
                stderr=None if last else subprocess.DEVNULL))

    def close(self):
        for sign in (signal.SIGKILL, signal.SIGCONT):
            self._signal(sign)
        for process in self.processes:
            process.wait()
            if process.stdout:
                process.stdout.close()

    def _signal(self, sign):
        for process in self.processes:
            try:
                os.killpg(process.pid, sign)
            except ProcessLookupError:
                pass

    def stop(self):
        self.stops.append([time.monotonic(), None])
        self._signal(signal.SIGSTOP)

    def go_on(self, seconds):
        """Lets the side run so long, or until it has written; its figure without the time that it
        was stopped in, or None."""
        self.stops[-1][1] = time.monotonic()
        self._signal(signal.SIGCONT)
        source = self.processes[-1].stdout.fileno()
        written, _, _ = select.select([source], [], [], seconds)
        self.stop()
        if not written:
            return None
        text = os.read(source, 65536)
        if not text:
            command = " ".join(self.processes[-1].args[:6])
            sys.exit(f"{command} ... ended early with status {self.processes[-1].wait()}")
        *lines, self.unread = (self.unread + text).split(b"\n")
        found = [each for each in map(self.figure, map(bytes.decode, lines)) if each]
        return self._running(*found[0]) if found else None

    def _running(self, value, took):
        ended = self.stops[-1][0]
        stopped = sum(max(0, until - max(since, ended - took))
                      for since, until in self.stops[:-1])
        self.stops = self.stops[-1:]
        return value * (1 - stopped / took)


def take_turns(sides, seconds):
    """The next figure of each side; they take turns of so many seconds until all have theirs."""
    found = [None] * len(sides)
    while None in found:
        for index, side in enumerate(sides):
            if found[index] is None:
                found[index] = side.go_on(seconds)
    return found
