"""The machine that gdb is connected to: its memory, and the hypervisor's objects in it.

All begins at the block to which the hypervisor's GS points: the CPU's object and the machine's (`PerCPU`, in
hypervisor/Boot/MachineState.swift). GS is a guest's while one runs; so the objects are found while the hypervisor runs,
and their places kept. They lie in the direct map, at machine addresses that are the same whoever runs: QEMU reads those
on request, by its packet PhyMemMode.
"""

import gdb

from .dwarf import Error, Types
from .layout import Layouts
from .values import Value

WORD = (1 << 64) - 1


def register(name):
    """A register's value, unsigned."""
    value = gdb.newest_frame().read_register(name)
    return int(value.cast(gdb.lookup_type("unsigned long"))) & WORD


def symbol(name):
    """A symbol's address."""
    try:
        return int(gdb.parse_and_eval(f"(unsigned long)&{name}")) & WORD
    except gdb.error:
        raise Error(f"no symbol {name}: load the hypervisor's image first, as `file build/apus.elf`") from None


class Memory:
    """Reads the machine's memory by addresses of the hypervisor's direct map."""

    def __init__(self):
        self.base = None

    def read(self, address, count):
        if self.base is None:
            return self._virtual(address, count)
        return self.physical((address - self.base) & WORD, count)

    def physical(self, address, count):
        """Bytes at a machine address."""
        connection = gdb.selected_inferior().connection
        takes_packets = hasattr(connection, "send_packet")
        if takes_packets and connection.send_packet(b"Qqemu.PhyMemMode:1") == b"OK":
            try:
                return self._virtual(address, count)
            finally:
                connection.send_packet(b"Qqemu.PhyMemMode:0")
        if not in_hypervisor():
            raise Error("a guest runs, and this target reads no machine addresses: stop in the hypervisor (apus exit)")
        return self._virtual(self.base + address, count)

    def _virtual(self, address, count):
        try:
            return bytes(gdb.selected_inferior().read_memory(address, count))
        except gdb.MemoryError:
            raise Error(f"no memory at {address:#x}") from None


def in_hypervisor():
    """Whether the CPU is at the hypervisor's own code."""
    return symbol("image_start") <= register("rip") < symbol("image_end")


class Machine:
    """The hypervisor's objects. One is made for a connection, and found anew where another image is loaded."""

    _current = None

    @classmethod
    def current(cls):
        if gdb.selected_inferior().pid == 0:
            raise Error("no machine: connect to one first, as `target remote localhost:1234`")
        path = gdb.current_progspace().filename
        if path is None:
            raise Error("no image: load the hypervisor's first, as `file build/apus.elf`")
        if cls._current is None or cls._current.path != path:
            cls._current = cls(path)
        cls._current.find()
        return cls._current

    @classmethod
    def forget(cls, _=None):
        """The connection is gone, and what it showed with it."""
        cls._current = None

    def __init__(self, path):
        self.path = path
        self.layouts = Layouts(Types(path))
        self.memory = Memory()
        self.cpu = self.machine = None

    def find(self):
        """Finds the CPU's and the machine's objects.

        It does so anew each time that the hypervisor runs, since the machine may have been started anew."""
        if not in_hypervisor():
            if self.cpu is not None:
                return
            raise Error(
                "a guest runs, and the hypervisor's objects are not found yet: `apus exit` goes on to its next exit")
        self.memory.base = None
        block = register("gs_base")
        if block == 0:
            raise Error("the hypervisor has not made its objects yet: let it run on, as to `hbreak svm_run`")
        cpu = int.from_bytes(self.memory.read(block, 8), "little")
        machine = int.from_bytes(self.memory.read(block + 8, 8), "little")
        found = self.object("CPU", cpu)
        base = found["hypervisor"]["map"]["base"].number()
        if base == 0 or found["number"].number() != 0:
            raise Error(f"GS leads to no CPU at {cpu:#x}: is the image the one that runs?")
        self.memory.base = base
        self.cpu, self.machine = found, self.object("MachineState", machine)

    def object(self, name, address):
        return Value(self.memory, self.layouts, self.layouts.named(name), address)

    @property
    def hypervisor(self):
        return self.cpu["hypervisor"].target()

    @property
    def is_at_guest(self):
        return not in_hypervisor()

    def at(self, name, machine_address):
        """An object of a type at a machine address."""
        return self.object(name, self.memory.base + machine_address)

    def domains(self):
        """All domains, by ascending ID."""
        domain = self.hypervisor["domains"]["first"].optional()
        limit = self.hypervisor["domains"]["count"].number()
        while domain is not None and limit > 0:
            yield domain.target()
            limit -= 1
            domain = domain["next"].optional()

    def domain(self, id):
        for domain in self.domains():
            if domain["id"].number() == id:
                return domain
        known = ", ".join(str(domain["id"].number()) for domain in self.domains())
        raise Error(f"no domain {id}: there are {known}")

    def vcpu(self, domain=None, number=0):
        """A domain's vCPU; the one that runs where no domain is said."""
        if domain is None:
            running = self.cpu["current"].optional()
            if running is None:
                raise Error("no vCPU runs: expected a domain, as `apus vcpu 1`")
            return running.target()
        vcpus = self.domain(domain)["vcpus"]
        vcpu = vcpus[number].optional() if number < vcpus.type.count else None
        if vcpu is None:
            raise Error(f"no vCPU {number}: domain {domain} has {self.domain(domain)['vcpuCount'].number()}")
        return vcpu.target()


gdb.events.connection_removed.connect(Machine.forget)
