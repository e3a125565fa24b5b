"""Checks, notes and method of the study on marriages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from jingan_analysis.language import mark, tr
from jingan_analysis.studies import formulas
from jingan_analysis.studies import marriage_registration_words as wording
from jingan_analysis.studies.marriage_registration_records import CAME, HOME_SCOPES
from jingan_analysis.studies.marriage_registration_unit import unit_notes
from jingan_analysis.studies.result import Check, Checks, Section, Statements
from jingan_analysis.studies.small_counts import small_counts
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.settings import setting, share_setting
from jingan_analysis.tables.shown import all_shown, shown

if TYPE_CHECKING:
    from jingan_analysis.studies.marriage_registration import Situation
    from jingan_analysis.tables.table import Table

    Tables = Mapping[str, Table]

EXCLUDED = {
    "applied_after": mark("Left out: applications made after the last day ({count})."),
    "city_before": mark("Left out: city-wide registrations dated before that opening ({count})."),
    "inter_province_before": mark("Left out: inter-provincial registrations dated before that opening ({count})."),
    "foreign_related_before": mark("Left out: foreign-related registrations dated before that opening ({count})."),
    "foreign_not_marriage": mark("Left out: foreign-related divorces and certificates, which the pilot does not cover ({count})."),
    "inter_province_reissue": mark("Left out: inter-provincial certificates issued again, which the trial does not cover ({count})."),
    "done_after": mark("Taken as open: registrations dated after the last day ({count})."),
    "done_on_closed_day": mark("Counted in months and not in kinds of day: registrations dated on a day without slots ({count})."),
    "days_after": mark("Left out: days with slots after the last day ({count})."),
    "elsewhere_after": mark("Left out: months elsewhere after the last one ({count})."),
    "elsewhere_incomplete": mark("Left out: months in which not every place elsewhere is known ({count})."),
}  # fmt: skip
REFUSED = {
    "too_few_before": mark("{opening} opening: no change is estimated, since fewer than {months} months stand before it; {since} marriages were registered under it."),
    "too_few_after": mark("{opening} opening: no change is estimated, since there are fewer than {months} months from it on; {since} marriages were registered under it so far."),
    "too_thin": mark("{opening} opening: no change is estimated, since fewer than {least} marriages a month on the average are too thin a series; {since} marriages were registered under it."),
    "not_estimated": mark("{opening} opening: no change is estimated, for the model with {months} months or more on each side has no solution; {since} marriages were registered under it."),
}  # fmt: skip
_FINDINGS: tuple[tuple[str, dict[str, Claim]], ...] = (
    (
        mark("In the months of the city’s published share, {city}%, city-wide marriages were {share} of all here (between {low} and {high}): the share of one office says who comes, not who goes elsewhere."),
        {
            "city": setting("benchmark_percent"),
            "share": Claim("stages", "compared", "cross_share"),
            "low": Claim("stages", "compared", "cross_lower"),
            "high": Claim("stages", "compared", "cross_upper"),
        },
    ),
    (
        mark("A couple from elsewhere in the city is at the window for {city} minutes (median), a foreign-related one for {foreign}; documents are short in {city_short} and {foreign_short} of the visits."),
        {
            "city": Claim("visits", "city", "median"),
            "foreign": Claim("visits", "foreign_related", "median"),
            "city_short": Claim("visits", "city", "short_share"),
            "foreign_short": Claim("visits", "foreign_related", "short_share"),
        },
    ),
    (
        mark("{day}: {full} of {days} such days on record were full; some {wished} couples would wish one now (between {low} and {high}), and {served} of them would get it with {slots} slots."),
        {
            "full": Claim("peak_demand", "may_20", "full"),
            "days": Claim("peak_demand", "may_20", "days"),
            "wished": Claim("peak_demand", "may_20", "wished"),
            "low": Claim("peak_demand", "may_20", "wished_lower"),
            "high": Claim("peak_demand", "may_20", "wished_upper"),
            "served": Claim("peak_demand", "may_20", "served_share"),
            "slots": Claim("peak_demand", "may_20", "slots"),
        },
    ),
    (
        mark("On an ordinary weekday {long} of the couples wait longer than {minutes} minutes for one of {windows} windows; at most {limit} should."),
        {
            "long": Claim("windows", "weekday", "long_share"),
            "minutes": setting("wait_minutes"),
            "windows": Claim("windows", "weekday", "windows"),
            "limit": share_setting("long_wait_share"),
        },
    ),
    (
        mark("A couple from another province saves {minutes} minutes by the assumptions (between {low} and {high}), one from elsewhere in the city {city} (between {city_low} and {city_high})."),
        {
            "minutes": Claim("travel_saved", "inter_province", "minutes"),
            "low": Claim("travel_saved", "inter_province", "minutes_lower"),
            "high": Claim("travel_saved", "inter_province", "minutes_upper"),
            "city": Claim("travel_saved", "city", "minutes"),
            "city_low": Claim("travel_saved", "city", "minutes_lower"),
            "city_high": Claim("travel_saved", "city", "minutes_upper"),
        },
    ),
)  # fmt: skip


def checks(situation: Situation, exact: Tables, tables: Tables) -> Checks:
    """What was verified on the tables as counted; it is told with the numbers that may be shown."""
    found = [_scopes_add_up(situation, exact, tables), _months_add_up(situation, exact, tables)]
    if "residence" in exact:
        found.append(_homes_add_up(situation, exact, tables))
    if situation.series.linear:
        found.append(_moved_closes(exact, tables))
    if "slots" in exact:
        found += [_slots_close(exact, tables), _slots_are_registrations(situation, tables)]
    return Checks(tuple(check for check in found if check is not None))


def _scopes_add_up(situation: Situation, exact: Tables, tables: Tables) -> Check:
    frame = exact["scopes"].frame["marriages"]
    whole = frame.drop("total").sum() == frame.loc["total"]
    if "stages" in exact:
        staged = exact["stages"].frame
        whole = whole and bool((staged[list(situation.own.scopes)].sum(axis=1) == staged["marriages"]).all())
    return Check(
        tr("every marriage has one scope"),
        bool(whole),
        state("Marriages by scope make all marriages, in the period and in every time between openings.", tables),
    )


def _months_add_up(situation: Situation, exact: Tables, tables: Tables) -> Check | None:
    if "by_month" not in exact:
        return None
    days = situation.own.marriages["done_on"].dt.strftime("%Y-%m")
    closed = int((~days.isin(exact["by_month"].frame.index)).sum())
    whole = exact["by_month"].frame["here"].sum() + closed == len(days)
    return Check(
        tr("months make all marriages"),
        bool(whole),
        state("Marriages by month, with those of months without an open day, make all marriages.", tables),
    )


def _homes_add_up(situation: Situation, exact: Tables, tables: Tables) -> Check:
    counts = exact["residence"].frame[["marriages", *HOME_SCOPES]]
    whole = bool((counts.drop("total").sum() == counts.loc["total"]).all())
    here = situation.params.unit or "total"
    scopes = exact["scopes"].frame["marriages"]
    same = all(counts.loc[here, scope] == scopes.loc[scope] for scope in ("city", "inter_province"))
    return Check(
        tr("every couple lives somewhere"),
        whole and same,
        state("Marriages by sub-district, with those of couples who live elsewhere or of whom it is not noted, make all marriages at the office.", tables),
    )  # fmt: skip


def _moved_closes(exact: Tables, tables: Tables) -> Check:
    frame = exact["moved_created"].frame
    rest = (frame["here"] + frame["elsewhere"] - frame["both"]).abs().max()
    return Check(
        tr("moved and new make the change"),
        bool(rest < 1e-6 * np.maximum(frame["both"].abs().max(), 1.0)),
        state("At every opening the changes here and elsewhere make the change together.", tables),
    )


def _slots_close(exact: Tables, tables: Tables) -> Check:
    frame = exact["slots"].frame
    whole = (frame["shown"] + frame["missing"] == frame["booked"]).all() and (
        frame["booked"] <= frame["capacity"]
    ).all()
    return Check(
        tr("nobody is lost between booking and coming"),
        bool(whole),
        state("Couples who came and who did not make the booked slots, on every day of the week.", tables),
    )


def _slots_are_registrations(situation: Situation, tables: Tables) -> Check:
    """Whether the two records of who came tell the same."""
    records = situation.records
    came = records.registrations[records.registrations["result"].isin(CAME)]
    by_day = came.groupby("slot_on").size().reindex(records.days.index, fill_value=0)
    same = bool((by_day == records.days["shown"]).all())
    return Check(
        tr("slots and registrations tell the same of who came"),
        same,
        state("On every open day as many couples came by the slots as by the registrations.", tables)
        if same
        else state("On some open days the slots and the registrations tell different numbers of couples who came: registrations that are left out or made without a slot are behind it, or one of the two records is wrong.", tables),
    )  # fmt: skip


def notes(situation: Situation, tables: Tables) -> Statements:
    """Findings without room in the headline, what is not estimated, counted exclusions and caveats."""
    frame = tables["exclusions"].frame
    counted = [
        state(EXCLUDED[str(row)], tables, count=Claim("exclusions", str(row), "count"))
        for row in frame.index
        if frame["count"].loc[row] != 0
    ]
    found = [
        state(text, tables, words={"day": wording.days()["may_20"]}, **claims)
        for text, claims in _FINDINGS
        if all_shown(tables, claims)
    ]
    return Statements(
        tr("Notes"),
        (
            *found,
            *_homes(situation, tables),
            *_refused(situation, tables),
            *_full(tables),
            *counted,
            *_missing(situation, tables),
            *_caveats(tables),
        ),
    )


def _homes(situation: Situation, tables: Tables) -> list[Statement]:
    """What a sub-district's page adds and leaves out; on the page of the district, where the couples live."""
    if situation.params.unit is not None:
        return unit_notes(situation, tables)
    claims = {
        "here": Claim("rates", DISTRICT_ROW, "marriages"),
        "total": Claim("residence", "total", "marriages"),
        "elsewhere": Claim("residence", "elsewhere", "marriages"),
    }
    if not all_shown(tables, claims):
        return []
    return [
        state(
            "Of {total} marriages {here} are of couples who live in a sub-district of the district, {elsewhere} of couples who live elsewhere or of whom it is not noted.",
            tables, words={}, **claims,
        )
    ]  # fmt: skip


def _refused(situation: Situation, tables: Tables) -> list[Statement]:
    labels, found = wording.scopes(), []
    for scope, status in situation.series.status.items():
        if (
            scope in tables["openings"].frame.index
            and status != "estimated"
            and (shown(tables, "openings", scope, "since") or tables["openings"].marks.get((scope, "since")))
        ):
            text = REFUSED[status]
            least = (
                {"least": setting("fewest_a_month")} if status == "too_thin" else {"months": setting("fewest_months")}
            )
            claims = least | {"since": Claim("openings", scope, "since")}
            found.append(state(text, tables, words={"opening": labels[scope]}, **claims))
    return found


def _full(tables: Tables) -> list[Statement]:
    """Days of which only the least is known."""
    if "peak_demand" not in tables:
        return []
    frame, labels = tables["peak_demand"].frame, wording.days()
    return [
        state(
            "{day}: every such day was full, so that only the least is known: {low} couples or more would wish it now.",
            tables,
            words={"day": labels[str(day)]},
            low=Claim("peak_demand", str(day), "wished_lower"),
        )
        for day in frame.index[frame["wished"].isna() & frame["wished_lower"].notna()]
    ]


def _missing(situation: Situation, tables: Tables) -> list[Statement]:
    records, whole = situation.records, situation.params.unit is None
    absent = {
        "comparison_registrations": whole and records.elsewhere is None,
        "registration_travel": records.travel is None,
    }
    found = [
        state("The district has no table “{table}”: what needs it is left out.", tables, words={"table": name})
        for name, missing in absent.items()
        if missing
    ]
    if not records.with_homes:
        found.append(
            state("The registrations do not say where the couples live: nothing is told by sub-district, and no page on one can be made.", tables)
        )  # fmt: skip
    if whole and records.elsewhere is not None and situation.series.estimated and not situation.series.linear:
        found.append(
            state("Months elsewhere are missing, so that moved and new registrations cannot be told apart.", tables)
        )
    if whole and situation.windows is None:
        found.append(
            state("Windows, opening minutes or minutes of visits are not known, so that no wait is reckoned.", tables)
        )
    return found


def _caveats(tables: Tables) -> list[Statement]:
    return [
        state("By its rule the inter-provincial opening is for couples who could not register in the city before: that more of them are new to the city than the series can show is likely, and no finding of it.", tables),
        state("Own couples who register elsewhere since the city-wide opening are not in these records: the change here is of those who come less those who go.", tables),
        state("Registered is not married here only: couples choose the day, and a larger share on lucky days moves marriages within the year and adds none.", tables),
    ]  # fmt: skip


def method(situation: Situation) -> tuple[Section, ...]:
    """How the numbers were made; of a sub-district without what its page leaves to the page of the district."""
    sections = _sections()
    if situation.params.unit is None:
        return tuple(sections.values())
    return tuple(section for name, section in sections.items() if name not in {"moved", "wishes", "windows"})


def _sections() -> dict[str, Section]:
    return {
        "scopes": Section(
            tr("Where couples come from"),
            (
                tr("Marriages by the day of registration and by the rule under which the couple may register here. Shares with Wilson intervals."),
                formulas.WILSON,
                tr(formulas.WILSON_WHERE),
            ),
        ),
        "homes": Section(
            tr("Where the couples live"),
            (
                tr("Marriages of the period by the sub-district in which the couple lives, or the one of them who lives in the district, whatever the rule by which they registered. For every thousand residents with exact Poisson intervals."),
                formulas.POISSON,
                tr(formulas.MARRIAGE_RATE_WHERE),
            ),
        ),
        "openings": Section(
            tr("What the openings changed"),
            (
                tr("An interrupted series with a step at each opening (segmented regression), by quasi-likelihood with over-dispersion; intervals allow for autocorrelation. An opening without enough months beside it is not estimated, and months that it would disturb are left out."),
                formulas.OPENINGS,
                tr(formulas.OPENINGS_WHERE),
            ),
        ),
        "moved": Section(
            tr("Moved or new"),
            (
                tr("To tell moved registrations from new ones the same terms are fitted to marriages here, elsewhere and together. They moved where elsewhere fell and together did not rise; they are new where together rose and elsewhere did not fall."),
                formulas.MOVED_CREATED,
                tr(formulas.MOVED_CREATED_WHERE),
            ),
        ),
        "wishes": Section(
            tr("Days that couples choose"),
            (
                tr("A negative binomial count model of marriages by open day with a level of each month. The days of Qixi come from a calendar table."),
                formulas.CALENDAR,
                tr(formulas.CALENDAR_WHERE),
                tr("Where a day was full, only the least of what was wished is known: a Tobit for counts."),
                *formulas.WISHES,
                tr(formulas.WISHES_WHERE),
            ),
        ),
        "windows": Section(
            tr("Waiting at the windows"),
            (
                tr("Erlang’s formula for several windows, with the couples who came, the mean visit and the minutes open of the twelve months up to the last day."),
                formulas.ERLANG_C,
                tr(formulas.ERLANG_C_WHERE),
            ),
        ),
        "travel": Section(
            tr("Travel saved"),
            (
                tr("A Monte Carlo over declared assumptions with one stream of random numbers for each, so that runs share their draws; shares of the variance by Sobol’ indices."),
                formulas.TRAVEL_SAVED,
                tr(formulas.TRAVEL_SAVED_WHERE),
            ),
        ),
        "small_counts": small_counts(),
    }  # fmt: skip
