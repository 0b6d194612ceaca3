"""Reads the types of an image out of its DWARF (versions 4 and 5), which gdb does not do for Swift.

Only what the layouts need is kept: types, their members, cases and parameters. Everything else is skipped over.
"""

import struct


class Error(Exception):
    """Something that the helpers can't do, in words for the user."""


# The tags and attributes that are looked at (DWARF 5, tables 7.3 and 7.5).
ARRAY, ENUMERATION, MEMBER, POINTER, STRUCTURE = 0x01, 0x04, 0x0D, 0x0F, 0x13
SUBRANGE, BASE, ENUMERATOR, PARAMETER, TYPEDEF = 0x21, 0x24, 0x28, 0x2F, 0x16
VARIANT, VARIANT_PART, SUBROUTINE, CONSTANT, VOLATILE = 0x19, 0x33, 0x15, 0x26, 0x35
KEPT = {
    ARRAY, ENUMERATION, MEMBER, POINTER, STRUCTURE, SUBRANGE, BASE, ENUMERATOR, PARAMETER, TYPEDEF, VARIANT,
    VARIANT_PART, SUBROUTINE, CONSTANT, VOLATILE,
}
NAMES = {
    0x03: "name", 0x0B: "size", 0x37: "count", 0x38: "offset", 0x3C: "declaration", 0x47: "specification",
    0x49: "type", 0x6E: "linkage", 0x88: "alignment",
}


class Entry:
    """A debugging information entry of a kept tag, with the attributes of `NAMES`."""

    __slots__ = ("place", "tag", "children", "values")

    def __init__(self, place, tag, values):
        self.place, self.tag, self.values, self.children = place, tag, values, []

    def __getattr__(self, name):
        return self.values.get(name)

    def having(self, *tags):
        return [child for child in self.children if child.tag in tags]


class Cursor:
    """A place in bytes, from which values are read one after the other."""

    def __init__(self, data, place=0):
        self.data, self.place = data, place

    def fixed(self, size):
        value = int.from_bytes(self.data[self.place:self.place + size], "little")
        self.place += size
        return value

    def uleb(self):
        value = shift = 0
        while True:
            byte = self.data[self.place]
            self.place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def sleb(self):
        start = self.place
        value = self.uleb()
        bits = 7 * (self.place - start)
        return value - (1 << bits) if value >> (bits - 1) & 1 else value

    def string(self):
        end = self.data.index(0, self.place)
        text = self.data[self.place:end].decode(errors="replace")
        self.place = end + 1
        return text


def sections(path):
    """The contents of a 64-bit ELF file's sections, by name."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:6] != b"\x7fELF\x02\x01":
        raise Error(f"{path}: expected a 64-bit little-endian ELF file")
    table, = struct.unpack_from("<Q", data, 0x28)
    size, count, names = struct.unpack_from("<HHH", data, 0x3A)
    headers = [struct.unpack_from("<IIQQQQ", data, table + index * size) for index in range(count)]
    found = {}
    for name, kind, _, _, offset, length in headers:
        text = Cursor(data, headers[names][4] + name).string()
        found[text] = b"" if kind == 8 else data[offset:offset + length]
    return found


class Types:
    """The type entries of an image: by their place, and the complete ones by their mangled name."""

    def __init__(self, path):
        parts = sections(path)
        self.information = parts.get(".debug_info", b"")
        if not self.information:
            raise Error(f"{path} has no debug information: expected an image that was built with -g")
        self.abbreviations = parts[".debug_abbrev"]
        self.strings = parts.get(".debug_str", b"")
        self.line_strings = parts.get(".debug_line_str", b"")
        self.string_offsets = parts.get(".debug_str_offsets", b"")
        self.entries = {}
        self.named = {}
        cursor = Cursor(self.information)
        while cursor.place < len(self.information):
            self._unit(cursor)

    def _unit(self, cursor):
        start = cursor.place
        length = cursor.fixed(4)
        if length >= 0xFFFFFFF0:
            raise Error("debug information in the 64-bit format: expected the 32-bit one")
        end = cursor.place + length
        version = cursor.fixed(2)
        if version == 5:
            kind, address = cursor.fixed(1), cursor.fixed(1)
            abbreviations = cursor.fixed(4)
            cursor.place += {4: 8, 5: 8, 2: 12, 6: 12}.get(kind, 0)
        elif version == 4:
            abbreviations, address = cursor.fixed(4), cursor.fixed(1)
        else:
            raise Error(f"debug information of DWARF version {version}: expected 4 or 5")
        if address != 8:
            raise Error(f"debug information for addresses of {address} bytes: expected 8")
        table = self._table(abbreviations)
        open_entries = []
        while cursor.place < end:
            place = cursor.place
            code = cursor.uleb()
            if code == 0:
                if open_entries:
                    open_entries.pop()
                continue
            tag, has_children, attributes = table[code]
            values = {}
            for attribute, form, implicit in attributes:
                value = self._value(cursor, form, implicit, start)
                if attribute in NAMES:
                    values[NAMES[attribute]] = value
            entry = None
            if tag in KEPT:
                entry = Entry(place, tag, values)
                self.entries[place] = entry
                if open_entries and open_entries[-1] is not None:
                    open_entries[-1].children.append(entry)
                if entry.linkage and not entry.declaration:
                    self.named.setdefault(entry.linkage, entry)
            if has_children:
                open_entries.append(entry)
        cursor.place = end

    def _table(self, place):
        """The abbreviations at a place: tag, whether there are children, and attributes with their forms."""
        cursor = Cursor(self.abbreviations, place)
        table = {}
        while True:
            code = cursor.uleb()
            if code == 0:
                return table
            tag, has_children = cursor.uleb(), cursor.fixed(1) != 0
            attributes = []
            while True:
                attribute, form = cursor.uleb(), cursor.uleb()
                implicit = cursor.sleb() if form == 0x21 else None
                if attribute == 0 and form == 0:
                    break
                attributes.append((attribute, form, implicit))
            table[code] = (tag, has_children, attributes)

    def _value(self, cursor, form, implicit, unit):
        """An attribute's value in one of the forms of DWARF 5, table 7.6; None where nobody asks for such values."""
        size = FIXED.get(form)
        if size is not None:
            value = cursor.fixed(size)
            if form == 0x0E:
                return Cursor(self.strings, value).string()
            if form == 0x1F:
                return Cursor(self.line_strings, value).string()
            # References are to the unit's start, but for the one to the section's.
            return unit + value if form in (0x11, 0x12, 0x13, 0x14) else value
        if form == 0x0D:
            return cursor.sleb()
        if form in (0x0F, 0x1B):
            return cursor.uleb()
        if form == 0x15:
            return unit + cursor.uleb()
        if form == 0x08:
            return cursor.string()
        if form in (0x19, 0x21):
            return 1 if form == 0x19 else implicit
        if form in (0x1A, 0x25, 0x26, 0x28):
            index = cursor.uleb() if form == 0x1A else cursor.fixed(FORM_STRX[form])
            # The table's header of eight bytes comes first; each image has one table.
            return Cursor(self.strings, Cursor(self.string_offsets, 8 + 4 * index).fixed(4)).string()
        if form in (0x18, 0x09, 0x0A, 0x03, 0x04):
            length = cursor.uleb() if form in (0x18, 0x09) else cursor.fixed(BLOCK[form])
            cursor.place += length
            return None
        raise Error(f"debug information has a value in the form {form:#x}: expected one of DWARF 5")


# Forms of a fixed size; blocks by the size of their length; indices into the table of strings.
FIXED = {
    0x01: 8, 0x05: 2, 0x06: 4, 0x07: 8, 0x0B: 1, 0x0C: 1, 0x0E: 4, 0x10: 4, 0x11: 1, 0x12: 2, 0x13: 4, 0x14: 8,
    0x17: 4, 0x1E: 16, 0x1F: 4, 0x20: 8, 0x29: 1, 0x2A: 2, 0x2C: 4,
}
BLOCK = {0x0A: 1, 0x03: 2, 0x04: 4}
FORM_STRX = {0x25: 1, 0x26: 2, 0x28: 4}
