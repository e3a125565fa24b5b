"""How long a run may take and how much memory its kernel may use, with messages that say how to allow more."""

from __future__ import annotations

import math
import sys
import time
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

_HOW_TO: Final = "allow more under [limits] in reports.toml, or ask for less in one report"


class Limits(BaseModel):
    """Limits of one run of one report.

    Attributes
    ----------
    cell_seconds
        Longest time of one cell; None is no limit.
    wall_seconds
        Longest time of the whole run in all its languages, from the first kernel's start; None is no limit.
    memory_mib
        Most memory of the kernel's own data in mebibytes; None is no limit. Programs that a cell starts have the same
        limit, each for itself. It acts on Linux.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    cell_seconds: Annotated[int, Field(ge=1)] | None = 600
    wall_seconds: Annotated[int, Field(ge=1)] | None = 1_800
    memory_mib: Annotated[int, Field(ge=256)] | None = 4_096


UNLIMITED: Final = Limits(cell_seconds=None, wall_seconds=None, memory_mib=None)


class Stopwatch:
    """The limits of one run that is under way; all notebooks of the run share it.

    Parameters
    ----------
    limits
        Of the run; its wall time begins now.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._end = math.inf if limits.wall_seconds is None else time.monotonic() + limits.wall_seconds
        self._by_wall = False

    def seconds_for_cell(self, cell: object = None) -> int | None:  # noqa: ARG002
        """Seconds that the next cell may take, at least one; None is no limit."""
        left = self._end - time.monotonic()
        cell_limit = math.inf if self.limits.cell_seconds is None else self.limits.cell_seconds
        self._by_wall = left < cell_limit
        seconds = min(left, cell_limit)
        return None if seconds == math.inf else max(1, math.ceil(seconds))

    def start_seconds(self, longest: int) -> int:
        """Seconds that the kernel may take to start; the limit of a cell is none of it."""
        left = self._end - time.monotonic()
        self._by_wall = left < longest
        return max(1, math.ceil(min(left, longest)))

    @property
    def over(self) -> bool:
        """Whether the wall time is over."""
        return time.monotonic() >= self._end

    def told(self) -> str:
        """Which time limit the last cell ran into."""
        if self._by_wall:
            return f"the run took longer than wall_seconds = {self.limits.wall_seconds}; {_HOW_TO}"
        return f"the cell took longer than cell_seconds = {self.limits.cell_seconds}; {_HOW_TO}"


def memory_told(limits: Limits) -> str:
    """What to say when memory ran out; empty without a limit."""
    if limits.memory_mib is None:
        return ""
    return f"the kernel may use memory_mib = {limits.memory_mib}; {_HOW_TO}"


def limit_memory(mebibytes: int) -> None:
    """Limit the memory of this process and of what it starts; the kernel calls it before the first cell.

    What counts is data: the address space would also count files that are mapped and space that is only reserved.
    """
    if not sys.platform.startswith("linux"):
        return  # elsewhere the system has no limit on data that it would enforce
    import resource

    most = mebibytes * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
