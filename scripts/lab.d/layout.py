"""What a lab is made of: names, addresses, rates. Nothing here touches the machine."""

import re

from trouble import USAGE, Trouble

HEAD = "head"
SWITCH = "switch"
MANAGEMENT = "mgmt0"
MOST_HOSTS = 64
MOST_RAILS = 16

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def parse_rate(text):
    """Bits a second from "300mbit", "1gbit", "2.5Gbit", as tc writes them."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)bit(?:/s)?", text.strip().lower())
    bits = round(float(found.group(1)) * _UNITS[found.group(2)]) if found else 0
    # Below, a frame of 9000 bytes takes longer than a tenth of a second; above, no veth keeps up.
    if not 10**6 <= bits <= 10**11:
        raise Trouble(f"'{text}' is no rate from 1mbit to 100gbit, such as 300mbit", USAGE)
    return bits


def rate_text(bits):
    if bits is None:
        return "unlimited"
    for unit in "gmk":
        if bits >= _UNITS[unit]:
            return f"{bits / _UNITS[unit]:g}{unit}bit"
    return f"{bits}bit"


def parse_seconds(text):
    """Seconds from "2s", "500ms" or "2"."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|ms|)", text.strip())
    if not found:
        raise Trouble(f"'{text}' is no time, such as 2s or 500ms", USAGE)
    return float(found.group(1)) / (1000 if found.group(2) == "ms" else 1)


def hosts_of(count):
    return [f"h{number}" for number in range(1, count + 1)]


def nics_of(node, rails):
    """The NICs of a node: the head has only the management network's."""
    return [MANAGEMENT] if node == HEAD else [MANAGEMENT, *(f"rail{i}" for i in range(rails))]


def address(node, nic):
    """10.0.0.N on the management network, 10.R+1.0.N on rail R; N is the host's number."""
    network = 0 if nic == MANAGEMENT else int(nic.removeprefix("rail")) + 1
    number = 254 if node == HEAD else int(node.removeprefix("h"))
    return f"10.{network}.0.{number}"


def etc_hosts(hosts, rails):
    """The text of /etc/hosts: a host's name is its management address."""
    lines = ["127.0.0.1 localhost", f"{address(HEAD, MANAGEMENT)} {HEAD}"]
    for host in hosts:
        lines.append(f"{address(host, MANAGEMENT)} {host}")
        lines += [f"{address(host, nic)} {host}-{nic}" for nic in nics_of(host, rails)[1:]]
    return "\n".join(lines) + "\n"


def links_named(words, hosts, rails):
    """(host, nic) of every link that words like "h2", "h2:rail1", "h2:mgmt" name."""
    links = []
    for word in words:
        host, colon, nic = word.partition(":")
        if host not in hosts:
            raise Trouble(f"'{word}': there is no host {host} (but {', '.join(hosts)})", USAGE)
        nic = MANAGEMENT if nic == "mgmt" else nic
        there = nics_of(host, rails)
        if colon and nic not in there:
            raise Trouble(f"'{word}': {host} has no {nic} (it has {', '.join(there)})", USAGE)
        links += [(host, nic)] if colon else [(host, each) for each in there[1:]]
    return links


def parse_hosts(text, hosts):
    """The hosts in "h1,h3"; all of them where nothing was said."""
    if not text:
        return list(hosts)
    chosen = text.split(",")
    for host in chosen:
        if host not in hosts:
            raise Trouble(f"there is no host '{host}' (there are {', '.join(hosts)})", USAGE)
    return chosen
