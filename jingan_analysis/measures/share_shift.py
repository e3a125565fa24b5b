"""How far shares moved between two spans of time, and how much of it is a change of the mix of groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ShareDecomposition:
    """Change of shares, in two parts that add up to it.

    Attributes
    ----------
    change
        Later less earlier share of each kind in all groups together, shape (k,).
    within
        Part that comes from shares that changed within the groups, shape (k,).
    mix
        Part that comes from groups that grew or shrank, shape (k,).
    by_group
        What each group adds to ``within``, shape (n_groups, k).
    """

    change: Floats
    within: Floats
    mix: Floats
    by_group: Floats


def shift_index(before: ArrayLike, after: ArrayLike) -> float:
    r"""Share of cases that would have to be of another kind for the earlier shares to be as the later ones.

    .. math::

        S = \frac{1}{2} \sum_k |q_k - p_k|

    Where
        p, q   shares of kind k earlier and later.

    It is 0 if no share changed and 1 if all cases are of kinds that had none: the index of dissimilarity, taken over
    time.

    Parameters
    ----------
    before, after
        Cases by kind, shape (k,).

    Raises
    ------
    InvalidParameter
        If the shapes differ, a count is negative, or a span has no case.

    Notes
    -----
    Duncan, O. D. and Duncan, B. (1955), A methodological analysis of segregation indexes, *American Sociological
    Review* 20(2).
    """
    earlier, later = _counts(before, after)
    return float(np.abs(later / later.sum() - earlier / earlier.sum()).sum() / 2.0)


def decompose_shift(before: ArrayLike, after: ArrayLike) -> ShareDecomposition:
    r"""Part a change of shares into what happened within groups and what their mix did.

    .. math::

        q_k - p_k = \sum_g \frac{v_g + w_g}{2} (q_{gk} - p_{gk}) + \sum_g \frac{p_{gk} + q_{gk}}{2} (w_g - v_g)

    Where
        p, q   shares of kind k earlier and later, in all or in group g;
        v, w   the group's share of all cases earlier and later.

    A group without cases in one of the spans has no shares there; those of the other span stand for them, so that all
    it does is mix.

    Parameters
    ----------
    before, after
        Cases by group and kind, shape (n_groups, k).

    Raises
    ------
    InvalidParameter
        If the shapes differ, a count is negative, or a span has no case.

    Notes
    -----
    Kitagawa, E. M. (1955), Components of a difference between two rates, *Journal of the American Statistical
    Association* 50(272).
    """
    earlier, later = _counts(before, after)
    if earlier.ndim != 2:
        raise InvalidParameter(f"before has shape {earlier.shape}; give one row a group and one column a kind")
    first, last = earlier.sum(axis=1), later.sum(axis=1)
    seen = (first + last) > 0
    earlier, later, first, last = earlier[seen], later[seen], first[seen], last[seen]
    weight, new_weight = first / first.sum(), last / last.sum()
    share = np.where(first[:, None] > 0, earlier, later) / np.where(first > 0, first, last)[:, None]
    new_share = np.where(last[:, None] > 0, later, earlier) / np.where(last > 0, last, first)[:, None]
    within = (weight + new_weight)[:, None] / 2.0 * (new_share - share)
    mix = (share + new_share) / 2.0 * (new_weight - weight)[:, None]
    by_group = np.zeros((len(seen), earlier.shape[1]))
    by_group[seen] = within
    change = later.sum(axis=0) / last.sum() - earlier.sum(axis=0) / first.sum()
    return ShareDecomposition(change, within.sum(axis=0), mix.sum(axis=0), by_group)


def _counts(before: ArrayLike, after: ArrayLike) -> tuple[Floats, Floats]:
    earlier, later = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if earlier.shape != later.shape:
        raise InvalidParameter(f"before has shape {earlier.shape} and after {later.shape}; they must be alike")
    for name, cases in (("before", earlier), ("after", later)):
        if not np.isfinite(cases).all() or (cases < 0).any() or not cases.sum() > 0:
            raise InvalidParameter(f"{name}: counts must be known and not negative, and one case at least is needed")
    return earlier, later
