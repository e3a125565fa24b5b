"""How the effect of stations and the change of grade are told."""

from __future__ import annotations

from typing import Final

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.result import Section

GROUP_TIME: Final = (
    r"$$ATT(g, t) = \left(\bar y_{g,t} - \bar y_{g,g-1}\right) - \left(\bar y_{0,t} - \bar y_{0,g-1}\right)$$"
)
GROUP_TIME_WHERE: Final = mark(
    "Where $\\bar y_{g,t}$ is the mean share in period $t$ of the sub-districts whose station opened in period $g$, $\\bar y_{0,t}$ that of "
    "those that never had one, each weighted by its cases, and $ATT$ the effect on that group in that period."
)  # fmt: skip
PERMUTATION: Final = (
    r"$$p = \frac{1}{N} \sum_a \left[\frac{|T_a|}{s_a} \ge \frac{|T|}{s}\right], \qquad "
    r"s_a^2 = \sum_{i,t} c_{a,it}^2 \left(\sigma^2 + \frac{\bar p\,(1-\bar p)}{n_{it}}\right)$$"
)
PERMUTATION_WHERE: Final = mark(
    "Where $T$ is the mean effect from the opening on, weighted by cases, $T_a$ what it would be if the dates were given to the sub-districts in "
    "another way $a$, of $N$ ways, $s_a$ its standard error, $c_{a,it}$ what the share of sub-district $i$ in period $t$ is multiplied by "
    "in it, $n_{it}$ the number of cases, $\\bar p$ the share of all cases, and $\\sigma$ the spread of shares beyond that of their cases."
)  # fmt: skip
NET_SHARE: Final = (
    r"$$\tilde p_1 - \tilde p_2 \pm z \sqrt{\frac{\tilde p_1 + \tilde p_2 - (\tilde p_1 - \tilde p_2)^2}{n + 2}}, \qquad "
    r"\tilde p_k = \frac{n_k + 1}{n + 2}$$"
)
NET_SHARE_WHERE: Final = mark(
    "Where $n_1$ of the $n$ households of a group came to a lower grade and $n_2$ to a higher one, and $z$ is the normal quantile of the "
    "confidence level."
)
DIFFERENCE: Final = (
    r"$$D = \sum_g \frac{m_g}{m} (d_{1g} - d_{0g}), \qquad D - \sqrt{\sum_g \frac{m_g^2}{m^2} "
    r"\left((d_{1g} - l_{1g})^2 + (u_{0g} - d_{0g})^2\right)}$$"
)
DIFFERENCE_WHERE: Final = mark(
    "Where $m_g$ of the $m$ households served had first grade $g$, $d_{1g}$ and $d_{0g}$ are the net shares of those served and not served, with intervals from "
    "$l$ to $u$, and $D$ is the difference with the same first grades; the second expression is its lower bound, and the upper one mirrors it."
)  # fmt: skip


def station_method() -> Section:
    """How the effect of stations is estimated."""
    return Section(
        tr("What a station changes"),
        (
            tr(
                "Time is cut into whole periods, counted back from the last day to the first case on record. The outcome is the share of the "
                "cases opened in a period that the service found itself, by sub-district of the household. Each sub-district weighs by its "
                "cases over all periods: shares of few cases swing, and a weight that stays the same cannot pass for a change."
            ),
            tr(
                "Sub-districts whose station opened within the records are compared with themselves in the last period before, and with those "
                "that never had one (Callaway and Sant'Anna). No sub-district is compared with one that already has a station, as a regression "
                "on fixed effects would do. Sub-districts whose station opened earlier carry no information on the change. It rests on "
                "parallel trends: without the station, the sub-district would have moved like the others."
            ),
            GROUP_TIME,
            tr(GROUP_TIME_WHERE),
            tr(
                "The period in which a station opens counts as the first one with it, though it was open for part of it only. Were it taken as "
                "the last one without, its effect would be in what all later periods are measured from. So the effect can look smaller than it "
                "is and never larger."
            ),
            tr(
                "With so few sub-districts no formula says how far chance goes; where each date has one sub-district, there is no spread to "
                "estimate a standard error from. So the dates of opening are given to the sub-districts in all other ways, or in a sample of "
                "them. The p value is the share of ways with an effect as far from zero, each over its own standard error, the real one among "
                "them; the interval holds every effect whose removal is not rejected."
            ),
            PERMUTATION,
            tr(PERMUTATION_WHERE),
        ),
    )  # fmt: skip


def grade_method() -> Section:
    """How changes of grade are told."""
    return Section(
        tr("Grades after a service"),
        (
            tr(
                "Households assessed on two days at least are followed from the first to the last assessment. Two groups are compared: those "
                "first served in between, long enough before the last assessment, and those not served before it. Households served shortly "
                "before it, or before they were first assessed, are in neither and counted as left out."
            ),
            tr(
                "The net share is the share that came to a lower grade less the share that came to a higher one. The sign test asks whether both "
                "are as likely, McNemar's test the same of coming down from high grade and rising to it."
            ),
            NET_SHARE,
            tr(NET_SHARE_WHERE),
            tr(
                "Households of high grade are served sooner, and they can only come down or stay. So the groups are compared once more within "
                "each first grade, averaged as the served have those grades. What nobody recorded may still differ between them."
            ),
            DIFFERENCE,
            tr(DIFFERENCE_WHERE),
        ),
    )  # fmt: skip
