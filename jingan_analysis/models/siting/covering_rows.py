"""Demands that each group has a chosen site near, as rows: few of them, because one often implies others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from jingan_analysis.models.siting.alike import alike
from jingan_analysis.models.siting.rules import SiteRules

Mask = NDArray[np.bool_]

_MOST_PRODUCTS = 50_000_000
"""Products of a comparison of all rows with each other; beyond as many the solver's own presolve has to do."""


@dataclass(frozen=True)
class CoveringRows:
    """What is left to demand beside the sites that are kept.

    Attributes
    ----------
    rows
        Sites that may still be chosen for each demand, 1 each, shape (d, s).
    hopeless
        Groups that no site may cover, shape (g,); no demand stands for them.
    """

    rows: csr_array
    hopeless: Mask


def covering_rows(near: csr_array, rules: SiteRules, wanted: Mask) -> CoveringRows:
    """One demand for each kind of group that is not served by a kept site, without those that another one implies.

    Parameters
    ----------
    near
        Which groups are near which sites, shape (g, s).
    wanted
        Groups that are to be covered, shape (g,).
    """
    kept = near @ rules.kept.astype(np.int32) > 0
    may = near @ (~rules.barred).astype(np.int32) > 0
    asked = np.flatnonzero(wanted & ~kept & may)
    open_sites = csr_array(near[asked] * rules.free.astype(np.int32)[None, :])
    open_sites.eliminate_zeros()
    kinds = csr_array(open_sites[alike(open_sites)[0]]) if len(asked) else open_sites
    return CoveringRows(_without_implied(kinds).astype(np.float64), wanted & ~kept & ~may)


def _without_implied(rows: csr_array) -> csr_array:
    """Leave out a row all of whose sites but some are another row's: whoever serves that one serves it, too."""
    columns = np.diff(rows.tocsc().indptr).astype(np.float64)
    if float(columns @ columns) > _MOST_PRODUCTS:
        return rows
    length = np.diff(rows.indptr)
    shared = csr_array(rows @ rows.T).tocoo()
    within = (shared.data == length[shared.row]) & (shared.row != shared.col)
    implied = np.zeros(rows.shape[0], dtype=np.bool_)
    implied[shared.col[within]] = True
    return csr_array(rows[np.flatnonzero(~implied)])
