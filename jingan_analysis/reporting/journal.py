"""The log of runs: one event a line, as JSON, with nothing about any person."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, TypedDict

from jingan_analysis.reporting.failure import loggable
from jingan_analysis.reporting.publication import WORK
from jingan_analysis.vocabulary import Language

Event = Literal["run started", "report started", "report ended", "run ended"]
Outcome = Literal["published", "unchanged", "failed"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("published", "unchanged", "failed")


class Facts(TypedDict, total=False):
    """What an event may tell; there is no other field, and none for data."""

    study: str
    unit: str | None
    languages: Sequence[Language]
    seconds: float
    outcome: Outcome
    because: Sequence[str]
    exit_code: int
    reports: int
    left_out: Sequence[str]
    counts: dict[Outcome, int]


class Journal:
    """Writes the events of one run.

    Parameters
    ----------
    path
        File to which lines are appended; only its owner can read it.
    run_id
        Stands in every line.
    """

    def __init__(self, path: Path, run_id: str) -> None:
        self.path = path
        self._run_id = run_id
        self._guard = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)

    def write(self, event: Event, facts: Facts, error: BaseException | None = None) -> None:
        """Append one line.

        Parameters
        ----------
        error
            Its class is told, and its message where it is one of ours: see
            :func:`jingan_analysis.reporting.failure.loggable`.
        """
        line: dict[str, object] = {"time": _now(), "run": self._run_id, "event": event, **facts}
        if error is not None:
            line["error"] = type(error).__name__
            message = loggable(error)
            line |= {} if message is None else {"message": message}
        text = json.dumps(line, ensure_ascii=False) + "\n"
        with self._guard:
            # One write of the whole line to the end of the file: two runs do not mix their lines.
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, text.encode())
            finally:
                os.close(descriptor)


def journal_path(out: Path) -> Path:
    """The log of today (UTC)."""
    return out / WORK / "log" / f"{dt.datetime.now(dt.UTC):%Y-%m-%d}.jsonl"


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
