"""Commands for gdb that show the hypervisor's objects: `source tools/apus-gdb.py`, then `help apus`.

They need gdb 12 or later, which can send packets of one's own to its target.
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gdb"))

import apus.commands  # noqa: E402

apus.commands.register()
