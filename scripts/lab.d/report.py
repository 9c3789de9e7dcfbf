"""A lab as a table, and as JSON."""

import json

import building
import layout
import processes


def _nodes(lab):
    """Node -> its processes, the init not counted."""
    networks = {processes.namespace(lab.nodes[name]["pids"][0], "net"): name for name in lab.nodes}
    inits = {entry["pids"][0] for entry in lab.nodes.values()}
    found = {name: [] for name in (layout.HEAD, *lab.hosts)}
    for pid in building.inhabitants(lab.name) - inits:
        name = networks.get(processes.namespace(pid, "net"))
        if name in found:
            found[name].append({"pid": pid, "command": processes.command(pid)})
    return found


def _links(lab):
    return [{"host": host, "nic": nic, "address": layout.address(host, nic),
             "rate_bits": lab.rate_of(host, nic), "slowed": f"{host}:{nic}" in lab.slowed,
             "cut": lab.is_cut(host, nic)} for host, nic in lab.links()]


def as_json(lab):
    return json.dumps({
        "name": lab.name, "mtu": lab.mtu, "links": _links(lab),
        "nodes": [{"name": name, "alive": lab.alive(name), "processes": found}
                  for name, found in _nodes(lab).items()]}, indent=1)


def as_table(lab):
    rows = [("link", "address", "rate", "state")]
    for link in _links(lab):
        state = "cut" if link["cut"] else "slowed" if link["slowed"] else "up"
        rows.append((f"{link['host']}:{link['nic']}", link["address"],
                     layout.rate_text(link["rate_bits"]), state))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip()
             for row in rows]
    for name, found in _nodes(lab).items():
        if not lab.alive(name):
            lines.append(f"{name} is gone")
        for entry in found:
            lines.append(f"on {name}: {entry['pid']} {entry['command'][:80]}")
    return "\n".join(lines)
