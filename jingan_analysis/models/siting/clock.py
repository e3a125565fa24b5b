"""How much of an effort's seconds is left to the parts of one search."""

from __future__ import annotations

import time
from dataclasses import replace

from jingan_analysis.models.siting.integer_program import Effort

_LEAST_SECONDS = 0.01


class Clock:
    """Begins when it is made; where the effort sets no limit it never ends."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self._end = None if effort.seconds is None else time.monotonic() + effort.seconds

    @property
    def over(self) -> bool:
        """Whether the seconds are spent."""
        return self._end is not None and time.monotonic() >= self._end

    @property
    def half_over(self) -> bool:
        """Whether half of the seconds are spent."""
        seconds = self.effort.seconds
        return self._end is not None and seconds is not None and time.monotonic() >= self._end - seconds / 2

    def rest(self) -> Effort:
        """The effort with the seconds that are left."""
        if self._end is None:
            return self.effort
        return replace(self.effort, seconds=max(self._end - time.monotonic(), _LEAST_SECONDS))
