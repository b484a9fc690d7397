"""What a process holds in memory, plain evidence and keys, never becomes a file: no dump of a crash, and no look from beside it.

Linux: prctl(2), PR_SET_DUMPABLE; core(5). A child that is forked inherits both; a program that is started anew asks again.

- No core file is written (RLIMIT_CORE), and no collector that `core_pattern` names is given one: collectors ignore that limit.
- A process of the same user reads neither the memory nor the environment of this one; only root does.
- Elsewhere than on Linux only the first half holds.

Left to others: swap, hibernation and the machine's own dumps (`docs/start/operator.md`).
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from typing import Final

PR_SET_DUMPABLE: Final = 4


def never_dumped() -> None:
    """Let this process leave no dump, from now on. `OSError` if the machine does not let it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux" and ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, f"prctl(PR_SET_DUMPABLE): {os.strerror(number)}")
