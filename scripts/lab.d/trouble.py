"""The two ways in which a command of the lab ends without having done what it was asked."""

import signal

# The signals that ask a command to end.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Exit statuses, as railgauge's own: what was typed is wrong; this machine cannot do it.
USAGE = 2
CANNOT = 3


class Trouble(Exception):
    """What failed, why, and what to do, in words; `status` is what the command ends with."""

    def __init__(self, text, status=CANNOT):
        super().__init__(text)
        self.status = status


class Interrupted(Exception):
    """One of ENDING came; `number` says which."""

    def __init__(self, number):
        super().__init__(f"signal {number}")
        self.number = number
