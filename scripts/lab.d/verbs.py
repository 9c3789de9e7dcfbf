"""The verbs of scripts/lab: what they take, and the files that do it."""

import argparse
import contextlib
import os
import signal
import sys
import time

import building
import fabric
import jobs
import launching
import layout
import report
import state
from trouble import ENDING, USAGE, Interrupted, Trouble


def _up(given):
    with state.locked(make=True):
        lab = building.plan(given)
        building.up(lab)
    print(f"lab '{lab.name}': {len(lab.hosts)} hosts (h1 to {lab.hosts[-1]}), {lab.rails} rails "
          f"at {layout.rate_text(lab.rate)}, management {layout.rate_text(lab.management_rate)}",
          file=sys.stderr)
    return 0


def _down(given):
    with state.locked():
        jobs.with_signals_ignored(lambda: building.down(given.name))
    return 0


def _run(given):
    lab = state.need(given.name)
    return launching.run(lab, layout.parse_hosts(given.hosts, lab.hosts),
                         given.ranks_per_host, given.command)


def _once(given):
    given.name = given.name if given.name != state.DEFAULT_NAME else f"once-{os.getpid()}"
    _up(given)
    try:
        lab = state.need(given.name)
        return launching.run(lab, lab.hosts, given.ranks_per_host, given.command)
    finally:
        _down(given)


def _exec(given):
    return launching.on_node(state.need(given.name), given.host, given.command)


def _each(given):
    lab = state.need(given.name)
    return launching.each(lab, layout.parse_hosts(given.hosts, lab.hosts), given)


@contextlib.contextmanager
def _changed(given):
    """The lab and the links that the words name; what was changed is written down."""
    with state.locked():
        lab = state.need(given.name)
        words = given.links or [f"{host}:{nic}" for host, nic in lab.links()]
        yield lab, layout.links_named(words, lab.hosts, lab.rails)
        lab.save()


def _slow(given):
    rate = layout.parse_rate(given.rate)
    with _changed(given) as (lab, links):
        lab.slowed.update({f"{host}:{nic}": rate for host, nic in links})
        fabric.apply_rates(lab, links)
    return 0


def _restore(given):
    with _changed(given) as (lab, links):
        for host, nic in links:
            lab.slowed.pop(f"{host}:{nic}", None)
        fabric.apply_rates(lab, links)
    return 0


def _cut(given):
    lab = state.need(given.name)
    layout.links_named(given.links, lab.hosts, lab.rails)  # wrong words are told before the wait
    time.sleep(layout.parse_seconds(given.after))
    return _set_links(given, up=False)


def _mend(given):
    return _set_links(given, up=True)


def _set_links(given, up):
    with _changed(given) as (lab, links):
        for host, nic in links:
            fabric.set_link(lab, host, nic, up)
        names = [f"{host}:{nic}" for host, nic in links]
        lab.cut = [name for name in lab.cut if name not in names] + ([] if up else names)
    return 0


def _status(given):
    lab = state.need(given.name)
    print(report.as_json(lab) if given.json else report.as_table(lab))
    return 0


def _shape(verb):
    verb.add_argument("--hosts", type=int, default=4, help="how many, h1 to hN (4)")
    verb.add_argument("--rails", type=int, default=2, help="NICs a host beside mgmt0 (2)")
    verb.add_argument("--rate", default="1gbit", help="of each rail's link, each way (1gbit)")
    verb.add_argument("--management-rate", help="of each management link (unlimited)")
    verb.add_argument("--mtu", type=int, default=9000, help="of all links (9000)")


def _ranks(verb):
    verb.add_argument("--ranks-per-host", type=int, default=1, help="(1)")


def _some_hosts(verb):
    verb.add_argument("--hosts", help="h1,h3 (all)")


def _one_node(verb):
    verb.add_argument("host", help="h1 to hN, or head")


def _meeting(verb):
    verb.add_argument("--port", type=int, default=29500, help="MASTER_PORT (29500)")
    verb.add_argument("--all", action="store_true", help="show what every rank prints, not only 0")


def _rate(verb):
    verb.add_argument("--rate", required=True, help="such as 300mbit")


def _after(verb):
    verb.add_argument("--after", default="0s", help="wait so long before, such as 2s (0s)")


def _json(verb):
    verb.add_argument("--json", action="store_true", help="as one JSON document")


def _links(count):
    return lambda verb: verb.add_argument("links", nargs=count, metavar="HOST[:NIC]",
                                          help="h2:rail1, h2:mgmt; h2 names all its rails")


def _command(verb):
    verb.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND...")


VERBS = {
    "up": (_up, "make a lab", [_shape]),
    "run": (_run, "start a command on its hosts, launched from the head",
            [_some_hosts, _ranks, _command]),
    "each": (_each, "start a command on its hosts as torchrun would",
             [_some_hosts, _ranks, _meeting, _command]),
    "exec": (_exec, "start a command on one node", [_one_node, _command]),
    "once": (_once, "up, run, and down in any case", [_shape, _ranks, _command]),
    "slow": (_slow, "give links another rate, both ways", [_links("+"), _rate]),
    "restore": (_restore, "give links (all) their own rate again", [_links("*")]),
    "cut": (_cut, "take links down", [_links("+"), _after]),
    "mend": (_mend, "put links (all) up again", [_links("*")]),
    "status": (_status, "show nodes and links", [_json]),
    "down": (_down, "end everything in the lab and take it away", []),
}


def _parser():
    parser = argparse.ArgumentParser(
        prog="scripts/lab", description="A cluster on one machine: hosts as namespaces, real "
        "packets on links of a chosen rate. Needs root. See docs/lab.md.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (work, summary, parts) in VERBS.items():
        verb = verbs.add_parser(name, help=summary, description=summary, allow_abbrev=False)
        verb.add_argument("--name", default=state.DEFAULT_NAME, help="of the lab (lab)")
        for part in parts:
            part(verb)
        verb.set_defaults(work=work)
    return parser


def _interrupt(number, frame):
    raise Interrupted(number)


def main(words):
    given = _parser().parse_args(words)
    for number in ENDING:
        signal.signal(number, _interrupt)
    try:
        state.check_name(given.name)
        if "command" in given:
            given.command = given.command[1:] if given.command[:1] == ["--"] else given.command
            if not given.command:
                raise Trouble(f"{given.verb}: no command; write it behind --", USAGE)
        return given.work(given)
    except Trouble as trouble:
        print(f"scripts/lab: {trouble}", file=sys.stderr)
        return trouble.status
    except Interrupted as interrupt:
        print(f"scripts/lab: interrupted ({signal.Signals(interrupt.number).name})",
              file=sys.stderr)
        return 128 + interrupt.number
