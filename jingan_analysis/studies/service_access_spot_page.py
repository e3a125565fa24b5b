"""What the page says and shows of what opening a spot changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.figures.effects import event_study
from jingan_analysis.figures.figure import Figure
from jingan_analysis.language import mark, tr
from jingan_analysis.models.staggered_effects import FEWEST_PRE_PERIODS
from jingan_analysis.studies.service_access_spot_effect import BOTH, NEARBY, PLACEBOS, WINDOW
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.formatting import format_value, listed
from jingan_analysis.tables.service_access_spot_effect import (
    BASIS,
    CHOICES,
    EFFECT,
    LEDGER,
    MOVED,
    ONLY_ROW,
    TIMES,
    outcome_names,
)
from jingan_analysis.tables.shown import all_shown, cell

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_spot_effect import SpotEffect
    from jingan_analysis.studies.service_access_tables import Tables

NOT_TRUSTED = 0.05
"""With a smaller p value before the opening, committees had been moving apart already."""

HEADLINE: Final = {
    "less": mark(
        "Where a spot opens in {place}, the residents of its committee make fewer cases at windows: {effect} a month for each thousand "
        "residents ({lower} to {upper}), {percent} of what there would have been."
    ),
    "more": mark(
        "Where a spot opens in {place}, the residents of its committee make more cases at windows: {effect} a month for each thousand "
        "residents ({lower} to {upper}), {percent} of what there would have been."
    ),
    "unclear": mark(
        "What a spot in {place} changes at windows could be chance: {effect} cases a month for each thousand residents of its committee "
        "({lower} to {upper}), {percent} of what there would have been."
    ),
}
TITLES: Final = {
    (WINDOW, "less"): mark("After a spot opens, residents make fewer cases at windows: {effect} a month for each thousand ({lower} to {upper})"),
    (WINDOW, "more"): mark("After a spot opens, residents make more cases at windows: {effect} a month for each thousand ({lower} to {upper})"),
    (WINDOW, "unclear"): mark("What a spot changes at windows could be chance: {effect} a month for each thousand residents ({lower} to {upper})"),
    (NEARBY, "less"): mark("After a spot opens, residents make fewer cases at spots: {effect} a month for each thousand ({lower} to {upper})"),
    (NEARBY, "more"): mark("After a spot opens, residents make more cases at spots: {effect} a month for each thousand ({lower} to {upper})"),
    (NEARBY, "unclear"): mark("What a spot changes at spots could be chance: {effect} a month for each thousand residents ({lower} to {upper})"),
}  # fmt: skip
AXES: Final = {
    WINDOW: mark("Cases at windows a month for each thousand residents"),
    NEARBY: mark("Cases at spots a month for each thousand residents"),
}
REFUSAL_WORDS: Final = {
    "too_few_months": mark("What opening a spot changes is not estimated: cases by where people live go back for too few months."),
    "too_few_spots_opened": mark("What opening a spot changes is not estimated: too few committees got their spot within the records, late enough to see them before and after."),
    "too_few_to_compare_with": mark("What opening a spot changes is not estimated: too few committees never had a spot, so that hardly anybody is left to compare with."),
}  # fmt: skip
NET: Final = {
    "more": mark(
        "In the committees whose spot opened within the records this comes to {window} cases a year at windows and {nearby} at spots: {net} net "
        "({lower} to {upper}), so that spots also brought new cases."
    ),
    "less": mark(
        "In the committees whose spot opened within the records this comes to {window} cases a year at windows and {nearby} at spots: {net} net "
        "({lower} to {upper}), so that fewer cases are made in all."
    ),
    "unclear": mark(
        "In the committees whose spot opened within the records this comes to {window} cases a year at windows and {nearby} at spots: {net} net "
        "({lower} to {upper}), which could be chance: cases moved, and that any are new is not shown."
    ),
}


def _direction(tables: Tables, outcome: str) -> str:
    lower, upper = (cell(tables, EFFECT, outcome, end) for end in ("lower", "upper"))
    return "more" if lower > 0 else "less" if upper < 0 else "unclear"


def _effect_claims(outcome: str) -> dict[str, Claim]:
    return {name: Claim(EFFECT, outcome, name) for name in ("effect", "lower", "upper")}


def spot_headline(tables: Tables, place: str) -> Statement | None:
    """What a spot changes at windows; None where it is not estimated.

    Parameters
    ----------
    place
        The whole district, whichever part of it the report speaks of.
    """
    claims = {**_effect_claims(WINDOW), "percent": Claim(EFFECT, WINDOW, "percent", decimals=0)}
    if not all_shown(tables, claims):
        return None
    return state(HEADLINE[_direction(tables, WINDOW)], tables, words={"place": place}, **claims)


def spot_figures(tables: Tables, inputs: Inputs, day: str) -> list[Figure | None]:
    """The effect at windows and at spots by periods since the opening."""
    return [_figure(tables, inputs, day, outcome) for outcome in (WINDOW, NEARBY)]


def _figure(tables: Tables, inputs: Inputs, day: str, outcome: str) -> Figure | None:
    claims = _effect_claims(outcome)
    if TIMES not in tables or not all_shown(tables, claims):
        return None
    name = f"spot-effect-{outcome}"
    ends = {f"{outcome}_{end}": shown for end, shown in (("effect", "value"), ("lower", "lower"), ("upper", "upper"))}
    frame = tables[TIMES].frame[list(ends)].rename(columns=ends)
    return Figure(
        name,
        state(TITLES[outcome, _direction(tables, outcome)], tables, words={}, **claims),
        state(
            "Difference from the last period before the opening, against committees without a spot so far, {place}; periods of {months} months "
            "up to {day}; lines: intervals that hold at once",
            tables,
            words={"place": inputs.units.labels[DISTRICT_ROW], "day": day},
            months=Claim(BASIS, ONLY_ROW, "months"),
        ),
        state(
            "Dots by periods since the opening, before it around zero if committees moved alike. The mean of those from the opening on is "
            "{effect} ({lower} to {upper}).",
            tables, words={}, **claims,
        ),
        event_study(
            name=name,
            frame=frame,
            x_title=tr("Periods since the opening"),
            y_title=tr(AXES[outcome]),
            value_format=_tenths,
            adoption_label=tr("spot opens"),
            before_label=tr("Before the opening"),
            after_label=tr("With a spot"),
        ),
        TIMES,
        (tr("Hollow: the last period before, from which the others are measured."),),
    )  # fmt: skip


def _tenths(value: float) -> str:
    return format_value(value, "number", 1)


def spot_notes(tables: Tables, found: SpotEffect | None, row: str) -> list[Statement]:
    """Caveats of the effect of spots, or why there is none."""
    if found is None:
        return []
    if found.refusal is not None:
        return [state(REFUSAL_WORDS[found.refusal], tables)]
    notes = [
        state(
            "What opening a spot changes is told by {opened} committees whose spot opened within the records, beside {never} that never had one. Left out "
            "are {left_out} whose spot opened before the records or too soon after they begin, or was closed again, or where nobody is known to live.",
            tables, words={}, **{name: Claim(BASIS, ONLY_ROW, name) for name in ("opened", "never", "left_out")},
        )
    ]  # fmt: skip
    if row != DISTRICT_ROW:
        notes.append(state("It is estimated for the whole district: one sub-district has too few committees.", tables))
    return [*notes, *_ledger(tables), *_trust(tables, found), *_choices(tables)]


def _ledger(tables: Tables) -> list[Statement]:
    claims = {
        "window": Claim(LEDGER, WINDOW, "year_effect"),
        "nearby": Claim(LEDGER, NEARBY, "year_effect"),
        "net": Claim(LEDGER, BOTH, "year_effect"),
        "lower": Claim(LEDGER, BOTH, "year_lower"),
        "upper": Claim(LEDGER, BOTH, "year_upper"),
    }
    finding = NET[_direction(tables, BOTH)]
    notes = [state(finding, tables, words={}, **claims)] if all_shown(tables, claims) else []
    if MOVED in tables:
        moved = {name: Claim(MOVED, ONLY_ROW, name) for name in ("share", "lower", "upper", "new")}
        notes.append(
            state(
                "Of the cases gained at spots {share} ({lower} to {upper}) came from windows; {new} would not have been made, or would have been made "
                "in another way.",
                tables, words={}, **moved,
            )
        )  # fmt: skip
    return notes


def _trust(tables: Tables, found: SpotEffect) -> list[Statement]:
    """How far the effect is to be trusted: before the openings, and where a spot should change nothing."""
    names = outcome_names()
    before = {"before": Claim(EFFECT, WINDOW, "before_p_value", decimals=2)}
    apart = cell(tables, EFFECT, WINDOW, "before_p_value") < NOT_TRUSTED
    finding = (
        mark("The effect of spots at windows is not to be trusted: committees had been moving apart before the openings, by more than chance explains (p {before}).")
        if apart
        else mark("That committees would have moved alike without a spot cannot be known. Before the openings their cases at windows did not move apart by more than chance explains (p {before}).")
    )  # fmt: skip
    moved = [names[name] for name in PLACEBOS if _direction(tables, name) != "unclear"]
    quiet = (
        state("Channels that a spot has nothing to do with stay quiet: machines, online and home visits do not change by more than chance explains where a spot opens.", tables)
        if not moved
        else state("Where a spot opens, {names} change by more than chance explains, though a spot should not change them: the committees may differ in more than their spots.", tables, words={"names": listed(moved)})
    )  # fmt: skip
    notes = [state(finding, tables, words={}, **before), quiet]
    assert found.panel is not None
    if found.panel.periods_before < FEWEST_PRE_PERIODS:
        notes.append(
            state(
                "Only {number} periods lie before the first opening compared: whether the committees moved alike can hardly be seen there.",
                tables,
                number=Claim(BASIS, ONLY_ROW, "before"),
            )
        )
    if found.panel.open_share < 1.0:
        notes.append(
            state(
                "The period in which a spot opens counts as one with a spot. It was open for {share} of the months that count, so the effect looks "
                "smaller by about as much, and never larger.",
                tables,
                share=Claim(BASIS, ONLY_ROW, "open_share", decimals=0),
            )
        )  # fmt: skip
    return notes


def _choices(tables: Tables) -> list[Statement]:
    claims = {name: Claim(CHOICES, name, "effect") for name in ("main", "never", "alike", "proportional")}
    if not all_shown(tables, claims):
        return []
    return [
        state(
            "The effect at windows is {main} of what there would have been as estimated, {never} against committees that never had a spot only, {alike} if all "
            "committees weigh alike, and {proportional} if cases would have moved in proportion and not by as much.",
            tables, words={}, **claims,
        )
    ]  # fmt: skip
