"""Concordance: how often, of two spells, the one with the higher predicted hazard has its event first."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.models.durations import Spells


def concordance(spells: Spells, stratum: NDArray[np.int64], predictor: NDArray[np.float64]) -> float:
    """Harrell's C of a predictor of the hazard.

    A pair of one stratum counts if one spell had its event while the other was watched and went on, or was censored
    on that same day; two events on the same day do not count. Equal predictors count one half.

    Parameters
    ----------
    spells
        Checked spells.
    stratum
        Stratum of each spell, shape (n,).
    predictor
        Higher means earlier, shape (n,).

    Returns
    -------
    float
        From 0 to 1; 0.5 says that the predictor tells nothing; NaN where no pair counts.

    Notes
    -----
    Harrell, F. E., Lee, K. L. and Mark, D. B. (1996), Multivariable prognostic models, *Statistics in Medicine* 15(4).
    """
    # Equal covariates must give equal predictors, whatever the order in which they were summed.
    _, rank = np.unique(np.round(predictor, 10), return_inverse=True)
    before, pairs = 0.0, 0
    for code in np.unique(stratum):
        own = stratum == code
        day, entry, ranks = spells.duration[own], spells.entry[own], rank[own]
        # Censored on the day of an event is later than the event: half a step stands for it.
        order = np.unique(day, return_inverse=True)[1] + np.where(spells.cause[own] == 1, 0.0, 0.5)
        for event in np.flatnonzero(spells.cause[own] == 1):
            others = ranks[(order > order[event]) & (entry < day[event])]
            pairs += len(others)
            before += float(np.sum(others < ranks[event])) + 0.5 * float(np.sum(others == ranks[event]))
    return before / pairs if pairs else float("nan")
