"""In which unit the couples live whose marriages are registered in the demonstration district."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.marriage_days import marriage_settings
from jingan_analysis.demo.marriage_effects import MarriageEffects
from jingan_analysis.demo.units import load_units


def homes(scopes: pd.Series, effects: MarriageEffects, seed: int) -> NDArray[np.str_]:
    """Code of the unit in which each couple lives, empty for elsewhere or not noted; shape (n_couples,)."""
    declared = marriage_settings()["residence"]
    random = stream("marriage residence", seed)
    units = load_units()
    codes, usual = np.array([unit.code for unit in units]), np.array([unit.committees for unit in units], dtype=float)
    there = np.where(codes == declared["inter_province_unit"], usual * effects.inter_province_there, usual)
    here = random.random(len(scopes)) < scopes.map(declared["here"]).to_numpy(dtype=float)
    drawn = random.random(len(scopes))
    places = np.where(
        (scopes == "inter_province").to_numpy(),
        np.searchsorted(there.cumsum() / there.sum(), drawn, side="right"),
        np.searchsorted(usual.cumsum() / usual.sum(), drawn, side="right"),
    )
    return np.where(here, codes[places], "")
