"""A domain's physical-to-machine map: the walk of `P2M` (hypervisor/Core/Memory), by what the map itself holds."""

# Both formats of nested tables: four levels of 512 entries, the address in bits 51:12, a large leaf by bit 7 (Intel SDM
# vol. 3 28.3.2, AMD APM vol. 2 15.25.5). Bits 55:52 are left to software: Apus keeps a frame's `P2MType` there.
ADDRESS, LARGE, TYPE_SHIFT = 0x000F_FFFF_FFFF_F000, 1 << 7, 52
SIZES = {0: "4 KiB", 1: "2 MiB", 2: "1 GiB"}


class Walk:
    """The way from a guest-physical address to a machine address."""

    def __init__(self, machine, domain, address):
        map = domain["p2m"]
        readable = map["format"]["readable"].number()
        types = machine.layouts.named("P2MType").cases
        self.steps = []
        self.machine_address = None
        self.type = "hole"
        self.level = None
        if address >> 48:
            return
        table = map["root"].number() << 12
        for level in (3, 2, 1, 0):
            slot = address >> (12 + 9 * level) & 511
            entry = int.from_bytes(machine.memory.physical(table + 8 * slot, 8), "little")
            self.steps.append((level, table, slot, entry))
            self.level = level
            if entry & readable != readable:
                return
            if level == 0 or entry & LARGE:
                within = (1 << (12 + 9 * level)) - 1
                self.machine_address = entry & ADDRESS & ~within | address & within
                number = entry >> TYPE_SHIFT & 15
                self.type = types[number] if number < len(types) else f"type {number}"
                return
            table = entry & ADDRESS

    def lines(self, domain, address):
        lines = [
            f"  level {level}: table {table:#x} entry {slot}: {entry:#x}" for level, table, slot, entry in self.steps]
        if self.machine_address is None:
            return lines + [f"d{domain}: guest {address:#x} is a hole"]
        size = SIZES.get(self.level, "")
        return lines + [f"d{domain}: guest {address:#x} is machine {self.machine_address:#x}: {self.type}, {size} leaf"]


def guest_bytes(machine, domain, address, count):
    """Bytes of a domain's memory at a guest-physical address, page by page; None where there is none."""
    result = b""
    while count > 0:
        piece = min(count, 4096 - (address & 4095))
        place = Walk(machine, domain, address).machine_address
        if place is None:
            return result
        result += machine.memory.physical(place, piece)
        address, count = address + piece, count - piece
    return result
