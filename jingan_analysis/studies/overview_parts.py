"""What studies offer to the overview, found by the names of their modules: there is no list of them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from jingan_analysis.studies.study import load_study, study_names

if TYPE_CHECKING:
    from types import ModuleType

    from jingan_analysis.district import District
    from jingan_analysis.studies.overview import Params
    from jingan_analysis.studies.parameters import StudyParams

Part = Literal["published", "indicators"]
_GIVES = {"published": "held", "indicators": "measured"}
"""What a module of each kind must have."""
_SHARED = ("period", "basis", "confidence", "minimum_cell", "seed")
"""Parameters that the overview hands on to every study; all others are the study's own defaults."""


def parts_of_studies(part: Part) -> dict[str, ModuleType]:
    """Modules ``<study>_published`` or ``<study>_indicators``, by study."""
    names = {study: f"jingan_analysis.studies.{study}_{part}" for study in study_names()}
    modules = {study: import_module(name) for study, name in names.items() if find_spec(name) is not None}
    return {study: module for study, module in modules.items() if hasattr(module, _GIVES[part])}


def parameters_for(study: str, district: District, params: Params, *, unit: str | None) -> StudyParams:
    """Parameters of a study as its own report on the same place and period would have them."""
    shared = {name: getattr(params, name) for name in _SHARED}
    return load_study(study).parameters(district, {**shared, "unit": unit})
