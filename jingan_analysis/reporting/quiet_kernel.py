"""A kernel whose process says nothing: what is written past the cells, to the process's own streams, goes nowhere.

A kernel inherits the standard streams of its runner. Whatever a library writes straight to them, a row in a warning or
a whole dump of a crash, would land in the terminal or the log of a schedule. What cells print is no part of this: it
goes to the notebook.
"""

from __future__ import annotations

import os
import runpy
from typing import Any, Final

_LAUNCHER: Final = "ipykernel_launcher"


def quiet(kernel: dict[str, Any]) -> dict[str, Any]:
    """The same kernel specification, started through this module."""
    return {**kernel, "argv": [__name__ if part == _LAUNCHER else part for part in kernel["argv"]]}


def main() -> None:
    """Start the kernel with both streams closed to the outside."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    runpy.run_module(_LAUNCHER, run_name="__main__")


if __name__ == "__main__":
    main()
