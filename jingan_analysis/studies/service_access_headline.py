"""The answer in a few sentences; the data choose among whole sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.language import tr
from jingan_analysis.studies.service_access_over_time import over_time_headline
from jingan_analysis.studies.service_access_reach import limit_name
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.service_access_use import TARGETS
from jingan_analysis.tables.settings import setting, share_setting
from jingan_analysis.tables.shown import all_shown

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_over_time import OverTime
    from jingan_analysis.studies.service_access_tables import Tables


def headline(
    tables: Tables, inputs: Inputs, params: Params, *, place: str, later: OverTime | None = None
) -> tuple[Statement, ...]:
    """Finding, how sure, for whom, what to do next."""
    found = (
        near_spots(tables, inputs, params, place),
        matters_done(tables),
        over_time_headline(tables, inputs, later),
        how_sure(tables, inputs, params),
        who_is_missed(tables),
        what_next(tables, inputs, params),
    )
    return tuple(sentence for sentence in found if sentence is not None)


def near_column(params: Params) -> str:
    """Column of the share of residents with a nearby spot near home."""
    return f"within_{limit_name(params.near_minutes)}_share"


def extreme(frame: pd.DataFrame, column: str, codes: list[str], *, lowest: bool = True) -> str | None:
    """The one sub-district with the lowest (or highest) value; None where several share it or none has one."""
    values = frame.loc[codes, column].dropna()
    if len(values) < 2:
        return None
    edge = values.min() if lowest else values.max()
    at_edge = values[values == edge]
    return str(at_edge.index[0]) if len(at_edge) == 1 else None


def near_spots(tables: Tables, inputs: Inputs, params: Params, place: str) -> Statement:
    """How many residents have a spot near home, and where fewest do."""
    frame = tables["by_subdistrict"].frame
    near = near_column(params)
    claims = {
        "near": Claim("by_subdistrict", inputs.row, near),
        "minutes": setting("near_minutes"),
        "centre": Claim("kinds_by_subdistrict", inputs.row, "centre_share"),
        "limit": setting("access_threshold_minutes"),
    }
    words = {"place": place}
    if not float(frame["persons"].loc[inputs.row]) > 0:
        return state(
            "No located resident lives in {place}, so nothing can be said about walks of {minutes} minutes.",
            tables, words=words, minutes=claims["minutes"],
        )  # fmt: skip
    if not float(frame["spots"].loc[DISTRICT_ROW]) > 0:
        return state(
            "No nearby spot is in service: residents of {place} depend on the centres, and {centre} live within "
            "{limit} minutes' walk of one.",
            tables, words=words, centre=claims["centre"], limit=claims["limit"],
        )  # fmt: skip
    if inputs.row != DISTRICT_ROW:
        return state(
            "In {place}, {near} of residents live within {minutes} minutes' walk of a nearby spot, against "
            "{district} in the whole district; {centre} live within {limit} minutes of a centre with windows.",
            tables, words=words, district=Claim("by_subdistrict", DISTRICT_ROW, near), **claims,
        )  # fmt: skip
    lowest = extreme(frame, near, inputs.units.codes)
    if lowest is None:
        return state(
            "In {place}, {near} of residents live within {minutes} minutes' walk of a nearby spot and {centre} within "
            "{limit} minutes of a centre with windows.",
            tables, words=words, **claims,
        )  # fmt: skip
    return state(
        "In {place}, {near} of residents live within {minutes} minutes' walk of a nearby spot, in {lowest} only {low}; "
        "{centre} live within {limit} minutes of a centre with windows.",
        tables, words={**words, "lowest": inputs.units.names[lowest]}, low=Claim("by_subdistrict", lowest, near),
        **claims,
    )  # fmt: skip


def matters_done(tables: Tables) -> Statement | None:
    """How much of what the list promises at nearby spots can be done at one."""
    if "matters_by_group" not in tables:
        return None
    row = tables["matters_by_group"].frame.loc["all"]
    claims = {
        "listed": Claim("matters_by_group", "all", "listed_nearby"),
        "nearly_all": Claim("matters_by_group", "all", "spot_nearly_all"),
        "limit": setting("access_threshold_minutes"),
        "ninety": share_setting("nearly_all_share"),
    }
    if not row["listed_nearby"] > 0:
        return state(
            "The list opens no matter to nearby spots; {widely} of {matters} matters can be done within {limit} "
            "minutes' walk by most residents.",
            tables, widely=Claim("matters_by_group", "all", "widely"),
            matters=Claim("matters_by_group", "all", "matters"), limit=claims["limit"],
        )  # fmt: skip
    if row["spot_nearly_all"] == row["listed_nearby"]:
        return state(
            "The promise holds: all {listed} matters that the list opens to nearby spots can be done at one within "
            "{limit} minutes' walk by at least {ninety} of residents.",
            tables, words={}, **{name: claims[name] for name in ("listed", "limit", "ninety")},
        )  # fmt: skip
    if row["hardly"] > 0:
        return state(
            "A spot close by does not yet mean that the matter can be done there: of the {listed} matters that the "
            "list opens to nearby spots, {nearly_all} can be done at one within {limit} minutes' walk by at least "
            "{ninety} of residents; for {hardly} fewer than {tenth} have such a spot within {minutes} minutes.",
            tables, words={}, minutes=setting("near_minutes"), hardly=Claim("matters_by_group", "all", "hardly"),
            tenth=share_setting("hardly_share"), **claims,
        )  # fmt: skip
    return state(
        "A spot close by does not yet mean that the matter can be done there: of the {listed} matters that the list "
        "opens to nearby spots, {nearly_all} can be done at one within {limit} minutes' walk by at least {ninety} of "
        "residents.",
        tables, words={}, **claims,
    )  # fmt: skip


def how_sure(tables: Tables, inputs: Inputs, params: Params) -> Statement | None:
    """The interval of the first share in plain words, and what a slow walker finds."""
    if not tables["by_subdistrict"].number(inputs.row, "persons") > 0:
        return None
    prefix = near_column(params).removesuffix("share")
    slow = f"remote_spot-{limit_name(min(params.walk_speeds_mps))}"
    if inputs.people.modelled:
        return state(
            "How sure: where people live is modelled here, so no interval is given; for somebody who walks at {speed} metres "
            "per second the share with a spot within {minutes} minutes is {slow}.",
            tables, words={}, minutes=setting("near_minutes"), slow=Claim("scenarios", slow, f"{prefix}share"),
            speed=Claim("scenarios", slow, "walk_speed_mps"),
        )  # fmt: skip
    claims = {
        "confidence": share_setting("confidence"),
        "lower": Claim("by_subdistrict", inputs.row, f"{prefix}lower"),
        "upper": Claim("by_subdistrict", inputs.row, f"{prefix}upper"),
        "minutes": setting("near_minutes"),
        "slow": Claim("scenarios", slow, f"{prefix}share"),
        "speed": Claim("scenarios", slow, "walk_speed_mps"),
    }
    if tables["exclusions"].number("residents_not_located", "count") != 0:
        return state(
            "How sure: with {confidence} confidence the share with a spot within {minutes} minutes lies between "
            "{lower} and {upper}; for somebody who walks at {speed} metres per second it is {slow}; {unlocated} "
            "residents whose homes could not be joined to a street are left out.",
            tables, words={}, unlocated=Claim("exclusions", "residents_not_located", "count"), **claims,
        )  # fmt: skip
    return state(
        "How sure: with {confidence} confidence the share with a spot within {minutes} minutes lies between {lower} "
        "and {upper}; for somebody who walks at {speed} metres per second it is {slow}.",
        tables, words={}, **claims,
    )  # fmt: skip


def who_is_missed(tables: Tables) -> Statement | None:
    """Who finds nothing open, and who is not visited."""
    if tables["hours_moments"].frame["share"].isna().any():
        return None
    claims = {
        "evening": Claim("hours_moments", "evening-staffed", "share", decimals=0),
        "hour": Claim("hours_moments", "evening-staffed", "hour"),
        "sunday": Claim("hours_moments", "sunday-staffed", "share", decimals=0),
        "working": Claim("hours_moments", "working_hours-staffed", "share", decimals=0),
    }
    group = _least_visited(tables)
    if group is None:
        return state(
            "Who is missed: people who can come only after work; {working} of residents have a staffed point open near "
            "home on a weekday morning, {evening} at {hour} o'clock and {sunday} on Sunday.",
            tables, words={}, **claims,
        )  # fmt: skip
    return state(
        "Who is missed: people who can come only after work ({working} of residents have a staffed point open near "
        "home on a weekday morning, {evening} at {hour} o'clock, {sunday} on Sunday) and people who cannot come at "
        "all: {visited} of those on the home-visit lists were visited, and only {least} of the group “{group}”.",
        tables, words={"group": tr(TARGETS[group])},
        visited=Claim("home_visits_by_group", "all", "share", decimals=0),
        least=Claim("home_visits_by_group", group, "share", decimals=0), **claims,
    )  # fmt: skip


def what_next(tables: Tables, inputs: Inputs, params: Params) -> Statement | None:
    """What the findings suggest doing first."""
    if "points_load" not in tables or not tables["points_load"].number(inputs.row, "spots") > 0:
        return _without_load(tables, inputs, params)
    claims = {name: Claim("points_load", inputs.row, name) for name in ("unused", "spots", "overloaded")}
    hardly = Claim("matters_by_group", "all", "hardly")
    if tables["points_load"].number(inputs.row, "unused") == 0:
        return _all_used(tables, inputs)
    most = None if params.unit else extreme(tables["points_load"].frame, "unused", inputs.units.codes, lowest=False)
    if most is not None:
        claims["most"] = Claim("points_load", most, "unused")
    words = {} if most is None else {"unit": inputs.units.names[most]}
    if "matters_by_group" not in tables or not tables["matters_by_group"].number("all", "hardly") > 0:
        return _ask_why(tables, claims, words)
    opened = opened_next(tables)
    if opened:
        return _open_next(tables, claims | opened, words)
    if most is None:
        return state(
            "What to do next: {unused} of {spots} spots handled no case while {overloaded} are overloaded; find out why, "
            "equip the others for the {hardly} promised matters that hardly anybody can do near home, and keep some open "
            "after work before opening new ones.",
            tables, words={}, hardly=hardly, **claims,
        )  # fmt: skip
    return state(
        "What to do next: {unused} of {spots} spots handled no case, {most} of them in {unit}, while {overloaded} "
        "are overloaded; find out why, equip the others for the {hardly} promised matters that hardly anybody can do "
        "near home, and keep some open after work before opening new ones.",
        tables, words=words, hardly=hardly, **claims,
    )  # fmt: skip


def _all_used(tables: Tables, inputs: Inputs) -> Statement:
    """What to do where no spot is idle."""
    claims = {name: Claim("points_load", inputs.row, name) for name in ("spots", "overloaded")}
    if tables["points_load"].number(inputs.row, "overloaded") > 0:
        return state(
            "What to do next: all {spots} spots are used and {overloaded} are overloaded; equip the others for more "
            "matters before opening new ones.",
            tables, words={}, **claims,
        )  # fmt: skip
    opened = opened_next(tables)
    if opened:
        return state(
            "What to do next: all {spots} spots are used and none is overloaded; open the {opened} pairs of spot and matter that "
            "bring most ({gain} points more cases near home) before opening new spots.",
            tables, words={}, spots=claims["spots"], **opened,
        )  # fmt: skip
    return state(
        "What to do next: all {spots} spots are used and none is overloaded; equip them for more matters before opening new ones.",
        tables, spots=claims["spots"],
    )  # fmt: skip


def opened_next(tables: Tables) -> dict[str, Claim]:
    """How many pairs of spot and matter are to be opened, and what they bring; empty where that is not shown."""
    if "opening_steps" not in tables:
        return {}
    row = f"{len(tables['open_next'].frame)}"
    claims = {name: Claim("opening_steps", row, name) for name in ("opened", "gain")}
    return claims if all_shown(tables, claims) else {}


def _open_next(tables: Tables, claims: dict[str, Claim], words: dict[str, str]) -> Statement:
    if not words:
        return state(
            "What to do next: {unused} of {spots} spots handled no case while {overloaded} are overloaded; find out why, "
            "open the {opened} pairs of spot and matter that bring most ({gain} points more cases near home), and keep "
            "some open after work before opening new ones.",
            tables, words={}, **claims,
        )  # fmt: skip
    return state(
        "What to do next: {unused} of {spots} spots handled no case, {most} of them in {unit}, while {overloaded} "
        "are overloaded; find out why, open the {opened} pairs of spot and matter that bring most ({gain} points more "
        "cases near home), and keep some open after work before opening new ones.",
        tables, words=words, **claims,
    )  # fmt: skip


def _ask_why(tables: Tables, claims: dict[str, Claim], words: dict[str, str]) -> Statement:
    if not words:
        return state(
            "What to do next: {unused} of {spots} spots handled no case while {overloaded} are overloaded; ask why "
            "before opening new ones, and move devices and staff hours to where people come.",
            tables, words={}, **claims,
        )  # fmt: skip
    return state(
        "What to do next: {unused} of {spots} spots handled no case, {most} of them in {unit}, while {overloaded} are "
        "overloaded; ask why before opening new ones, and move devices and staff hours to where people come.",
        tables, words=words, **claims,
    )  # fmt: skip


def _without_load(tables: Tables, inputs: Inputs, params: Params) -> Statement | None:
    lowest = extreme(tables["by_subdistrict"].frame, near_column(params), inputs.units.codes)
    if lowest is None:
        return None
    return state(
        "What to do next: no case counts are at hand for this period, so nobody can tell which spots are used; collect "
        "them, and look first at {lowest}, where {low} of residents have a spot within {minutes} minutes.",
        tables, words={"lowest": inputs.units.names[lowest]},
        low=Claim("by_subdistrict", lowest, near_column(params)), minutes=setting("near_minutes"),
    )  # fmt: skip


def _least_visited(tables: Tables) -> str | None:
    """The named target group with the lowest share visited; a catch-all group names nobody."""
    if "home_visits_by_group" not in tables:
        return None
    shares = tables["home_visits_by_group"].frame["share"].dropna()
    groups = shares.drop(["all", "other"], errors="ignore")
    return str(groups.idxmin()) if "all" in shares.index and len(groups) > 1 else None
