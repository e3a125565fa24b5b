"""What was verified, what a reader must keep in mind, and how the numbers were made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.errors import LedgerDoesNotClose
from jingan_analysis.language import tr
from jingan_analysis.studies import access_method, formulas
from jingan_analysis.studies.edge_page import edge_notes
from jingan_analysis.studies.published_figures import published_checks
from jingan_analysis.studies.result import Check, Checks, Section
from jingan_analysis.studies.service_access_headline import opened_next
from jingan_analysis.studies.service_access_over_time import over_time_checks, over_time_method, over_time_notes
from jingan_analysis.studies.service_access_reach import limit_name
from jingan_analysis.studies.service_access_results_page import results_notes
from jingan_analysis.studies.service_access_simulation import FARTHEST_ERRORS
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.studies.supply_ledger import ledger_checks
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.settings import setting
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_over_time import OverTime
    from jingan_analysis.studies.service_access_tables import Tables


def checks(exact: Tables, tables: Tables, inputs: Inputs, params: Params) -> Checks:
    """Everything that was verified while the study ran.

    Parameters
    ----------
    exact, tables
        The tables as counted, and as they may be shown.

    Raises
    ------
    LedgerDoesNotClose
        If people or cases do not add up.
    """
    found = [_people_add_up(exact, tables, inputs), _longer_walks(exact, tables, params)]
    found += ledger_checks(exact, tables, tr("nearby spots"))
    if "channels" in tables:
        found += [_cases_agree(exact, tables, inputs), _cases_have_points(exact, tables)]
    if "offers_not_listed" in tables["exclusions"].frame.index:
        found.append(_offers_on_list(tables))
    if "centre_windows_simulated" in tables:
        found += _formula_holds(exact, tables)
    found += over_time_checks(exact, tables)
    return Checks((*found, *published_checks(tables)))


def notes(tables: Tables, inputs: Inputs, params: Params, later: OverTime | None = None) -> tuple[Statement, ...]:
    """Caveats and counted exclusions."""
    found = [_exclusions_note(tables), *edge_notes(inputs.shortfall, tables, tr("nearby spots")), _hours_note(tables)]
    if "committees" in tables:
        found.append(_committee_note(tables, inputs))
    if "matters_by_group" in tables:
        found.append(_matters_note(tables))
    else:
        found.append(state("What can be done at each point is not in the data, so that section is left out.", tables))
    if "channels" in tables:
        found += _case_notes(tables)
    else:
        found.append(
            state("No case is recorded for the period, so use, channels and idle points are left out.", tables)
        )
    if "home_visits" not in tables:
        found.append(state("Home-visit lists are not in the data, so that section is left out.", tables))
    if inputs.walking.modelled:
        found.append(
            state(
                "Walks are modelled: straight lines times {detour}; no walking network is in the data.",
                tables,
                detour=setting("detour_factor"),
            )
        )
    if "opening_steps" in tables:
        found += _opening_notes(tables)
    if "centre_windows" in tables:
        found += _window_notes(tables)
    if "case_results" in tables:
        found += results_notes(tables)
    found += over_time_notes(tables, later, inputs.row)
    found.append(_conventions_note(tables))
    return tuple(found)


def method(inputs: Inputs, params: Params) -> tuple[Section, ...]:
    """How the numbers were made, in words."""
    people = tr("registered people") if params.basis == "registered" else tr("residents")
    return (
        Section(
            tr("Who is near a point"),
            (
                tr(
                    "Distances are {walking}, from each place where people live to every service point in "
                    "service on the last day of the period, with the legs off the network counted at both ends. Minutes "
                    "are distance over walking speed; a walk of exactly the limit counts as within.",
                    walking=inputs.walking.label,
                ),
                formulas.WITHIN_REACH,
                tr(formulas.WITHIN_REACH_WHERE),
                tr(
                    "A share is the number of {people} at places within the limit, over all {people} whose place is "
                    "joined to the street network. People of unknown reach are counted, not guessed.",
                    people=people,
                ),
                tr(
                    "Intervals are Wilson intervals on an effective number of people. Neighbours share their walk, so a "
                    "compound of a thousand people is nearer to one observation than to a thousand: the variance of the "
                    "ratio over places gives the number of independent people that would be as informative."
                ),
                formulas.WILSON,
                tr(formulas.WILSON_WHERE),
                *formulas.EFFECTIVE_SIZE,
                tr(formulas.EFFECTIVE_SIZE_WHERE),
            ),
        ),
        Section(
            tr("What can really be done"),
            (
                tr(
                    "A matter can be done near home if some point within the access threshold is recorded as handling it. "
                    "The list of matters by channel says what is promised; the record of each point says what is kept."
                ),
                tr(
                    "A case drawn at random is done near home with the probability: sum over matters of the matter's share "
                    "of all cases in the district, times the share of residents who reach a point that handles it."
                ),
                formulas.CASE_AT_RANDOM,
                tr(formulas.CASE_AT_RANDOM_WHERE),
                tr(
                    "A kind of point for which no point has any record is taken from the list, and said so; a single point "
                    "without a record among others that have one counts as offering nothing."
                ),
            ),
        ),
        Section(
            tr("What to open next"),
            (
                tr(
                    "A pair is a matter opened at a spot that does not handle it yet, for matters that the list opens to "
                    "nearby spots. For each number of pairs those are chosen that bring the most cases near home: near is "
                    "the shorter walk, and whoever has the matter near at any point already gains nothing."
                ),
                formulas.BEST_PAIRS,
                tr(formulas.BEST_PAIRS_WHERE),
                tr(
                    "Maximal covering (Church and ReVelle) over all matters at once, as an integer program. Pairs that the "
                    "linear relaxation rules out beside the greedy choice are left out, so that the answer is proven best."
                ),
            ),
        ),
        Section(
            tr("When points are open"),
            (
                tr(
                    "Opening hours are read hour by hour for an ordinary week. A point is open in an hour if it is open "
                    "for the whole of it. A resident has an open point if one within the access threshold is open."
                ),
                tr(
                    "A matter can be done in an hour if a point near home that handles it is open then; points and matters are taken "
                    "together, so that an open machine counts only for what it can do. By night a point must be open from the first to "
                    "the last hour of every night."
                ),
            ),
        ),
        Section(
            tr("How points are used"),
            (
                tr(
                    "Load is cases over the months in service for which any case was recorded in the district. Within each "
                    "kind of point the median of the used points is the yardstick for nearly idle and overloaded; a point "
                    "without any case is listed by name."
                ),
                tr(
                    "A committee is covered if a spot stands on its premises. Shares of committees, points, cases and "
                    "people on lists have plain Wilson intervals."
                ),
                tr("Cases and person-times are kept apart: one case may take several visits."),
            ),
        ),
        Section(
            tr("Waits at windows"),
            (
                tr(
                    "Visits come by chance at a steady rate within the hour, wait in one line for the windows of their centre, and "
                    "take an exponential time there (Erlang C). What one visit takes and how much busier a busy hour is are "
                    "assumptions of the parameters, not records."
                ),
                formulas.ERLANG_C,
                tr(formulas.ERLANG_C_WHERE),
                tr(
                    "The formula takes a busy hour for one that lasts until waits have settled. Two simulations hold it to account, at the "
                    "windows that it asks for: one of exactly that, and one of days that begin empty and have a single busy hour."
                ),
            ),
        ),
        Section(
            tr("How cases end"),
            (
                tr(
                    "Shares of finished cases with Wilson intervals. Windows of sub-districts are compared in a funnel: limits "
                    "around the district's share say how far chance alone would carry a window with so many cases, and wider "
                    "ones allow for the usual differences between them."
                ),
                formulas.FUNNEL,
                tr(formulas.FUNNEL_WHERE),
            ),
        ),
        *over_time_method(),
        *access_method.worded_sections(
            access_method.WALKERS,
            access_method.EQUITY,
            access_method.UNCERTAINTY,
            access_method.ROBUSTNESS,
            access_method.WHY_HERE,
        ),
        small_counts(),
    )


def _people_add_up(exact: Tables, tables: Tables, inputs: Inputs) -> Check:
    frame = exact["by_subdistrict"].frame
    everybody = inputs.residents.persons()[inputs.residents.inside].sum()
    parts = frame.loc[inputs.units.codes, ["persons", "unlocated"]].to_numpy().sum()
    total = frame.loc[DISTRICT_ROW, ["persons", "unlocated"]].sum()
    if not np.allclose([parts, total], everybody, rtol=1e-9):
        raise LedgerDoesNotClose(
            f"residents do not add up: {everybody:g} in the population table, {parts:g} over sub-districts, "
            f"{total:g} in the district's row"
        )
    return Check(
        tr("Everybody is counted once"),
        passed=True,
        detail=state(
            "Located residents ({persons}) and residents not located ({unlocated}) add up to the population table, "
            "over sub-districts as in the whole district.",
            tables,
            persons=Claim("by_subdistrict", DISTRICT_ROW, "persons"),
            unlocated=Claim("by_subdistrict", DISTRICT_ROW, "unlocated"),
        ),
    )


def _longer_walks(exact: Tables, tables: Tables, params: Params) -> Check:
    columns = [f"within_{limit_name(minutes)}_share" for minutes in params.limits_minutes]
    shares = exact["by_subdistrict"].frame[columns].dropna().to_numpy()
    grows = bool((np.diff(shares, axis=1) >= 0).all())
    return Check(tr("Longer walks reach more people"), passed=grows, detail=_grown(exact, tables, columns, grows=grows))


def _grown(exact: Tables, tables: Tables, columns: list[str], *, grows: bool) -> Statement:
    if not np.isfinite(exact["by_subdistrict"].number(DISTRICT_ROW, columns[0])):
        return state("Nobody lives in the district, so there was nothing to compare.", tables)
    first, last = (Claim("by_subdistrict", DISTRICT_ROW, column) for column in (columns[0], columns[-1]))
    if not grows:
        return state(
            "The share near a spot goes from {first} to {last}, but it falls somewhere: the walks are wrong.",
            tables,
            first=first,
            last=last,
        )
    return state(
        "From the shortest to the longest walk the share near a spot goes from {first} to {last}; it falls nowhere.",
        tables,
        first=first,
        last=last,
    )


def _cases_agree(exact: Tables, tables: Tables, inputs: Inputs) -> Check:
    by_channel = exact["channels"].frame.loc["all", ["cases", "person_times"]]
    by_unit = exact["channels_by_subdistrict"].frame.loc[inputs.row, ["cases", "person_times"]]
    if not np.array_equal(by_channel.to_numpy(dtype=float), by_unit.to_numpy(dtype=float)):
        raise LedgerDoesNotClose("cases by channel and cases by sub-district do not add up to the same total")
    return Check(
        tr("Cases add up"),
        passed=True,
        detail=state(
            "By channel and by sub-district there are {cases} cases and {person_times} person-times.",
            tables,
            cases=Claim("channels", "all", "cases"),
            person_times=Claim("channels", "all", "person_times"),
        ),
    )


def _cases_have_points(exact: Tables, tables: Tables) -> Check:
    stray = exact["exclusions"].frame.at["cases_at_closed_points", "count"]
    return Check(
        tr("Cases are at points in service"),
        passed=bool(stray == 0),
        detail=state(
            "{stray} cases are recorded at points that were not in service in the period; {elsewhere} belong to no "
            "point, such as home visits.",
            tables,
            stray=Claim("exclusions", "cases_at_closed_points", "count"),
            elsewhere=Claim("exclusions", "cases_without_point", "count"),
        ),
    )


def _formula_holds(exact: Tables, tables: Tables) -> list[Check]:
    """Waits by formula against a simulation, at the centre where they differ most."""
    apart = exact["centre_windows_simulated"].frame["errors_apart"].dropna()
    if apart.empty:
        return []
    claims = {
        name: Claim("centre_windows_simulated", str(apart.idxmax()), name)
        for name in ("errors_apart", "formula", "long_run")
    }
    if not all_shown(tables, claims):
        return []
    return [
        Check(
            tr("Waits by formula and by simulation agree"),
            passed=bool(apart.max() <= FARTHEST_ERRORS),
            detail=state(
                "Where they differ most, the formula says {formula} minutes and the simulation {long_run}, {errors_apart} standard "
                "errors apart.",
                tables, words={}, **claims,
            ),
        )
    ]  # fmt: skip


def _offers_on_list(tables: Tables) -> Check:
    beyond = tables["exclusions"].frame.at["offers_not_listed", "count"]
    return Check(
        tr("Points handle what the list opens to them"),
        passed=bool(beyond == 0),
        detail=state(
            "{beyond} pairs of point and matter are recorded although the list does not open the matter to that kind "
            "of point.",
            tables,
            beyond=Claim("exclusions", "offers_not_listed", "count"),
        ),
    )


def _exclusions_note(tables: Tables) -> Statement:
    return state(
        "Counted exclusions: {unlocated} residents are not joined to a street; {outside} people of the demand points "
        "live outside the district; {closed} points are not in service on the last day and {lost} points are not "
        "joined to a street.",
        tables,
        unlocated=Claim("exclusions", "residents_not_located", "count"),
        outside=Claim("exclusions", "people_outside", "count"),
        closed=Claim("exclusions", "points_not_in_service", "count"),
        lost=Claim("exclusions", "points_not_located", "count"),
    )


def _hours_note(tables: Tables) -> Statement:
    if tables["exclusions"].number("points_without_hours", "count") == 0:
        return state("All points in service state their opening hours.", tables)
    return state(
        "{unknown} points state no opening hours; they count as closed, so the shares by hour are lower bounds.",
        tables,
        unknown=Claim("exclusions", "points_without_hours", "count"),
    )


def _committee_note(tables: Tables, inputs: Inputs) -> Statement:
    row = inputs.row
    return state(
        "{spots} spots over {committees} committees is not the coverage of committees: {with_spot} committees have a "
        "spot on their premises, {second} spots are second ones, and {elsewhere} stand in other places.",
        tables,
        spots=Claim("committees", row, "spots"),
        committees=Claim("committees", row, "committees"),
        with_spot=Claim("committees", row, "with_spot"),
        second=Claim("committees", row, "spots_beyond_first"),
        elsewhere=Claim("committees", row, "spots_elsewhere"),
    )


def _matters_note(tables: Tables) -> Statement:
    counts = tables["exclusions"].frame["count"]
    if counts["points_without_matters"] == 0 and counts["points_taken_from_list"] == 0:
        return state("For all points in service it is recorded which matters they really handle.", tables)
    return state(
        "{silent} points have no record of what they handle and count as offering nothing; {assumed} points are taken "
        "from the list because nothing is recorded for their kind.",
        tables,
        silent=Claim("exclusions", "points_without_matters", "count"),
        assumed=Claim("exclusions", "points_taken_from_list", "count"),
    )


def _case_notes(tables: Tables) -> list[Statement]:
    return [
        state(
            "Cases and person-times are levels of the period, not rates: no starting point is known to compare with, "
            "and one case takes {per_case} person-times on average.",
            tables,
            per_case=Claim("channels", "all", "per_case", decimals=3),
        ),
        state(
            "{outside} cases belong to other months; {months} months of the period have no case recorded anywhere.",
            tables,
            outside=Claim("exclusions", "cases_outside_period", "count"),
            months=Claim("exclusions", "months_without_cases", "count"),
        ),
    ]


def _window_notes(tables: Tables) -> list[Statement]:
    claims = {name: Claim("centre_windows", DISTRICT_ROW, name) for name in ("needed", "windows")}
    if not all_shown(tables, claims):
        return []
    return [
        state(
            "For the visits counted here {needed} of the {windows} windows of the centres would do in busy hours; how much "
            "else comes to them is not in the data.",
            tables, words={}, **claims,
        )
    ]  # fmt: skip


def _opening_notes(tables: Tables) -> list[Statement]:
    steps = {name: Claim("opening_steps", row, "share") for name, row in (("now", "now"), ("then", "all"))}
    near = {**steps, "minutes": setting("near_minutes")}
    opened = opened_next(tables)
    found = [
        state(
            "If every spot handled every matter that the list allows, {then} of cases could be done within {minutes} "
            "minutes, against {now}; what is missing beyond that are spots, not matters.",
            tables, words={}, **near,
        ),
    ] if all_shown(tables, near) else []  # fmt: skip
    if opened:
        found.append(
            state(
                "The {opened} pairs of spot and matter to open first bring {gain} percentage points; no other choice of "
                "as many brings more. Room, devices and staff of a spot are not in the data.",
                tables, words={}, **opened,
            )
        )  # fmt: skip
    return found


def _conventions_note(tables: Tables) -> Statement:
    return state(
        "Conventions of this project, not norms: near means {minutes} minutes, the last metres mean {metres} metres, "
        "overloaded means from {over} times the median of the same kind, nearly idle up to {idle} times.",
        tables,
        minutes=setting("near_minutes"),
        metres=setting("last_distance_m"),
        over=setting("overloaded_ratio_to_median"),
        idle=setting("idle_ratio_to_median"),
    )
