"""Writing the folder: the same tables give the same bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from jingan_analysis.contracts import CONTRACTS, Contract
from jingan_analysis.demo.build import Tables
from jingan_analysis.demo.projection import DECIMALS
from jingan_analysis.intake.datums import wgs84_to_gcj02
from jingan_analysis.vocabulary import Language

_GEO = {
    "version": "1.0.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["LineString"]}},
}
_PARQUET_TYPES = {"integer": pa.int32(), "number": pa.float64(), "date": pa.date32(), "boolean": pa.bool_()}
_COPIED = ("district.toml", "SOURCES.md", "PLANTED.md")


@dataclass(frozen=True)
class Form:
    """How one table is written.

    Attributes
    ----------
    suffix
        File format.
    language
        Language of headers and choice labels; None for the contract's own names.
    encoding
        Text encoding of a CSV.
    """

    suffix: str = "csv"
    language: Language | None = None
    encoding: str = "utf-8"


_FORMS = {
    "sub_districts": Form("geojson"),
    "population": Form("parquet"),
    "walking_network": Form("parquet"),
    "meals": Form("parquet"),
    "canteen_diners": Form("parquet"),
    "case_counts": Form("parquet"),
    "resident_cases": Form("parquet"),
    "bed_episodes": Form("parquet"),
    "bed_requests": Form("parquet"),
    "bed_services": Form("parquet"),
    "volunteers": Form("parquet"),
    "elder_needs": Form("parquet"),
    "pairings": Form("parquet"),
    "companion_contacts": Form("parquet"),
    "retrofit_applications": Form("parquet"),
    "retrofit_assessments": Form("parquet"),
    "retrofit_contracts": Form("parquet"),
    "retrofit_works": Form("parquet"),
    "fall_observation": Form("parquet"),
    "fall_events": Form("parquet"),
    "registrations": Form("parquet"),
    "appointments": Form("parquet"),
    # As bureaus keep them: Chinese headers, in one case an old encoding.
    "canteens": Form(language="zh"),
    "projects": Form(language="zh", encoding="gb18030"),
    "home_visit_targets": Form(language="zh"),
    "project_eligibility": Form(language="zh"),
}


def write_district(tables: Tables, folder: Path) -> None:
    """Write all tables, ``district.toml``, ``SOURCES.md`` and ``PLANTED.md`` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        form = _FORMS.get(name, Form())
        content = _content(CONTRACTS[name], table, form)
        (folder / f"{name}.{form.suffix}").write_bytes(content)
    for name in _COPIED:
        (folder / name).write_bytes(files(__package__).joinpath(f"folder/{name}").read_bytes())


def _content(contract: Contract, table: pd.DataFrame, form: Form) -> bytes:
    if form.suffix == "geojson":
        return _geojson(contract, table)
    if form.suffix == "parquet":
        return _parquet(contract, table)
    return _csv(contract, table, form)


def _csv(contract: Contract, table: pd.DataFrame, form: Form) -> bytes:
    rows = table.copy()
    if form.language == "zh" and contract.geometry == "point":
        lon, lat = wgs84_to_gcj02(rows["lon"].to_numpy(), rows["lat"].to_numpy())
        rows["lon"], rows["lat"] = lon.round(DECIMALS), lat.round(DECIMALS)
    text: dict[str, pd.Series] = {}
    for column in contract.columns:
        if column.name not in rows:
            continue
        values = rows[column.name]
        if column.name in ("lon", "lat"):
            values = values.map(lambda degrees: f"{degrees:.{DECIMALS}f}")
        if column.kind == "boolean":
            values = values.map({True: "true", False: "false"})
        if form.language is not None:
            labels = {choice.code: getattr(choice.label, form.language) for choice in column.choices}
            values = values.replace(labels) if labels else values
        header = column.name if form.language is None else getattr(column.header, form.language)
        text[header] = values.astype(str)
    return pd.DataFrame(text).to_csv(index=False, lineterminator="\n").encode(form.encoding)


def _parquet(contract: Contract, table: pd.DataFrame) -> bytes:
    columns: dict[str, Any] = {}
    for column in contract.columns:
        values = table[column.name]
        kind = pa.int32() if column.name == "persons" else _PARQUET_TYPES.get(column.kind, pa.string())
        if column.kind == "date" and values.dtype.kind != "M":
            values = pd.to_datetime(values.where(values != "", None))
        if kind == pa.string():
            values = values.astype(object).where(values != "", None)
        columns[column.name] = pa.array(values, type=kind, from_pandas=True)
    metadata = None
    if contract.geometry == "line":
        columns["geometry"] = pa.array(shapely.to_wkb(table["geometry"].to_numpy(), byte_order=1), type=pa.binary())
        metadata = {"geo": json.dumps(_GEO)}
    content = pa.table(columns).replace_schema_metadata(metadata)
    sink = pa.BufferOutputStream()
    pq.write_table(content, sink, compression="zstd", compression_level=12)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _geojson(contract: Contract, table: pd.DataFrame) -> bytes:
    features = []
    for row in table.to_dict("records"):
        shape = shapely.geometry.mapping(shapely.geometry.polygon.orient(row["geometry"]))
        properties = {column.name: row[column.name] for column in contract.columns}
        feature = {"type": "Feature", "properties": properties, "geometry": shape}
        features.append(json.dumps(feature, ensure_ascii=False))
    lines = ",\n".join(features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'.encode()
