"""Rejected rows, kept beside the input."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jingan_analysis.intake.tables import CheckedTable

FOLDER: Final = "rejected"


def write_rejected(path: Path, name: str, checked: CheckedTable) -> Path | None:
    """Write the rejected rows of a table as they stand in the file, each with its faults.

    The file stays in the district folder, where its input is: it may hold rows on people.

    Returns
    -------
    Path or None
        ``rejected/<table>.csv``; None, and no file, if no row was rejected.
    """
    target = path / FOLDER / f"{name}.csv"
    if checked.rejected_rows is None or checked.raw is None or not checked.rejected_rows.any():
        target.unlink(missing_ok=True)
        return None
    raw, gone = checked.raw, checked.rejected_rows
    reasons: dict[int, list[str]] = {}
    for fault in checked.faults:
        if fault.row is not None:
            reasons.setdefault(fault.row, []).append(f"{fault.column or 'row'}: {fault.rule}")
    rows = raw.rows[gone]
    table = raw.frame[gone].copy()
    table.insert(0, "(row)", rows)
    table.insert(1, "(faults)", ["; ".join(reasons[row]) for row in rows.tolist()])
    target.parent.mkdir(exist_ok=True)
    _write_whole(target, table.to_csv(index=False, lineterminator="\n"))
    return target


def _write_whole(target: Path, text: str) -> None:
    """Replace the file at once, so that nobody reads half of it."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
