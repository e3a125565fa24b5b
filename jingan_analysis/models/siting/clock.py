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
        self._start = time.monotonic()

    def spent(self, share: float = 1.0) -> bool:
        """Whether a share of the seconds is spent."""
        seconds = self.effort.seconds
        return seconds is not None and time.monotonic() - self._start >= share * seconds

    def rest(self) -> Effort:
        """The effort with the seconds that are left."""
        seconds = self.effort.seconds
        if seconds is None:
            return self.effort
        return replace(self.effort, seconds=max(self._start + seconds - time.monotonic(), _LEAST_SECONDS))
