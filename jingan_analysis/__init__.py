"""Who do a district's civil-affairs services reach, who do they miss, what should be done next.

>>> import jingan_analysis as ja
>>> district = ja.load_district("data/districts/demo")  # doctest: +SKIP
>>> result = ja.run_study("canteen_reach", district, walk_speed_mps=0.8)  # doctest: +SKIP
>>> result.headline, result.tables["by_subdistrict"], result.figures["map"]  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jingan_analysis.district import District, load_district
    from jingan_analysis.reporting import provenance
    from jingan_analysis.studies import StudyResult, load_study, run_study, study_names

__version__ = "0.1.0"

_HOMES = {
    "District": "jingan_analysis.district",
    "StudyResult": "jingan_analysis.studies",
    "load_district": "jingan_analysis.district",
    "load_study": "jingan_analysis.studies",
    "provenance": "jingan_analysis.reporting",
    "run_study": "jingan_analysis.studies",
    "study_names": "jingan_analysis.studies",
}

__all__ = [
    "District",
    "StudyResult",
    "__version__",
    "load_district",
    "load_study",
    "provenance",
    "run_study",
    "study_names",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    # Loaded when first used: the command line answers --help without waiting for geopandas.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
