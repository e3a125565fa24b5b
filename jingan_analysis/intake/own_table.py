"""One table by itself: file → headers → cells → contract → shapes. Other tables play no part yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.intake.cells import empty_cells, typed_cells
from jingan_analysis.intake.coverage import check_coverage
from jingan_analysis.intake.edges import check_edges
from jingan_analysis.intake.faults import Findings
from jingan_analysis.intake.headers import map_headers
from jingan_analysis.intake.raw_table import RawTable, UnreadableFile, text_of
from jingan_analysis.intake.readers import read_raw
from jingan_analysis.intake.rules import check_rules
from jingan_analysis.intake.shapes import check_shapes, metric_shapes, point_columns, points_of

if TYPE_CHECKING:
    from pathlib import Path

    from jingan_analysis.contracts import Contract
    from jingan_analysis.intake.config import DistrictConfig, TableConfig

EMPTY_RULE: Final = "the cell is empty, and must not be"


@dataclass(frozen=True)
class OwnTable:
    """A table checked by itself.

    Attributes
    ----------
    frame
        Every column of the contract, typed, missing where a cell is empty or faulty; with
        ``x_m`` and ``y_m`` (points) or ``geometry`` (polygons and lines) in the metric CRS.
        None if the file could not be read.
    raw
        The file as it is.
    rows
        Row numbers of the file, shape (n,).
    degrees
        Longitude and latitude as the file states them, shape (2, n), for point tables.
    """

    contract: Contract
    config: TableConfig
    findings: Findings
    frame: pd.DataFrame | None = None
    raw: RawTable | None = None
    rows: NDArray[np.int64] | None = None
    degrees: NDArray[np.float64] | None = None


def read_own_table(path: Path, name: str, district: DistrictConfig) -> OwnTable:
    """Read one table of the district at ``path`` and check whatever needs no other table."""
    contract, config = CONTRACTS[name], district.tables[name]
    findings = Findings(name, config.file, withhold=contract.person_level)
    raw = _read(path, config, findings)
    if raw is None:
        return OwnTable(contract, config, findings)
    _notice_raw(raw, findings)
    columns = _columns(raw, contract, config, findings)
    frame = pd.DataFrame(columns, columns=[column.name for column in contract.columns])
    own = OwnTable(contract, config, findings, frame, raw, raw.rows)
    if frame.empty:
        findings.fault("the table has no rows", "Fill the table, or remove its entry from district.toml.")
        return own

    check_rules(frame, raw.rows, contract, findings)
    _check_total(frame, name, findings)
    return _with_shapes(own, district.geography.metric_crs)


def _read(path: Path, config: TableConfig, findings: Findings) -> RawTable | None:

    file = path / config.file
    if not file.resolve().is_relative_to(path.resolve()):
        findings.fault("the file lies outside the district folder", "Copy the file itself into the folder.")
        return None
    try:
        return read_raw(file, config)
    except UnreadableFile as error:
        findings.fault(error.rule, error.mend, row=error.row)
    except OSError as error:
        findings.fault(f"the file cannot be opened ({error.strerror})", "Check the file and who may read it.")
    return None


def _notice_raw(raw: RawTable, findings: Findings) -> None:
    for row, width in raw.ragged:
        rule = f"the row has {width} fields, and the header {len(raw.frame.columns)}"
        findings.fault(rule, "Remove the extra fields; put a text that holds a comma in quotation marks.", row=row)
    if raw.blank_rows:
        findings.notice(f"{raw.blank_rows} row(s) without any value were left out")


def _columns(raw: RawTable, contract: Contract, config: TableConfig, findings: Findings) -> dict[str, pd.Series]:

    n = len(raw.rows)
    source = {str(name): raw.frame[name] for name in raw.frame.columns}
    if contract.geometry == "point" and raw.geometry is not None:
        source = {name: cells for name, cells in source.items() if name not in {"lon", "lat"}}
        source |= points_of(raw.geometry, raw.rows, findings)
    found = map_headers(list(source), contract, config, findings)
    columns: dict[str, pd.Series] = {}
    for column in contract.columns:
        if column.name in config.constants:
            source[column.name] = pd.Series([text_of(config.constants[column.name])] * n, dtype="str")
            found[column.name] = column.name
        if column.name not in found:
            columns[column.name] = empty_cells(column, n)
            continue
        typed = typed_cells(source[found[column.name]], column)
        columns[column.name] = typed.cells
        _record_cells(column, typed, raw.rows, findings)
    return columns


def _record_cells(column: Any, typed: Any, rows: NDArray[np.int64], findings: Findings) -> None:  # noqa: ANN401

    for kind, count in typed.repairs.items():
        findings.repaired(column.name, kind, count)
    refused = np.zeros(len(rows), dtype=bool)
    for refusal in typed.refusals:
        refused[refusal.records] = True
        mend = refusal.mend + ("" if findings.withhold else refusal.hint)
        rule = f"{column.name} cannot be read" if findings.withhold and column.kind == "hours" else refusal.rule
        for row in rows[refusal.records].tolist():
            findings.fault(rule, mend, row=row, column=column.name, value=refusal.value)
    if column.nullable:
        return
    for row in rows[typed.cells.isna().to_numpy() & ~refused].tolist():
        findings.fault(EMPTY_RULE, f"Fill in: {column.description.rstrip('.')}.", row=row, column=column.name)


def _check_total(frame: pd.DataFrame, name: str, findings: Findings) -> None:
    if name == "population" and not frame["persons"].sum() > 0:
        findings.fault("nobody lives here: persons add up to 0", "Fill in the numbers of people.", column="persons")


def _with_shapes(own: OwnTable, crs: str) -> OwnTable:
    assert own.frame is not None
    assert own.raw is not None
    assert own.rows is not None
    datum = own.config.datum
    if own.contract.geometry is None or datum is None:
        return own
    if own.contract.geometry == "point":
        degrees = own.frame[["lon", "lat"]].to_numpy(dtype=np.float64).T.copy()
        frame = own.frame.assign(**point_columns(degrees[0], degrees[1], datum, crs))
        return OwnTable(own.contract, own.config, own.findings, frame, own.raw, own.rows, degrees)
    return _with_geometry(own, crs)


def _with_geometry(own: OwnTable, crs: str) -> OwnTable:

    assert own.frame is not None
    assert own.raw is not None
    assert own.rows is not None
    assert own.config.datum is not None
    if own.raw.geometry is None:
        own.findings.fault("the file holds no shapes", "Export the layer with its geometry.", column="geometry")
        return OwnTable(own.contract, own.config, own.findings, None, own.raw, own.rows)
    kind = own.contract.geometry or ""
    usable = check_shapes(own.raw.geometry, kind, crs, own.rows, own.findings)
    shapes = own.raw.geometry.copy()
    shapes[~usable] = None
    shapes = metric_shapes(shapes, own.config.datum, crs)
    if kind == "polygon":
        names = own.frame[own.contract.key[0]].astype("str").fillna("").tolist()
        check_coverage(shapes, names, usable, own.rows, own.findings)
    else:
        check_edges(own.frame, shapes, usable, own.rows, own.findings)
    frame = gpd.GeoDataFrame(own.frame, geometry=gpd.GeoSeries(shapes, crs=crs), crs=crs)
    return OwnTable(own.contract, own.config, own.findings, frame, own.raw, own.rows)
