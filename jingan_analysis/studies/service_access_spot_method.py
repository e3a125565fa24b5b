"""How the effect of opening a spot is estimated, for the report."""

from __future__ import annotations

from typing import Final

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.result import Section

GROUP_TIME: Final = (
    r"$$ATT(g, t) = \left(\bar y_{g,t} - \bar y_{g,g-1}\right) - \left(\bar y_{C,t} - \bar y_{C,g-1}\right)$$"
)
GROUP_TIME_WHERE: Final = mark(
    "Where $\\bar y_{g,t}$ is the mean rate in period $t$ of the committees whose spot opened in period $g$, $\\bar y_{C,t}$ that of those that "
    "have none until after $t$, each weighted by its residents, and $ATT$ the effect on that group in that period."
)

MEAN: Final = (
    r"$$\theta = \frac{\sum_{g,\,t \ge g} w_g\, ATT(g, t)}{\sum_{g,\,t \ge g} w_g}, \qquad "
    r"\operatorname{var}(\hat\theta) = \sum_i \psi_i^2$$"
)
MEAN_WHERE: Final = mark(
    "Where $w_g$ are the residents of group $g$, and $\\psi_i$ is the influence of committee $i$ on the mean effect $\\theta$."
)


def spot_method() -> Section:
    """How the effect of spots is estimated."""
    return Section(
        tr("What opening a spot changes"),
        (
            tr(
                "Time is cut into whole periods, counted back from the last month. The outcome is the number of cases of a committee's "
                "residents in a channel, a month, for each thousand residents. A spot belongs to the committee on whose premises it stands; "
                "the first one counts."
            ),
            tr(
                "Committees whose spot opened within the records are compared with themselves in the last period before, and with those that have no "
                "spot so far (Callaway and Sant'Anna). What changes everywhere, such as online cases, is in both and drops out. It rests on "
                "parallel trends: without the spot, the committee's cases would have moved by as much as those of the others."
            ),
            GROUP_TIME,
            tr(GROUP_TIME_WHERE),
            MEAN,
            tr(MEAN_WHERE),
            tr(
                "Each committee is a cluster of its own. Intervals of the effects by periods since the opening hold at once, and so does the test that "
                "committees did not move apart before it: by the largest difference over its standard error."
            ),
            tr(
                "What windows lose and spots gain is told apart: cases that moved, and cases that are new. Machines, online and home visits are "
                "estimated in the same way to test the comparison, for a spot should not change them."
            ),
            tr(
                "Committees whose spot opened before the third period or was closed again carry no information on the change and are left out. "
                "With fewer than ten committees on either side nothing is estimated. Spots in other places, and what a spot does to neighbouring committees, are in no effect; where "
                "neighbours use it too, the effect looks smaller than it is."
            ),
        ),
    )  # fmt: skip
