"""One row of one table of a district is spoiled, and reading the table must tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from jingan_analysis.district import load_district
from jingan_analysis.errors import InvalidTable


def assert_told(folder: Path, table: str, right: str, wrong: str, rule: str) -> None:
    """With the first ``right`` replaced by ``wrong`` the message names file, row and rule; before it there is no fault."""
    assert len(load_district(folder).table(table))
    file = folder / f"{table}.csv"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(InvalidTable) as told:
        load_district(folder).table(table)
    message = str(told.value)
    assert rule in message
    assert f"{table}.csv" in message
    assert "row" in message
