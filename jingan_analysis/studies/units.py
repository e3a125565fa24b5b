"""The district's sub-districts in the order and with the names that reports use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import UnknownUnit, did_you_mean
from jingan_analysis.language import spoken
from jingan_analysis.vocabulary import LANGUAGES

if TYPE_CHECKING:
    import geopandas as gpd

    from jingan_analysis.district import District

DISTRICT_ROW = "district"
"""Row of the district total in every table by sub-district."""


@dataclass(frozen=True)
class Units:
    """Sub-districts.

    Attributes
    ----------
    frame
        Boundaries in the metric CRS, indexed by code, in file order.
    names
        Short name by code, for figures and sentences.
    labels
        Row label by code (name and local name) and for the total row.
    """

    frame: gpd.GeoDataFrame
    names: dict[str, str]
    labels: dict[str, str]

    @property
    def codes(self) -> list[str]:
        """Codes in file order."""
        return list(self.frame.index)

    def __len__(self) -> int:
        return len(self.frame)

    def positions(self, codes: pd.Series) -> NDArray[np.int64]:
        """Row number of each code, -1 where it is empty (outside the district)."""
        return np.asarray(self.frame.index.get_indexer(pd.Index(codes)), dtype=np.int64)

    def require(self, code: str | None) -> None:
        """Check that a sub-district exists.

        Raises
        ------
        UnknownUnit
            If no sub-district has the code.
        """
        if code is not None and code not in self.frame.index:
            raise UnknownUnit(f"No sub-district has the code {code!r}.{did_you_mean(code, self.codes)}")

    def name(self, code: str | None) -> str | None:
        """Short name of the sub-district reported on; None for the whole district."""
        return None if code is None else self.names[code]

    def row(self, code: str | None) -> str:
        """The table row that a report on this unit speaks of."""
        return DISTRICT_ROW if code is None else code


def district_units(district: District) -> Units:
    """Read the sub-districts of a district."""
    frame = district.table("sub_districts").set_index("subdistrict_code")
    names = {str(code): _first_name(row) for code, row in frame.iterrows()}
    local = frame["name_zh"].fillna("").astype(str)
    labels = {code: _label(names[code], local[code]) for code in names}
    return Units(frame, names, {**labels, DISTRICT_ROW: district_name(district)})


def district_name(district: District) -> str:
    """The district's name in the spoken language, or else in the first language that it has one in."""
    return next(district.names[language] for language in _languages() if language in district.names)


def place_names(table: pd.DataFrame, key: str) -> dict[str, str]:
    """Display name of each place by its id: in the spoken language, or else the first name that it has."""
    return {row[key]: _first_name(row) for _, row in table.iterrows()}


def _first_name(row: pd.Series) -> str:
    return str(next(row[f"name_{language}"] for language in _languages() if pd.notna(row[f"name_{language}"])))


def _languages() -> tuple[str, ...]:
    """The spoken language first, then the others."""
    return tuple(dict.fromkeys((spoken(), *LANGUAGES)))


def _label(name: str, local: str) -> str:
    """Where names are English, the local name stands beside them: on signs and in registers only that one is found."""
    return f"{name} {local}" if spoken() == "en" and local not in ("", name) else name
