"""How the shift of channels is measured, for the report."""

from __future__ import annotations

from typing import Final

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.result import Section

INDEX: Final = (
    r"$$S = \tfrac{1}{2} \sum_k |q_k - p_k| = \max_{s \in \{-1,\,1\}^K} \tfrac{1}{2} \sum_k s_k\,(q_k - p_k)$$"
)
INDEX_WHERE: Final = mark(
    "Where $p_k$ and $q_k$ are the shares of channel $k$ of $K$ in the first and in the last span, and $S$ is the shift index: the share of "
    "cases that went another way."
)

LOGIT: Final = (
    r"$$\log \frac{\pi_{tk}}{\pi_{t1}} = x_t^\top \beta_k, \qquad "
    r"\phi = \frac{1}{f} \sum_{t,k} \frac{(y_{tk} - n_t\,\pi_{tk})^2}{n_t\,\pi_{tk}}$$"
)
LOGIT_WHERE: Final = mark(
    "Where $\\pi_{tk}$ is the share of channel $k$ in month $t$, $y_{tk}$ of its $n_t$ cases are made there, $x_t$ holds trend and season, "
    "$\\beta_k$ what they do to the log odds against the first channel, $f$ the degrees of freedom, and $\\phi$ how many times the variance "
    "is that of independent cases."
)

PACE: Final = r"$$\frac{1}{T} \sum_t \pi_{tk} \left(d_{tk} - \sum_j \pi_{tj}\,d_{tj}\right), \qquad d_{tk} = \dot x_t^\top \beta_k$$"
PACE_WHERE: Final = mark(
    "Where $\\dot x_t$ is what the trend changes by in a year, the season standing still, and $T$ the number of months: the mean change of "
    "a share in a year, which adds up to zero over the channels."
)

PARTS: Final = (
    r"$$q_k - p_k = \sum_g \frac{v_g + w_g}{2}\,(q_{gk} - p_{gk}) + \sum_g \frac{p_{gk} + q_{gk}}{2}\,(w_g - v_g)$$"
)
PARTS_WHERE: Final = mark(
    "Where $p_{gk}$ and $q_{gk}$ are the shares within group $g$, and $v_g$ and $w_g$ the group's share of all cases, in the first and in the "
    "last span: first what changed within groups, then what their mix did."
)


def shift_method() -> Section:
    """How the shift of channels is measured."""
    return Section(
        tr("How channels shift"),
        (
            tr(
                "Cases are counted by where people live, wherever they are handled. The first and the last twelve months of the records are "
                "compared, or fewer where the records hold less than two years, so that both spans hold the same months of the year."
            ),
            INDEX,
            tr(INDEX_WHERE),
            tr(
                "Chance alone makes an index above zero. Its interval holds every sum of changes over signs at once, so that it reaches down to "
                "zero where nothing changed."
            ),
            tr(
                "Between the spans a multinomial logit (baseline-category logit) is fitted to the months: a trend and, from two years of "
                "records on, a level for each month of the year, and bends of the trend every nine months. Months differ more than independent cases would; the "
                "variances are widened by Pearson's statistic over its degrees of freedom, wherever it is above one."
            ),
            LOGIT,
            tr(LOGIT_WHERE),
            PACE,
            tr(PACE_WHERE),
            tr(
                "Intervals of the changes of all channels hold at once: they reach as many standard errors as the largest of so many estimates with "
                "this covariance needs (sup-t band)."
            ),
            PARTS,
            tr(PARTS_WHERE),
        ),
    )
