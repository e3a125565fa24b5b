"""What may be told about a failed cell: where and why, never a row of a table.

The kernel's side (:func:`watch`) sees the real exception and writes down what is safe; the
runner's side (:class:`Failure`) reads it. The traceback itself, which can quote data, stays in
the kernel's memory.
"""

from __future__ import annotations

import json
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jingan_analysis.disclosure.identity_numbers import identity_numbers, without_identity_numbers
from jingan_analysis.errors import JinganError, ReportFailed

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Failure:
    """A failed cell, told without data.

    Attributes
    ----------
    error
        Class of the exception.
    message
        Its message if the package itself raised it on purpose (such messages carry no rows), else None.
    place
        ``file:line`` of the innermost frame inside the package, None if the package was not involved.
    """

    error: str
    message: str | None
    place: str | None

    def __str__(self) -> str:
        if self.message is not None:
            return f"{self.error}: {self.message}"
        return f"{self.error} at {self.place}" if self.place else self.error


def describe(error: BaseException) -> Failure:
    """What may be told about an exception."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    place = (
        f"{Path(inside[-1].filename).relative_to(_PACKAGE.parent).as_posix()}:{inside[-1].lineno}" if inside else None
    )
    ours = isinstance(error, JinganError) and type(error).__module__.startswith(f"{_PACKAGE.name}.")
    raised_by_us = bool(frames) and frames[-1] in inside
    # Tables on people withhold their values; a number that names a person may stand in another table by mistake.
    message = without_identity_numbers(_message(error)) if ours and raised_by_us else None
    # Libraries have memory errors of their own; the reader needs to know this one kind.
    name = "MemoryError" if isinstance(error, MemoryError) else type(error).__name__
    return Failure(name, message, place)


def loggable(error: BaseException) -> str | None:
    """The message of an exception as a log may hold it; None where it is not one of ours.

    A failed run's message for the command line quotes the failed cell's first line, which an analyst wrote: a log
    leaves that out. What names a person is left out in any case.
    """
    text = describe(error).message
    if isinstance(error, ReportFailed) and text is not None:
        text = error.logged or text
    return None if text is None or identity_numbers(text) else text


def _message(error: BaseException) -> str:
    # str() of a LookupError quotes its argument; the argument is the message.
    return str(error.args[0]) if error.args else str(error)


def watch(shell: Any, path: str) -> None:  # noqa: ANN401
    """Have an IPython shell write every failed cell's :class:`Failure` to a file."""

    def note(result: Any) -> None:  # noqa: ANN401
        error = result.error_in_exec or result.error_before_exec
        if error is not None:
            Path(path).write_text(json.dumps(asdict(describe(error))), encoding="utf-8")

    shell.events.register("post_run_cell", note)


def read_failure(path: Path) -> Failure | None:
    """The failure that a watched kernel wrote down, None if it wrote nothing."""
    if not path.exists():
        return None
    return Failure(**json.loads(path.read_text(encoding="utf-8")))
