"""Where the members of Swift types lie, worked out from an image's DWARF and checked against it.

The compiler writes each member's type and size, but its own offsets are wrong in places: a member is not moved up to
its alignment, only what follows is. So offsets are computed here by Swift's rule (members in order, each at the next
multiple of its alignment, a type's size without padding at its end), and taken only where both add up: the end of the
last member is the size that the compiler gives the type, and its offsets are those that it would write for the same
members, right ones or in that known way wrong ones. Anything else is an error, never a guess.
"""

from .dwarf import ARRAY, BASE, CONSTANT, ENUMERATION, ENUMERATOR, Error, MEMBER, PARAMETER, POINTER, STRUCTURE
from .dwarf import SUBRANGE, SUBROUTINE, TYPEDEF, VARIANT, VARIANT_PART, VOLATILE


def aligned(value, alignment):
    return (value + alignment - 1) // alignment * alignment


class Member:
    """A stored member: its name, its offset in bytes, and its type."""

    def __init__(self, name, offset, type):
        self.name, self.offset, self.type = name, offset, type


class Type:
    """A type with its size and alignment in bytes, and what is in it."""

    def __init__(self, name, kind, size, alignment):
        self.name, self.kind, self.size, self.alignment = name, kind, size, alignment
        self.members = []  # of a structure
        self.cases = []  # of an enumeration without payloads, in the order of their numbers
        self.element = None  # of an array, an optional; what a handle leads to
        self.count = 0  # of an array

    @property
    def stride(self):
        return max(aligned(self.size, self.alignment), 1)

    def member(self, name):
        for member in self.members:
            if member.name == name:
                return member
        known = ", ".join(member.name for member in self.members) or "nothing"
        raise Error(f"{self.name} has no member {name}: it has {known}")


class Layouts:
    """The layouts of an image's types, by the names that Swift's sources give them."""

    def __init__(self, types, module="Apus"):
        self.types, self.module, self.known = types, module, {}

    def named(self, name):
        """The type with a name such as `VCPU` or `Lifecycle.State`."""
        head = self._head()
        parts = [f"{len(part)}{part}" for part in name.split(".")]
        # A mangled name ends its nominal types with V (structure) or O (enumeration).
        for ends in range(1 << len(parts)):
            linkage = head + "".join(
                part + ("O" if ends >> index & 1 else "V") for index, part in enumerate(parts)) + "D"
            entry = self.types.named.get(linkage)
            if entry is not None and entry.size is not None:
                return self.of(entry)
        raise Error(f"the image knows no type {name}: expected a type's name as its source has it, such as VCPU")

    def _head(self):
        return f"$e{len(self.module)}{self.module}"

    def of(self, entry):
        """The type of an entry."""
        if entry.place not in self.known:
            self.known[entry.place] = None
            try:
                self.known[entry.place] = self._make(entry)
            except Error:
                del self.known[entry.place]
                raise
        found = self.known[entry.place]
        if found is None:
            raise Error(f"the type {entry.name} contains itself")
        return found

    def _entry(self, place):
        entry = self.types.entries.get(place)
        if entry is None:
            raise Error("a member's type is not in the debug information")
        return entry

    def _make(self, entry):
        if entry.tag in (TYPEDEF, CONSTANT, VOLATILE):
            return self.of(self._entry(entry.type))
        if entry.tag in (POINTER, SUBROUTINE):
            return Type("pointer", "number", 8, 8)
        if entry.tag == BASE:
            if entry.size not in (1, 2, 4, 8, 16):
                raise Error(f"the type {entry.name} of {entry.size} bytes is none of the known ones")
            return Type(entry.name, "number", entry.size, entry.size)
        if entry.tag == ARRAY:
            return self._array(entry)
        if entry.tag == ENUMERATION:
            result = Type(entry.name, "cases", entry.size, max(entry.size, 1))
            result.cases = [case.name for case in entry.having(ENUMERATOR)]
            return result
        if entry.tag == STRUCTURE:
            return self._structure(entry)
        raise Error(f"the type {entry.name} is of a kind that is not known")

    def _array(self, entry):
        element = self.of(self._entry(entry.type))
        count = 1
        for part in entry.having(SUBRANGE):
            count *= part.count or 0
        result = Type(f"[{count} of {element.name}]", "array", element.stride * count, element.alignment)
        result.element, result.count = element, count
        return result

    def _structure(self, entry):
        name = self._name(entry)
        generic = self._generic(entry)
        if entry.size is None:
            raise Error(f"the debug information does not say what is in {name}")
        if generic.split(" ")[-1].startswith(self._head() + "6HandleVy"):
            result = Type(name, "handle", entry.size, 8)
            result.element = self._lead(entry)
            return result
        if generic.split(" ")[0].endswith("SgD") and entry.having(PARAMETER):
            payload = self.of(self._entry(entry.having(PARAMETER)[0].type))
            result = Type(f"{payload.name}?", "optional", entry.size, payload.alignment)
            result.element = payload
            return result
        variants = entry.having(VARIANT_PART)
        if variants:
            return Type(name, "payloads", entry.size, entry.alignment or self._variants(variants))
        members = entry.having(MEMBER)
        if len(members) == 1 and members[0].name is None:
            inner = self._entry(members[0].type)
            if not inner.declaration:
                return self.of(inner)
            if entry.specification is None:
                raise Error(f"the debug information does not say what is in {inner.name}")
            # A generic type made with arguments: its members are told of the general one, its size here.
            members = self._entry(entry.specification).having(MEMBER)
            return self._laid_out(name, members, entry.size, entry.alignment, is_general=True)
        is_general = entry.size == 0 and (entry.linkage or "").endswith("xGD")
        return self._laid_out(name, members, entry.size, entry.alignment, is_general)

    def _laid_out(self, name, members, size, alignment, is_general):
        """A structure with its members, checked as the head of this file says.

        Of a general type only the size is known, and not even that where it stands for itself."""
        result = Type(name, "structure", size, alignment or 1)
        if not members:
            result.kind = "opaque"
            return result
        place = compilers = 0
        for member in members:
            type = self.of(self._entry(member.type))
            place = aligned(place, type.alignment)
            if not is_general and member.offset not in (place, compilers):
                raise Error(
                    f"{name}.{member.name}: the compiler says offset {member.offset}, expected {place}:"
                    " the layout of Swift types is not what these helpers know")
            compilers = aligned(compilers + type.size, type.alignment)
            result.members.append(Member(member.name, place, type))
            result.alignment = max(result.alignment, type.alignment)
            place += type.size
        if place != size and not (is_general and size == 0):
            raise Error(
                f"{name}: its members end at {place}, expected {size}:"
                " the layout of Swift types is not what these helpers know")
        result.size = place
        if len(members) == 1 and result.members[0].type.kind == "array":
            array = result.members[0].type
            result.kind, result.element, result.count = "array", array.element, array.count
        return result

    def _variants(self, parts):
        """The alignment of an enumeration with payloads: that of the payload which needs most."""
        alignment = 1
        for part in parts:
            for variant in part.having(VARIANT):
                for member in variant.having(MEMBER):
                    if member.type is not None:
                        alignment = max(alignment, self.of(self._entry(member.type)).alignment)
        return alignment

    def _lead(self, entry):
        """The entry of the type that a handle leads to, or None."""
        inner = entry
        for member in entry.having(MEMBER):
            if member.type is not None:
                inner = self._entry(member.type)
        parameters = inner.having(PARAMETER) or entry.having(PARAMETER)
        return parameters[0].type if parameters else None

    def target(self, type):
        """The type that a handle leads to."""
        if type.kind != "handle" or type.element is None:
            raise Error(f"{type.name} leads to nothing")
        return self.of(self._entry(type.element))

    def _generic(self, entry):
        """The mangled name that tells which generic type an entry is made of."""
        text = entry.linkage or ""
        if entry.specification is not None:
            general = self._entry(entry.specification)
            text += " " + (general.linkage or general.name or "")
        return text

    def _name(self, entry):
        name = entry.name
        if not name and entry.specification is not None:
            name = self._entry(entry.specification).name
        return name or "structure"
