"""All tables of a district as they are read, each once: the desk at which floor 1 works."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.intake.config import CONFIG_FILE, DistrictConfig
from jingan_analysis.intake.faults import Fault, Findings, Notice, Repair, in_order, rejected

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from jingan_analysis.intake.locations import Units
    from jingan_analysis.intake.own_table import OwnTable
    from jingan_analysis.intake.raw_table import RawTable

UNITS_TABLE: Final = "sub_districts"


@dataclass(frozen=True)
class CheckedTable:
    """A table checked by itself and against the other tables.

    Attributes
    ----------
    frame
        The typed rows that count: all of them, or those without fault where faulty rows are
        rejected; None if the table cannot be used.
    faults
        In order; those of rejected rows are marked.
    rejected_rows
        Whether a record of the file was rejected, shape (n,).
    raw
        The file as it is.
    """

    frame: pd.DataFrame | None = field(repr=False)  # rows about people stay out of every message
    faults: tuple[Fault, ...]
    repairs: tuple[Repair, ...]
    notices: tuple[Notice, ...]
    rejected_rows: NDArray[np.bool_] | None = None
    raw: RawTable | None = field(default=None, repr=False)

    @property
    def usable(self) -> bool:
        """Whether no fault stands in the way of a study."""
        return self.frame is not None and all(fault.rejected for fault in self.faults)


@dataclass
class Tables:
    """The tables of one district, read when first asked for.

    Attributes
    ----------
    path
        The district's folder.
    config
        Its configuration.
    """

    path: Path
    config: DistrictConfig
    _checked: dict[str, CheckedTable] = field(default_factory=dict)
    _read_with: dict[str, frozenset[str]] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)
    _read: frozenset[str] = frozenset()

    def unread(self) -> Tables:
        """The same tables, none of them asked for so far; those that were read are not read again."""
        return replace(self, _read=frozenset())

    def checked(self, name: str) -> CheckedTable:
        """The table of that name, which the configuration must declare."""
        if name not in self._checked:
            before, self._read = self._read, frozenset({name})
            try:
                self._checked[name] = self._check(name)
                self._read_with[name] = self._read
            finally:
                self._read = before
        self._read |= self._read_with[name]
        return self._checked[name]

    @property
    def read(self) -> frozenset[str]:
        """Names of the tables that were asked for so far, and of those that they were checked against."""
        return self._read

    def digests(self) -> dict[str, str]:
        """SHA-256 of ``district.toml`` and of each file asked for so far, by file name."""
        read = {self.config.tables[name].file: self._digests[name] for name in self._read & self._digests.keys()}
        return {CONFIG_FILE: _digest(self.path / CONFIG_FILE), **dict(sorted(read.items()))}

    def _check(self, name: str) -> CheckedTable:
        from jingan_analysis.intake.own_table import read_own_table

        own = read_own_table(self.path, name, self.config)
        if own.raw is not None:
            self._digests[name] = _digest(self.path / own.config.file)
        if own.frame is not None and len(own.frame):
            self._check_references(own)
            self._check_locations(own)
        return _settled(own)

    def _check_references(self, own: OwnTable) -> None:
        from jingan_analysis.intake.references import check_references

        assert own.frame is not None
        assert own.rows is not None
        for column in own.contract.columns:
            if column.references is None or own.frame[column.name].isna().all():
                continue
            table, _, target = column.references.partition(".")
            known = self._values(table, target, own.findings)
            if known is not None:
                check_references(own.frame[column.name], column, known, own.rows, own.findings)

    def _values(self, table: str, column: str, findings: Findings) -> list[str] | None:
        """Values of another table's column; None, with a notice, where they cannot be known."""
        if table not in self.config.tables:
            findings.notice(f"codes are not checked against {table}, which the district does not have")
            return None
        frame = self.checked(table).frame
        if frame is None or frame[column].isna().all():
            findings.notice(f"codes are not checked against {table}, which cannot be read")
            return None
        return [str(value) for value in frame[column].dropna().unique()]

    def _check_locations(self, own: OwnTable) -> None:
        if own.degrees is None or own.config.datum is None:
            return
        units = self._units(own.findings)
        if units is None:
            return
        from jingan_analysis.intake.locations import check_locations, places_of

        assert own.frame is not None
        assert own.rows is not None
        places = places_of(own.frame, own.degrees, own.config.datum, own.rows)
        check_locations(places, units, self.config.geography, own.findings)

    def _units(self, findings: Findings) -> Units | None:
        import numpy as np
        import shapely

        from jingan_analysis.intake.locations import Units

        frame = self.checked(UNITS_TABLE).frame if UNITS_TABLE in self.config.tables else None
        if frame is None or "geometry" not in frame.columns:
            findings.notice("places are not checked: the district has no boundaries that can be read")
            return None
        shapes = frame["geometry"].to_numpy()
        good = shapely.is_valid(shapes) & ~shapely.is_missing(shapes) & frame["subdistrict_code"].notna().to_numpy()
        if not good.all() or not len(shapes):
            findings.notice("places are not checked: mend the boundaries first")
            return None
        return Units(np.asarray(frame["subdistrict_code"], dtype=object), np.asarray(shapes, dtype=object))


def _settled(own: OwnTable) -> CheckedTable:
    """Leave out rejected rows, and give the columns their final types where nothing is wrong."""
    import numpy as np

    from jingan_analysis.intake.cells import finished

    name = own.contract.name
    faults = own.findings.sorted_faults()
    notices = tuple(Notice(name, text) for text in dict.fromkeys(own.findings.notices))
    repairs = own.findings.sorted_repairs()
    frame, gone = own.frame, None
    if frame is not None and own.config.on_fault == "reject":
        assert own.rows is not None
        gone = np.isin(own.rows, [fault.row for fault in faults if fault.row is not None])
        faults = rejected(faults)
        frame = frame[~gone].reset_index(drop=True)
        if gone.any():
            notices = (*notices, Notice(name, f"{int(gone.sum())} of {len(gone)} rows rejected"))
        if gone.any() and gone.all():
            nothing = Fault(
                name,
                own.config.file,
                None,
                None,
                "",
                "no row is left: all were rejected",
                "Mend the rows listed below.",
            )
            faults = in_order((nothing, *faults))
    if frame is not None and all(fault.rejected for fault in faults):
        frame = frame.assign(**{column.name: finished(frame[column.name], column) for column in own.contract.columns})
    return CheckedTable(frame, faults, repairs, notices, gone, own.raw)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def table_order(config: DistrictConfig) -> list[str]:
    """The declared tables in reading order."""
    return [name for name in CONTRACTS if name in config.tables]
