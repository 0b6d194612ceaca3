"""Swift values in a machine's memory: a layout and an address, and how they are shown."""

from .dwarf import Error


class Value:
    """A value of a known layout at an address of the hypervisor's."""

    def __init__(self, memory, layouts, type, address):
        self.memory, self.layouts, self.type, self.address = memory, layouts, type, address

    def _at(self, type, offset):
        return Value(self.memory, self.layouts, type, self.address + offset)

    def __getitem__(self, key):
        """A member by its name, or an element by its index; handles and optionals are followed on the way."""
        if self.type.kind == "handle":
            return self.target()[key]
        if self.type.kind == "optional":
            return self.payload(f"before {key}")[key]
        if isinstance(key, int):
            if self.type.kind != "array":
                raise Error(f"{self.type.name} is no array")
            if not 0 <= key < self.type.count:
                raise Error(f"no element {key}: {self.type.name} has {self.type.count}")
            return self._at(self.type.element, key * self.type.element.stride)
        member = self.type.member(key)
        return self._at(member.type, member.offset)

    def bytes(self):
        return self.memory.read(self.address, self.type.size)

    def number(self):
        """The number that the value is, alone or as the one member of a structure."""
        type = self.type
        while type.kind == "structure" and len(type.members) == 1:
            type = type.members[0].type
        if type.kind not in ("number", "handle", "cases"):
            raise Error(f"{self.type.name} is no number")
        return int.from_bytes(self.bytes(), "little")

    def case(self):
        """The name of an enumeration's case."""
        number = self.number()
        return self.type.cases[number] if number < len(self.type.cases) else f"case {number}"

    def target(self):
        """What a handle leads to."""
        return Value(self.memory, self.layouts, self.layouts.target(self.type), self.number())

    @property
    def is_none(self):
        """Whether an optional holds nothing: where its tag has a byte of its own, that byte is 1 then."""
        if self.type.kind != "optional" or self.type.size == self.type.element.size:
            raise Error(f"whether {self.type.name} is nil is not known")
        return self.memory.read(self.address + self.type.element.size, 1) != b"\0"

    def payload(self, wanted=""):
        if self.is_none:
            raise Error(f"nil {wanted}".strip())
        return self._at(self.type.element, 0)

    def optional(self):
        """What an optional holds, or None."""
        return None if self.is_none else self.payload()

    def text(self):
        """The text of a name: its bytes, as many as it counts."""
        count = self["count"].number()
        raw = self.memory.read(self["bytes"].address, min(count, self["bytes"].type.size))
        return "".join(chr(byte) if 0x20 <= byte < 0x7F else "?" for byte in raw)

    def lines(self, depth=3):
        """The value as lines of text; structures inside it down to a depth."""
        brief = self._brief()
        if brief is not None:
            return [brief]
        if depth == 0:
            return [f"{self.type.name} of {self.type.size} bytes"]
        if self.type.kind == "array":
            shown = min(self.type.count, 32)
            parts = [(f"[{index}]", self[index]) for index in range(shown)]
        else:
            shown = None
            parts = [(member.name, self[member.name]) for member in self.type.members]
        lines = []
        for name, part in parts:
            inner = part.lines(depth - 1)
            lines.append(f"{name}: {inner[0]}" if len(inner) == 1 else f"{name}:")
            if len(inner) > 1:
                lines.extend("  " + line for line in inner)
        if shown is not None and shown < self.type.count:
            lines.append(f"... {self.type.count - shown} more")
        return lines or ["{}"]

    def _brief(self):
        """A value that takes one line, else None."""
        type = self.type
        if type.name == "DomainName":
            return f'"{self.text()}"'
        if type.name == "Bool":
            return "true" if self.number() & 1 else "false"
        if type.kind == "cases":
            return self.case()
        if type.kind == "handle":
            return f"{self.layouts.target(type).name}@{self.number():#x}" if type.element else f"{self.number():#x}"
        if type.kind == "optional" and type.size > type.element.size:
            if self.is_none:
                return "nil"
            inner = self.payload().lines(1)
            return inner[0] if len(inner) == 1 else None
        if type.kind in ("payloads", "opaque", "optional"):
            raw = self.memory.read(self.address, min(type.size, 32))
            return f"{type.name} {raw.hex()}" + ("..." if type.size > 32 else "")
        if type.kind == "array" and type.element.size == 1:
            return self.memory.read(self.address, min(type.size, 64)).hex()
        try:
            number = self.number()
        except Error:
            return None
        return f"{number} ({number:#x})" if number > 9 else f"{number}"
