"""How changes of grade are compared, for the report."""

from __future__ import annotations

from typing import Final

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.result import Section

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
