"""A district: a folder of data that is read and validated when first asked for."""

from __future__ import annotations

import copy
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.errors import DistrictConfigError, InvalidTable, MissingTable, did_you_mean
from jingan_analysis.intake.config import CONFIG_FILE, DistrictConfig, display_names, load_config, published_paths
from jingan_analysis.intake.faults import Repair, fault_message
from jingan_analysis.intake.tables import CheckedTable, Tables, table_order
from jingan_analysis.language import mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd


SYNTHETIC = mark("Synthetic demonstration data: no figure here describes a real place")


def load_district(path: str | Path) -> District:
    """Open a district folder; its tables are read when first asked for.

    Parameters
    ----------
    path
        Folder with a ``district.toml``.

    Raises
    ------
    DistrictNotFound
        If the folder or its ``district.toml`` does not exist.
    DistrictConfigError
        If ``district.toml`` breaks a rule; the message lists every fault.
    """
    folder = Path(path)
    config = load_config(folder)
    return District(folder, config, Tables(folder, config))


@dataclass(frozen=True)
class District:
    """One district, frozen: whatever is handed out can be changed without harm to others.

    Attributes
    ----------
    path
        The district's folder.
    config
        ``district.toml`` as it was read.
    """

    path: Path
    config: DistrictConfig = field(repr=False)
    _tables: Tables = field(repr=False, compare=False)
    _kept: set[str] = field(default_factory=set, repr=False, compare=False)

    @property
    def key(self) -> str:
        """Short name for folders and files."""
        return self.config.key

    @property
    def names(self) -> dict[str, str]:
        """The district's name by language."""
        return display_names(self.config)

    @property
    def synthetic(self) -> bool:
        """Whether the data are made up; every page must say so."""
        return self.config.synthetic

    @property
    def stamps(self) -> tuple[str, ...]:
        """What must stand over everything that shows the district's figures: synthetic, modelled."""
        modelled = self.modelled(*self.config.tables)
        told = (SYNTHETIC,) if self.synthetic else ()
        return told + ((f"Modelled data: {'; '.join(modelled)}",) if modelled else ())

    @property
    def metric_crs(self) -> str:
        """The projected CRS in metres of all coordinates ``x_m``, ``y_m`` and geometries."""
        return self.config.geography.metric_crs

    @property
    def buffer_m(self) -> float:
        """How far outside the border places may lie."""
        return self.config.geography.buffer_m

    @property
    def detour_factor(self) -> float:
        """Walking distance over straight line, where there is no network."""
        return self.config.geography.detour_factor

    @property
    def snap_cap_m(self) -> float:
        """Longest walk from a place to the network."""
        return self.config.geography.snap_cap_m

    @property
    def published_paths(self) -> tuple[Path, ...]:
        """The files of published figures that the district declares; empty without any.

        Raises
        ------
        DistrictConfigError
            If one does not exist; the message names all that do not.
        """
        paths = published_paths(self.path, self.config)
        absent = [os.path.relpath(path, self.path) for path in paths if not path.is_file()]
        if absent:
            raise DistrictConfigError(
                f"{CONFIG_FILE} of {self.key!r} names published figures in {', '.join(map(repr, absent))}, which "
                "does not exist there; correct the path, or take the line or the path out of 'published'"
            )
        return paths

    def has(self, name: str) -> bool:
        """Whether the district declares that table."""
        return name in self.config.tables

    def require(self, *names: str) -> None:
        """Check that the district declares these tables; nothing is read.

        Raises
        ------
        MissingTable
            If it does not; the message names all that are missing.
        """
        missing = [name for name in names if not self.has(name)]
        if missing:
            raise MissingTable(_missing_tables(self.key, missing, self.config.tables))

    def table(self, name: str) -> pd.DataFrame:
        """A copy of a table: every column of its contract, in the contract's types.

        Point tables have ``lon`` and ``lat`` in WGS 84 and ``x_m``, ``y_m`` in the metric CRS.
        Polygon and line tables are GeoDataFrames in the metric CRS. Missing means empty in the file.

        Raises
        ------
        MissingTable
            If the district does not declare it.
        InvalidTable
            If it breaks its contract; the message lists its faults.
        """
        frame = self._usable(name).frame
        assert frame is not None
        return frame.copy()

    def repairs(self, name: str) -> tuple[Repair, ...]:
        """How many values of a table were read in a way that is not the plain one."""
        return self._usable(name).repairs

    def rejected(self, name: str) -> int:
        """How many rows of a table were left out, because ``on_fault`` is ``reject``."""
        gone = self._usable(name).rejected_rows
        return 0 if gone is None else int(gone.sum())

    def unread(self) -> District:
        """The same district, asked for nothing so far; what it has read is not read again."""
        return replace(self, _tables=self._tables.unread())

    def input_digests(self) -> dict[str, str]:
        """SHA-256 of ``district.toml`` and of each file asked for so far, by file name.

        A table is checked against those that it refers to, so their files are read, too.
        """
        return self._tables.digests()

    def sources(self) -> dict[str, dict[str, str]]:
        """Source, licence and date of each table asked for so far, as far as ``district.toml`` states them."""
        stated = {
            name: {key: getattr(self.config.tables[name], key) for key in ("source", "licence", "as_of")}
            for name in table_order(self.config)
            if name in self._tables.read
        }
        return {
            name: {key: text for key, text in told.items() if text}
            for name, told in stated.items()
            if any(told.values())
        }

    def modelled(self, *names: str) -> tuple[str, ...]:
        """How those of these tables were modelled that nobody observed, as ``district.toml`` states it."""
        stated = (self.config.tables[name].modelled for name in names if name in self.config.tables)
        return tuple(dict.fromkeys(text for text in stated if text))

    def study_defaults(self, study: str) -> dict[str, Any]:
        """The district's own default parameters for a study."""
        return copy.deepcopy(self.config.study_defaults.get(study, {}))

    def _repr_html_(self) -> str:
        """How JupyterLab shows the district: names, tables and stamps; nothing is read."""
        from jingan_analysis.showing import Fact, shown, stamps_html

        facts = [Fact(f"Name ({language})", name) for language, name in self.names.items()]
        facts += [
            Fact("Coordinates", f"metres in {self.metric_crs}"),
            Fact("Places outside the border, up to", self.buffer_m, "m"),
            Fact("Tables", ", ".join(self.config.tables)),
        ]
        notes = ['A table: district.table("canteens"). It is read and checked when first asked for.']
        return stamps_html(self.stamps) + shown(f"District {self.key}", facts, notes=notes)

    def _usable(self, name: str) -> CheckedTable:
        self.require(name)
        checked = self._tables.checked(name)
        if not checked.usable:
            raise InvalidTable(
                fault_message(f"table {name!r} of district {self.key!r} breaks its contract", checked.faults)
            )
        if self.config.tables[name].on_fault == "reject" and name not in self._kept:
            from jingan_analysis.intake.rejected import write_rejected

            self._kept.add(name)
            write_rejected(self.path, name, checked)
        return checked


def _missing_tables(key: str, missing: Sequence[str], declared: Iterable[str]) -> str:
    """What to do about tables that are not there: a name nobody knows is a slip, a known one is a missing file."""
    unknown = [name for name in missing if name not in CONTRACTS]
    if unknown:
        return f"there is no table {unknown[0]!r}.{did_you_mean(unknown[0], CONTRACTS)}"
    tables, them = ("tables", "them") if len(missing) > 1 else ("table", "it")
    has = ", ".join(sorted(declared)) or "none"
    return (
        f"district {key!r} has no {tables} {', '.join(missing)}; it has: {has}. Bring the data and declare {them} "
        "under [tables] in district.toml; `jingan dictionary` tells what each table holds"
    )
