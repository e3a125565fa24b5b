"""Change of a grade before and after on the same households: who moved, which way, and more than by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter
from jingan_analysis.measures.quantity import confidence_level

Untestable = Literal["no_change", "few_changes"]

FEWEST_CHANGES = 10
"""With fewer households that changed, the chi-squared distribution is no guide."""


@dataclass(frozen=True)
class PairedChange:
    """Grades of the same households at two times; k grades, from the least to the most difficulty.

    Attributes
    ----------
    grades
        The grades, k of them.
    table
        Households by grade before (rows) and after (columns), shape (k, k).
    households, unknown
        Households with both grades, and households left out because one is missing.
    improved, same, worsened
        Households with a lower, the same and a higher grade after.
    net_share, lower, upper
        Share improved less share worsened, from -1 to 1, and its interval.
    sign_p_value
        Exact two-sided test that improving and worsening are as likely; 1 where nobody changed.
    marginal_chi2, marginal_freedom, marginal_p_value
        Stuart and Maxwell's test that the grades are distributed alike before and after; NaN with ``reason``.
    reason
        Why that test was left out: nobody changed, or too few did.
    cut
        Grade from which on a household counts as high.
    high_before, high_after
        High households before and after.
    became_high, no_longer_high
        Households that crossed the cut upwards and downwards.
    mcnemar_z
        (became high - no longer high) over the root of their sum; NaN where nobody crossed.
    mcnemar_p_value
        McNemar's exact two-sided test that crossing is as likely both ways; 1 where nobody crossed.
    confidence
        Confidence level of the interval.
    """

    grades: tuple[str, ...]
    table: NDArray[np.int64]
    households: int
    unknown: int
    improved: int
    same: int
    worsened: int
    net_share: float
    lower: float
    upper: float
    sign_p_value: float
    marginal_chi2: float
    marginal_freedom: int
    marginal_p_value: float
    reason: Untestable | None
    cut: str
    high_before: int
    high_after: int
    became_high: int
    no_longer_high: int
    mcnemar_z: float
    mcnemar_p_value: float
    confidence: float

    def to_frame(self) -> pd.DataFrame:
        """The transition table: one row a grade before, one column a grade after."""
        return pd.DataFrame(
            self.table, index=pd.Index(self.grades, name="before"), columns=pd.Index(self.grades, name="after")
        )


def paired_change(
    before: ArrayLike,
    after: ArrayLike,
    *,
    grades: Sequence[str],
    cut: str,
    fewest_households: int = 20,
    confidence: float = 0.95,
) -> PairedChange:
    r"""Compare grades before and after, household by household.

    .. math::

        \chi^2 = d^\top V^{-1} d, \quad d_i = n_{i+} - n_{+i}, \quad V_{ii} = n_{i+} + n_{+i} - 2 n_{ii}, \quad
        V_{ij} = -(n_{ij} + n_{ji})

    .. math::

        \tilde p_1 - \tilde p_2 \pm z \sqrt{\frac{\tilde p_1 + \tilde p_2 - (\tilde p_1 - \tilde p_2)^2}{n + 2}}, \qquad
        \tilde p_1 = \frac{n_1 + 1}{n + 2}, \quad \tilde p_2 = \frac{n_2 + 1}{n + 2}

    Where
        n_ij       households with grade i before and j after; the last grade that anybody has is left out of d;
        n_1, n_2   households improved and worsened, of n.

    It describes change, not what caused it. Households that are chosen because they stand high come down in part by
    chance, without any service: regression to the mean is not removed. Compare with households that were not served.

    Parameters
    ----------
    before, after
        Grade of each household at either time, shape (n,); None or NaN where it is not known.
    grades
        All grades, from the least to the most difficulty.
    cut
        Grade from which on a household counts as high; not the first.
    fewest_households
        With fewer households that have both grades the comparison is refused.
    confidence
        Confidence level.

    Raises
    ------
    InvalidParameter
        If the shapes differ, a grade is not among those named, the cut is not, or there are too few households.

    Notes
    -----
    Stuart, A. (1955), *Biometrika* 42(3/4); Maxwell, A. E. (1970), *British Journal of Psychiatry* 116; McNemar, Q.
    (1947), *Psychometrika* 12(2); Bonett, D. G. and Price, R. M. (2012), *Journal of Educational and Behavioral
    Statistics* 37(4), for the interval, recommended by Fagerland, M. W., Lydersen, S. and Laake, P. (2014), *Statistics
    in Medicine* 33(16).
    """
    level = confidence_level(confidence)
    names = tuple(grades)
    if len(set(names)) < len(names) or len(names) < 2:
        raise InvalidParameter("grades must name at least two different grades, from the least to the most difficulty")
    if cut not in names[1:]:
        raise InvalidParameter(f"cut={cut!r} must be one of {', '.join(names[1:])}: with the first grade all are high")
    first, second = _codes("before", before, names), _codes("after", after, names)
    if len(first) != len(second):
        raise InvalidParameter(f"after has {len(second)} grades and before {len(first)}; give both for each household")
    known = (first >= 0) & (second >= 0)
    if known.sum() < max(fewest_households, 1):
        raise InvalidParameter(
            f"before and after: both are known of {int(known.sum())} of {len(known)} households; "
            f"at least {fewest_households} are needed to tell a change from chance"
        )
    table = np.zeros((len(names), len(names)), dtype=np.int64)
    np.add.at(table, (first[known], second[known]), 1)
    return _compared(table, int((~known).sum()), names, (cut, level))


def _codes(name: str, given: ArrayLike, grades: tuple[str, ...]) -> NDArray[np.int64]:
    """Number of each grade from 0; -1 where it is not known."""
    labels = np.asarray(given, dtype=object)
    if labels.ndim != 1:
        raise InvalidParameter(f"{name} has shape {labels.shape}; give one grade a household, shape (n,)")
    code = {grade: number for number, grade in enumerate(grades)}
    missing = pd.isna(labels)
    foreign = np.array([not gap and label not in code for label, gap in zip(labels, missing, strict=True)], dtype=bool)
    if foreign.any():
        raise InvalidParameter(
            f"{name}: {int(foreign.sum())} of {len(labels)} are not among the grades {', '.join(map(str, grades))}, "
            f"the first at position {int(np.argmax(foreign))}"
        )
    return np.array([-1 if gap else code[label] for label, gap in zip(labels, missing, strict=True)], dtype=np.int64)


def _compared(
    table: NDArray[np.int64], unknown: int, grades: tuple[str, ...], asked: tuple[str, float]
) -> PairedChange:
    cut, level = asked
    households = int(table.sum())
    improved, worsened = int(np.tril(table, -1).sum()), int(np.triu(table, 1).sum())
    lower, upper = _net_interval(improved, worsened, households, level)
    chi2, freedom, p_value, reason = _stuart_maxwell(table)
    at = grades.index(cut)
    up, down = int(table[:at, at:].sum()), int(table[at:, :at].sum())
    return PairedChange(
        grades=grades,
        table=table,
        households=households,
        unknown=unknown,
        improved=improved,
        same=households - improved - worsened,
        worsened=worsened,
        net_share=(improved - worsened) / households,
        lower=lower,
        upper=upper,
        sign_p_value=_even_chances(improved, worsened),
        marginal_chi2=chi2,
        marginal_freedom=freedom,
        marginal_p_value=p_value,
        reason=reason,
        cut=cut,
        high_before=int(table[at:].sum()),
        high_after=int(table[:, at:].sum()),
        became_high=up,
        no_longer_high=down,
        mcnemar_z=(up - down) / float(np.sqrt(up + down)) if up + down else float("nan"),
        mcnemar_p_value=_even_chances(up, down),
        confidence=level,
    )


def _even_chances(first: int, second: int) -> float:
    """Exact two-sided binomial test that both are as likely."""
    from scipy.stats import binomtest

    return float(binomtest(first, first + second, 0.5).pvalue) if first + second else 1.0


def _net_interval(improved: int, worsened: int, households: int, level: float) -> tuple[float, float]:
    from scipy.stats import norm

    up, down = (improved + 1) / (households + 2), (worsened + 1) / (households + 2)
    error = float(np.sqrt((up + down - (up - down) ** 2) / (households + 2)))
    half = float(norm.isf((1.0 - level) / 2.0)) * error
    return max(up - down - half, -1.0), min(up - down + half, 1.0)


def _stuart_maxwell(table: NDArray[np.int64]) -> tuple[float, int, float, Untestable | None]:
    from scipy.stats import chi2

    counts = table.astype(np.float64)
    moved = counts - np.diag(np.diag(counts))
    changes = float(moved.sum())
    if changes < FEWEST_CHANGES:
        return float("nan"), 0, float("nan"), "few_changes" if changes else "no_change"
    difference = moved.sum(axis=1) - moved.sum(axis=0)
    variance = np.diag(moved.sum(axis=1) + moved.sum(axis=0)) - moved - moved.T
    # Grades that nobody moves to or from, or moves within two separate sets of grades, leave fewer free differences.
    freedom = int(np.linalg.matrix_rank(variance, hermitian=True))
    statistic = float(difference @ np.linalg.pinv(variance, hermitian=True) @ difference)
    return statistic, freedom, float(chi2.sf(statistic, freedom)), None
