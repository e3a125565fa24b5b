"""The units and the published marginals that the demonstration district must reproduce."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Unit:
    """One sub-district or town.

    Attributes
    ----------
    code
        Official 12-digit code.
    km2
        Stated area in square kilometres.
    committees
        Stated number of committees, ``villagers_committees`` of them villagers'.
    centroid
        Longitude and latitude, WGS 84 degrees.
    older, relief, reach
        Declared relative weights, 1 being the district: share of people aged 60 and over,
        households in difficulty a resident, chance that relief knows such a household.
    """

    code: str
    kind: str
    zh: str
    ja: str
    en: str
    km2: float
    committees: int
    villagers_committees: int
    centroid: tuple[float, float]
    older: float
    relief: float
    reach: float


@dataclass(frozen=True)
class AgeBand:
    """One age band of the census; ``to_years`` is None where the band has no upper end."""

    from_years: int
    to_years: int | None
    persons: int


@dataclass(frozen=True)
class Census:
    """People of the whole district and the declared rules beside them.

    Attributes
    ----------
    total
        Residents of all ages.
    bands
        Residents aged 60 and over, by five years.
    registered_under_60, registered_60_plus
        Registered people for each resident of that age.
    outside_residents
        Residents placed around the district.
    """

    total: int
    bands: tuple[AgeBand, ...]
    registered_under_60: float
    registered_60_plus: float
    outside_residents: int

    @property
    def all_bands(self) -> tuple[AgeBand, ...]:
        """All bands, the one below 60 first."""
        under_60 = self.total - sum(band.persons for band in self.bands)
        return (AgeBand(0, 59, under_60), *self.bands)


def read_data(name: str) -> dict[str, Any]:
    """Read one TOML file that stands beside this module."""
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def load_units() -> tuple[Unit, ...]:
    """Load the units in order of their code."""
    rows = read_data("units.toml")["units"]
    units = (Unit(**{**row, "centroid": (row["centroid"][0], row["centroid"][1])}) for row in rows)
    return tuple(sorted(units, key=lambda unit: unit.code))


def load_census() -> Census:
    """Load the census marginals and the declared rules."""
    data = read_data("census.toml")
    bands = tuple(AgeBand(row["from"], row.get("to"), row["persons"]) for row in data["resident"]["bands"])
    return Census(
        total=data["resident"]["total"],
        bands=bands,
        registered_under_60=data["registered"]["factor_under_60"],
        registered_60_plus=data["registered"]["factor_60_plus"],
        outside_residents=data["outside"]["residents"],
    )
