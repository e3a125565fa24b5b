"""A plan made by hand: a file that names candidate sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.intake.raw_table import UnreadableFile
from jingan_analysis.intake.read_csv import LIKELY_ENCODINGS, read

if TYPE_CHECKING:
    from pathlib import Path

    from jingan_analysis.intake.raw_table import RawTable

_COLUMN = "site_id"


def read_site_plan(path: Path) -> tuple[str, ...]:
    """Ids of the sites of a plan.

    Parameters
    ----------
    path
        A CSV file in UTF-8, GB 18030 or CP932 with a column ``site_id``, or with its header in another language of the
        table ``candidate_sites``; other columns are left alone.

    Raises
    ------
    InvalidParameter
        If there is no such file or column, or a row has no id or one that another row has; all rows at once.
    """
    if not path.is_file():
        raise InvalidParameter(f"--plan {path}: there is no such file")
    table, column = _read(path)
    ids = table.frame[column].fillna("").astype(str).str.strip()
    faults = [f"row {row} has no {_COLUMN}" for row in table.rows[(ids == "").to_numpy()]]
    twice = ids.duplicated() & (ids != "")
    faults += [
        f"row {row}: {site!r} stands there twice" for row, site in zip(table.rows[twice], ids[twice], strict=True)
    ]
    if faults:
        raise InvalidParameter(f"--plan {path.name}: {'; '.join(faults)}; give each site of the plan one row")
    return tuple(ids)


def _read(path: Path) -> tuple[RawTable, str]:
    """The table in the first encoding in which it has the column, and the column's name in it."""
    words = CONTRACTS["candidate_sites"].column(_COLUMN).header
    known, told = (_COLUMN, words.en, words.zh, words.ja), ""
    for encoding in LIKELY_ENCODINGS:
        try:
            table = read(path, encoding)
        except UnreadableFile as fault:
            told = told or f"{fault}; save it as CSV in UTF-8"
            continue
        for name in table.frame.columns:
            if str(name).strip() in known:
                return table, str(name)
        told = f"no column is called {' or '.join(map(repr, known))}; name one so"
    raise InvalidParameter(f"--plan {path.name}: {told}")
