"""How the effect of a station is estimated, for the report."""

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
