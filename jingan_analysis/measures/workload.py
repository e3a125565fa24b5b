"""Cases a full-time worker: how heavy the load is, how unequally it lies, and who bears more than the norm."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.gini import gini
from jingan_analysis.measures.quantity import quantity


@dataclass(frozen=True)
class Workload:
    """Load of each worker and of all.

    Attributes
    ----------
    cases, full_time
        Cases and full-time equivalent of each worker, shape (n,).
    load
        Cases a full-time equivalent, shape (n,); NaN, not applicable, where a worker has no working time.
    mean
        All cases of workers with working time over all of it.
    median, largest
        Of the loads of workers with working time.
    max_over_median
        Largest load over the median; NaN where the median is 0.
    gini
        Gini coefficient of the load, workers weighted by their working time; NaN where there are no cases.
    norm
        Most cases a full-time equivalent should have; None if none was given.
    over_norm
        Workers above the norm; None without one.
    excess_cases
        Cases above the norm, all workers together; None without one.
    cases_without_worker
        Cases of workers who have no working time; they are in no load.
    """

    cases: NDArray[np.float64]
    full_time: NDArray[np.float64]
    load: NDArray[np.float64]
    mean: float
    median: float
    largest: float
    max_over_median: float
    gini: float
    norm: float | None
    over_norm: int | None
    excess_cases: float | None
    cases_without_worker: float

    def to_frame(self) -> pd.DataFrame:
        """One row a worker: ``cases``, ``full_time`` and ``load``."""
        return pd.DataFrame({"cases": self.cases, "full_time": self.full_time, "load": self.load})


def workload(cases: ArrayLike, full_time: ArrayLike, *, norm: float | None = None) -> Workload:
    r"""Cases a full-time equivalent and how they are spread.

    .. math:: \ell_i = \frac{c_i}{f_i}, \qquad \bar\ell = \frac{\sum_i c_i}{\sum_i f_i}

    Where
        c_i   cases of worker i; f_i full-time equivalent, 0.5 for half a post.

    Dividing by heads instead would call a half post with half the cases idle.

    Parameters
    ----------
    cases
        Cases of each worker, shape (n,).
    full_time
        Full-time equivalent of each worker, shape (n,).
    norm
        Most cases a full-time equivalent should have, above 0.

    Raises
    ------
    InvalidParameter
        If an amount is negative, infinite or NaN, the shapes differ, nobody has working time, or the norm is not above
        0.
    """
    number = quantity("cases", cases)
    time = quantity("full_time", full_time, length=len(number))
    if norm is not None and not (math.isfinite(norm) and norm > 0):
        raise InvalidParameter(f"norm={norm!r} must be above 0: cases a full-time equivalent")
    works = time > 0
    if not works.any():
        raise InvalidParameter("full_time: nobody has working time, so there is no load")
    load = np.full(len(number), np.nan)
    np.divide(number, time, out=load, where=works)
    known = load[works]
    median, largest = float(np.median(known)), float(known.max())
    # A load that is at the norm but for rounding is not above it.
    above = np.maximum(number - (norm or 0.0) * time, 0.0)
    above[above <= 1e-9 * np.maximum(number, 1.0)] = 0.0
    return Workload(
        cases=number,
        full_time=time,
        load=load,
        mean=float(number[works].sum() / time.sum()),
        median=median,
        largest=largest,
        max_over_median=largest / median if median > 0 else float("nan"),
        gini=float(gini(known, time[works])),
        norm=norm,
        over_norm=None if norm is None else int((above[works] > 0).sum()),
        excess_cases=None if norm is None else float(above[works].sum()),
        cases_without_worker=float(number[~works].sum()),
    )
