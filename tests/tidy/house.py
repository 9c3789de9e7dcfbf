"""The table of rooms in ARCHITECTURE.md: who may include whom."""

import re

EVERYTHING = "everything"


class House:
    """`allowed` maps a room ("harness/stats", "kernels") to the rooms it may include."""

    def __init__(self, text):
        section = re.search(r"^## 1\..*?^```\n(.*?)^```", text, re.M | re.S)
        if not section:
            raise ValueError("ARCHITECTURE.md: no table of rooms (the code block of section 1)")
        self.allowed = {}
        parent = ""
        for line in section.group(1).splitlines():
            entry = re.match(r"(\s*)([a-z_]+)/\s+(.*)$", line)
            if not entry:
                continue
            indent, name, rest = entry.groups()
            if not indent:
                parent = name
            arrow = re.search(r"<-\s*(.+?)\s*$", rest)
            names = [n.strip() for n in arrow.group(1).split(",")] if arrow else []
            self.allowed[f"{parent}/{name}" if indent else name] = names
        if "harness/base" not in self.allowed:
            raise ValueError("ARCHITECTURE.md: the table of rooms has no harness/base")
        self._resolve()

    def _resolve(self):
        for room, names in self.allowed.items():
            rooms = {room}
            if room.startswith("harness/"):
                rooms.add("harness/base")
            for name in names:
                if name == EVERYTHING:
                    rooms.update(self.allowed)
                    continue
                inner = f"harness/{name}"
                if inner not in self.allowed and name not in self.allowed:
                    raise ValueError(f"ARCHITECTURE.md: {room} names an unknown room: {name}")
                rooms.add(inner if inner in self.allowed else name)
            self.allowed[room] = rooms
        # A bench may use the whole house but not the command; the table says so in words.
        self.allowed["benches"] = set(self.allowed) - {"harness/cli"}
        self.allowed["tests"] = set(self.allowed)

    def room_of(self, path):
        """The room that a path from the root lies in; None for one that is in none."""
        parts = path.split("/")
        for depth in (2, 1):
            room = "/".join(parts[:depth])
            if len(parts) > depth and room in self.allowed:
                return room
        return None

    def may_include(self, room, other):
        return other in self.allowed.get(room, set())
