"""The commands that a user types. Each says in its own help what it shows."""

import re

import gdb

from .dwarf import Error
from .machine import Machine, in_hypervisor, symbol
from .nested import Walk, guest_bytes
from .vmcb import VMCB, exit_name


def number(text, what):
    """A number in C's notation."""
    try:
        return int(text, 0)
    except ValueError:
        raise Error(f"{text} is no number: expected {what}") from None


def show(lines):
    gdb.write("\n".join(lines) + "\n")


class Command(gdb.Command):
    """A command below `apus`: it gets its words, and its errors are told without a trace."""

    word = ""
    most = 0

    def __init__(self):
        super().__init__(f"apus {self.word}", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        try:
            if len(words) > self.most:
                raise Error(f"too many words: help apus {self.word}")
            self.run(*words)
        except Error as error:
            raise gdb.GdbError(f"apus {self.word}: {error}") from None


class Domains(Command):
    """apus domains: all domains with their state, memory and vCPUs."""

    word = "domains"

    def run(self):
        machine = Machine.current()
        lines = ["ID   name             state     layout  pages held/limit  nested root  vCPUs"]
        for domain in machine.domains():
            memory, life = domain["memory"], domain["life"]
            state = life["state"].case()
            if life["pauseCount"].number():
                state += ", paused"
            pages = f"{memory['held'].number()}/{memory['maximum'].number()}"
            lines.append(
                f"{domain['id'].number():<4} {domain['name'].text():<16} {state:<9} {domain['layout'].case():<7}"
                f" {pages:<17} {domain['p2m']['root'].number() << 12:#011x}  {domain['vcpuCount'].number()}")
        show(lines)


class VCPU(Command):
    """apus vcpu [DOMAIN [NUMBER]]: a vCPU's state and registers; without DOMAIN the one that runs.

RAX, RIP, RSP and RFLAGS are those of the VMCB. While the guest runs, gdb's own registers are its; what is in memory is
of its last exit."""

    word = "vcpu"
    most = 2

    def run(self, domain=None, vcpu="0"):
        machine = Machine.current()
        value = chosen(machine, domain, vcpu)
        owner = value["domain"].target()
        running = machine.cpu["current"].optional()
        state = []
        if running is not None and running.number() == value.address:
            state.append("runs" if machine.is_at_guest else "has the CPU, and the hypervisor is at work for it")
        for member, wanted, word in (("isBlocked", True, "blocked"), ("isOnline", False, "down")):
            if bool(value[member].number() & 1) == wanted:
                state.append(word)
        if value["pauseCount"].number():
            state.append(f"paused {value['pauseCount'].number()} times")
        lines = [
            f"d{owner['id'].number()}v{value['id'].number()} ({owner['name'].text()}),"
            f" VCPU@{value.address:#x}: {', '.join(state) or 'waits for the CPU'}"]
        registers = value["registers"]
        numbers = {member.name: registers[member.name].number() for member in registers.type.members}
        layout = owner["layout"].case()
        if layout == "svm":
            block = VMCB(machine.memory, value["controlBlock"].number())
            for name in ("rax", "rip", "rsp", "rflags"):
                numbers[name] = block.field(name.upper())
            code = block.field("EXITCODE")
            lines.append(f"  last exit {exit_name(code)} ({code:#x})  " + "  ".join(
                f"{name.lower()} {block.field(name):#x}" for name in ("CR0", "CR3", "CR4", "EFER")))
        else:
            for name in ("rip", "rsp", "rflags"):
                del numbers[name]
            lines.append("  rip, rsp and rflags are in the VMCS: see apus vmcs")
        names = list(numbers)
        for index in range(0, len(names), 3):
            lines.append("  " + "  ".join(f"{name:<6} {numbers[name]:#018x}" for name in names[index:index + 3]))
        show(lines)


class ControlBlock(Command):
    """apus vmcb [DOMAIN [NUMBER]]: a vCPU's VMCB, by AMD APM vol. 2 appendix B; without DOMAIN of the one that runs."""

    word = "vmcb"
    most = 2

    def run(self, domain=None, vcpu="0"):
        machine = Machine.current()
        value = of_layout(chosen(machine, domain, vcpu), "svm", "apus vmcs")
        show(VMCB(machine.memory, value["controlBlock"].number()).lines())


class ControlStructure(Command):
    """apus vmcs [DOMAIN [NUMBER]]: what the hypervisor keeps beside a vCPU's VMCS; without DOMAIN of the one that runs.

The VMCS itself has no documented layout in memory: only VMREAD reads its fields, which gdb can't execute. The
hypervisor's debug key d does, and so does the report of a guest's end."""

    word = "vmcs"
    most = 2

    def run(self, domain=None, vcpu="0"):
        machine = Machine.current()
        value = of_layout(chosen(machine, domain, vcpu), "vmx", "apus vmcb")
        block = value["controlBlock"].number()
        host = machine.at("VMXCPUState", machine.cpu["layoutState"].number())
        is_current = host["current"].number() == block
        state = "not the current one"
        if is_current:
            state = "the current one, " + ("launched" if host["isLaunched"].number() & 1 else "not launched yet")
        lines = [f"VMCS at machine address {block:#x}: {state}", "kept beside it:"]
        lines += ["  " + line for line in machine.at("VMXVCPUState", value["layoutState"].number()).lines()]
        show(lines + ["the fields themselves: debug key d (Ctrl-A three times on the console) reads them by VMREAD"])


class Map(Command):
    """apus p2m DOMAIN ADDRESS: the walk from a guest-physical address to a machine address, and what lies there."""

    word = "p2m"
    most = 2

    def run(self, domain=None, address=None):
        if address is None:
            raise Error("expected a domain and a guest-physical address, as apus p2m 1 0x1000000")
        machine = Machine.current()
        id, place = number(domain, "a domain's ID"), number(address, "an address")
        show(Walk(machine, machine.domain(id), place).lines(id, place))


class DomainMemory(Command):
    """apus memory DOMAIN ADDRESS [COUNT]: 64 or COUNT bytes of a domain's memory at a guest-physical address."""

    word = "memory"
    most = 3

    def run(self, domain=None, address=None, count="64"):
        if address is None:
            raise Error("expected a domain and a guest-physical address, as apus memory 1 0x1000000")
        machine = Machine.current()
        id, place = number(domain, "a domain's ID"), number(address, "an address")
        wanted = number(count, "a number of bytes")
        if not 0 < wanted <= 65536:
            raise Error(f"{wanted} bytes: expected 1 to 65536")
        data = guest_bytes(machine, machine.domain(id), place, wanted)
        lines = [f"{place + index:#014x}: {data[index:index + 16].hex(' ')}" for index in range(0, len(data), 16)]
        if len(data) < wanted:
            lines.append(f"d{id}: guest {place + len(data):#x} is no memory")
        show(lines)


class Print(Command):
    """apus print OBJECT[.MEMBER|[INDEX]]...: a Swift value of the hypervisor's, with all that is in it.

OBJECT is cpu, machine, hypervisor, vcpu (the one that runs), dN, dNvM, or TYPE@ADDRESS with a type's name as the source
has it. Handles are followed: apus print d1.hypervisor.clock"""

    word = "print"
    most = 1

    def run(self, text=None):
        if text is None:
            raise Error("expected an object, as apus print d1.memory")
        machine = Machine.current()
        head, rest = re.fullmatch(r"([^.\[]*(?:@\w+)?)(.*)", text).groups()
        value = self._object(machine, head)
        for member, index in re.findall(r"\.(\w+)|\[(\w+)\]", rest):
            value = value[member] if member else value[number(index, "an index")]
        if re.sub(r"\.\w+|\[\w+\]", "", rest):
            raise Error(f"{rest} is no path: expected .MEMBER and [INDEX]")
        if value.type.kind == "handle" and not rest:
            value = value.target()
        show([f"{value.type.name}@{value.address:#x}"] + ["  " + line for line in value.lines()])

    def _object(self, machine, name):
        match = re.fullmatch(r"d(\d+)(?:v(\d+))?", name)
        if match:
            id = int(match.group(1))
            return machine.domain(id) if match.group(2) is None else machine.vcpu(id, int(match.group(2)))
        if "@" in name:
            type, address = name.split("@", 1)
            return machine.object(type, number(address, "an address"))
        if name in ("cpu", "machine", "hypervisor"):
            return getattr(machine, name)
        if name == "vcpu":
            return machine.vcpu()
        raise Error(f"no object {name}: expected cpu, machine, hypervisor, vcpu, dN, dNvM or TYPE@ADDRESS")


class Exit(Command):
    """apus exit: lets the machine run to the next exit of a guest, and stops at the hypervisor's handler of it."""

    word = "exit"

    def run(self):
        places = [name for name in ("svm_exit", "vmx_exit") if symbol(name)]
        # Hardware breakpoints: where a guest runs, its page tables are in force, through which none could be written.
        points = [gdb.Breakpoint(f"*{symbol(name):#x}", gdb.BP_HARDWARE_BREAKPOINT, internal=True) for name in places]
        try:
            gdb.execute("continue")
        finally:
            for point in points:
                point.delete()
        if not in_hypervisor():
            raise Error("stopped before an exit")


def chosen(machine, domain, vcpu):
    """The vCPU that a command's words name."""
    if domain is None:
        return machine.vcpu()
    return machine.vcpu(number(domain, "a domain's ID"), number(vcpu, "a vCPU's number"))


def of_layout(vcpu, wanted, other):
    """The vCPU, if its domain runs in the wanted layout."""
    layout = vcpu["domain"]["layout"].case()
    if layout != wanted:
        raise Error(f"the domain runs in the layout {layout}: expected {wanted}, see {other}")
    return vcpu


class Apus(gdb.Command):
    """Shows the hypervisor's objects in the machine that gdb is connected to."""

    def __init__(self):
        super().__init__("apus", gdb.COMMAND_DATA, prefix=True)

    def invoke(self, argument, from_tty):
        if argument:
            raise gdb.GdbError(f"apus: no command {argument.split()[0]}: help apus")
        gdb.execute("help apus")


def register():
    """Makes the commands known to gdb."""
    Apus()
    for command in (Domains, VCPU, ControlBlock, ControlStructure, Map, DomainMemory, Print, Exit):
        command()
