"""The door that every table of who is near which site passes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.models.siting.rules import SiteRules


def near_pairs(near: ArrayLike | csr_array, rules: SiteRules) -> csr_array:
    """Which groups are near which sites, 1 for each pair, shape (g, s).

    Raises
    ------
    InvalidParameter
        If it does not hold true or false for each group and each of the rules' sites.
    """
    given = near if isinstance(near, csr_array) else np.asarray(near)
    if given.dtype != np.bool_:
        raise InvalidParameter(f"near has the type {given.dtype}; give true or false, such as travel_minutes <= 15")
    if given.ndim != 2 or given.shape[1] != rules.sites:
        raise InvalidParameter(
            f"near has the shape {given.shape}; give (groups, {rules.sites}), as the rules have sites"
        )
    matrix = csr_array(given, dtype=np.int32)
    matrix.eliminate_zeros()
    matrix.sum_duplicates()
    return matrix
