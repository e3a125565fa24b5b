"""Closed option sets that several floors share."""

from __future__ import annotations

from typing import Final, Literal, get_args

Language = Literal["en", "zh", "ja"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

Datum = Literal["WGS84", "CGCS2000", "GCJ02", "BD09"]
DATUMS: Final[tuple[Datum, ...]] = get_args(Datum)

TableFormat = Literal["csv", "xlsx", "geojson", "gpkg", "parquet"]
TABLE_FORMATS: Final[tuple[TableFormat, ...]] = get_args(TableFormat)

PopulationBasis = Literal["resident", "registered"]
"""常住 against 户籍: never mix the two in one rate."""

Mark = Literal["", "x", "c", "u", "z"]
"""Shorthand for a cell without a plain number.

``x`` not available, ``c`` suppressed, ``u`` low reliability (number still shown),
``z`` not applicable. Zero is a number and has no mark.
"""
