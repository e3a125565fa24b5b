"""Tables and figure on whether a finding depends on the choices behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from jingan_analysis.figures.figure import Figure
from jingan_analysis.figures.intervals import interval_dots
from jingan_analysis.language import tr
from jingan_analysis.studies import robustness as numbers
from jingan_analysis.studies.equity_page import equity_settings
from jingan_analysis.studies.robustness import ALL, RobustnessQuestion
from jingan_analysis.studies.settings_table import settings_table
from jingan_analysis.tables import robustness as layout
from jingan_analysis.tables.claims import Claim, Statement, sentence_case, state
from jingan_analysis.tables.formatting import format_value, listed
from jingan_analysis.tables.settings import share_setting

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.table import Table

MOST_NAMED = 4


def robustness_tables(question: RobustnessQuestion, supply: Text) -> list[Table]:
    """Ranks under every choice, and which choice matters; empty where there is nothing to rank.

    Parameters
    ----------
    supply
        What is in reach, such as ``Meals in reach``.
    """
    ranks, drivers = numbers.by_subdistrict(question), numbers.choices(question)
    if ranks is None or drivers is None:
        return []
    settings = settings_table(equity_settings(question.params))
    return [layout.robustness(ranks, supply, question.units.labels, settings), layout.choices(drivers)]


def robustness_figure(
    question: RobustnessQuestion, tables: Mapping[str, Table], supply: Text, how: Text
) -> Figure | None:
    """Ranks of sub-districts over all choices; None in a report on one sub-district."""
    if "robustness" not in tables or question.params.unit is not None:
        return None
    frame = tables["robustness"].frame.dropna(subset=["rank_median"]).sort_values("rank_median", kind="stable")
    rows = frame[["rank_median", "rank_p05", "rank_p95"]].set_axis(["value", "lower", "upper"], axis=1)
    rows.index = pd.Index([question.units.names[str(code)] for code in frame.index])
    title = _title(question, tables)
    return Figure(
        "robustness",
        title,
        sentence_case(
            state(
                "{supply}: rank of each sub-district, 1 = least; median and middle nine tenths over all combinations of method, "
                "time limit, decay, walking speed and denominator; {how}",
                tables,
                words={"supply": supply, "how": how},
            )
        ),
        title,
        interval_dots(
            name="robustness",
            rows=rows,
            x_title=tr("Rank, 1 = least in reach"),
            value_format=lambda value: format_value(value, "setting", 0),
        ),
        "robustness",
        (tr("The bars show how far choices of method move a rank; they are no confidence intervals."),),
    )


def _title(question: RobustnessQuestion, tables: Mapping[str, Table]) -> Statement:
    frame, names = tables["robustness"].frame, question.units.names
    bound = {"choices": Claim("choices", ALL, "options"), "line": share_setting("low_access_share")}
    always = [names[str(code)] for code in frame.index[frame["verdict"] == "always"]]
    if always:
        return state(
            "Underserved however one measures, below {line} of the mean under all {choices} choices: {places}",
            tables,
            words={"places": listed(always[:MOST_NAMED], and_others=len(always) > MOST_NAMED)},
            **bound,
        )
    often = str(frame["underserved_share"].idxmax())
    if not tables["robustness"].number(often, "underserved_share") > 0:
        return state(
            "No sub-district falls below {line} of the mean under any of {choices} choices", tables, words={}, **bound
        )
    return state(
        "No sub-district falls below {line} of the mean under all {choices} choices; {place} does under {part} of them",
        tables,
        words={"place": names[often]},
        part=Claim("robustness", often, "underserved_share"),
        **bound,
    )
