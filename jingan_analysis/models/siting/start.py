"""The door that a choice to begin from passes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.siting.rules import SiteRules

Mask = NDArray[np.bool_]


def starting_choice(start: Mask | None, rules: SiteRules) -> Mask | None:
    """The choice to begin from; None where there is none, or the rules do not allow it.

    Raises
    ------
    InvalidParameter
        If it is not true or false for each of the rules' sites.
    """
    if start is None:
        return None
    given = np.asarray(start)
    if given.dtype != np.bool_ or given.shape != (rules.sites,):
        raise InvalidParameter(
            f"start has the shape {given.shape} and the type {given.dtype}; give true or false for each of "
            f"{rules.sites} sites, such as the chosen ones of an earlier answer"
        )
    return given if rules.allows(given) else None
