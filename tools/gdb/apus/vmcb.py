"""The virtual machine control block: AMD APM vol. 2, appendix B, which gives each field's offset."""

# Offset, bytes, name; the manual's order and names.
CONTROL = [
    (0x000, 4, "CR intercepts"), (0x004, 4, "DR intercepts"), (0x008, 4, "exception intercepts"),
    (0x00C, 8, "instruction intercepts"), (0x040, 8, "IOPM_BASE_PA"), (0x048, 8, "MSRPM_BASE_PA"),
    (0x050, 8, "TSC_OFFSET"), (0x058, 4, "guest ASID"), (0x05C, 1, "TLB_CONTROL"),
    (0x060, 8, "virtual interrupt"), (0x068, 8, "interrupt shadow"), (0x070, 8, "EXITCODE"),
    (0x078, 8, "EXITINFO1"), (0x080, 8, "EXITINFO2"), (0x088, 8, "EXITINTINFO"), (0x090, 8, "nested paging"),
    (0x0A8, 8, "EVENTINJ"), (0x0B0, 8, "N_CR3"), (0x0B8, 8, "LBR virtualization"), (0x0C0, 4, "clean bits"),
    (0x0C8, 8, "nRIP"),
]
SEGMENTS = ["ES", "CS", "SS", "DS", "FS", "GS", "GDTR", "LDTR", "IDTR", "TR"]
SAVED = [
    (0x4CB, 1, "CPL"), (0x4D0, 8, "EFER"), (0x548, 8, "CR4"), (0x550, 8, "CR3"), (0x558, 8, "CR0"),
    (0x560, 8, "DR7"), (0x568, 8, "DR6"), (0x570, 8, "RFLAGS"), (0x578, 8, "RIP"), (0x5D8, 8, "RSP"),
    (0x5F8, 8, "RAX"), (0x600, 8, "STAR"), (0x608, 8, "LSTAR"), (0x610, 8, "CSTAR"), (0x618, 8, "SFMASK"),
    (0x620, 8, "KernelGSBase"), (0x628, 8, "SYSENTER_CS"), (0x630, 8, "SYSENTER_ESP"),
    (0x638, 8, "SYSENTER_EIP"), (0x640, 8, "CR2"), (0x668, 8, "G_PAT"), (0x670, 8, "DBGCTL"),
]

# Appendix C: codes that are no range.
CODES = {
    0x060: "INTR", 0x061: "NMI", 0x062: "SMI", 0x063: "INIT", 0x064: "VINTR", 0x06F: "RDPMC", 0x072: "CPUID",
    0x073: "RSM", 0x076: "INVD", 0x078: "HLT", 0x07A: "INVLPGA", 0x07B: "IOIO", 0x07C: "MSR", 0x07E: "FERR_FREEZE",
    0x07F: "SHUTDOWN", 0x080: "VMRUN", 0x081: "VMMCALL", 0x082: "VMLOAD", 0x083: "VMSAVE", 0x084: "STGI",
    0x085: "CLGI", 0x086: "SKINIT", 0x089: "WBINVD", 0x08A: "MONITOR", 0x08B: "MWAIT", 0x08D: "XSETBV",
    0x08E: "RDPRU", 0x400: "NPF",
}


def exit_name(code):
    """The name of an exit code."""
    code &= 0xFFFFFFFF  # some emulators leave the upper half of -1 clear
    if code == 0xFFFFFFFF:
        return "INVALID"
    for first, count, name in ((0, 16, "CR{}_READ"), (16, 16, "CR{}_WRITE"), (32, 16, "DR{}_READ"),
                               (48, 16, "DR{}_WRITE"), (64, 32, "EXCP{}")):
        if first <= code < first + count:
            return name.format(code - first)
    return CODES.get(code, "unknown")


class VMCB:
    """A control block in a machine's memory."""

    def __init__(self, memory, machine_address):
        self.address = machine_address
        self.data = memory.physical(machine_address, 0x700)

    def field(self, name):
        for offset, size, known in CONTROL + SAVED:
            if known == name:
                return int.from_bytes(self.data[offset:offset + size], "little")
        raise KeyError(name)

    def lines(self):
        lines = [f"VMCB at machine address {self.address:#x}", "control:"]
        for _, _, name in CONTROL:
            value = self.field(name)
            note = f"  {exit_name(value)}" if name == "EXITCODE" else ""
            lines.append(f"  {name + ':':<24}{value:#x}{note}")
        lines.append("segments:  selector attributes limit base")
        for index, name in enumerate(SEGMENTS):
            part = self.data[0x400 + 16 * index:0x410 + 16 * index]
            numbers = [int.from_bytes(part[a:b], "little") for a, b in ((0, 2), (2, 4), (4, 8), (8, 16))]
            lines.append("  {:<5} {:#06x} {:#06x} {:#010x} {:#x}".format(name, *numbers))
        lines.append("saved:")
        for _, _, name in SAVED:
            lines.append(f"  {name + ':':<24}{self.field(name):#x}")
        return lines
