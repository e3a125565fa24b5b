"""The answer in three to five sentences; the data choose among whole sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.studies.service_access_reach import limit_name
from jingan_analysis.studies.units import DISTRICT_ROW
from jingan_analysis.tables.claims import Claim, Statement, state
from jingan_analysis.tables.service_access_use import TARGET_LABELS

if TYPE_CHECKING:
    import pandas as pd

    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_tables import Tables


def headline(tables: Tables, inputs: Inputs, params: Params, *, place: str) -> tuple[Statement, ...]:
    """Finding, how sure, for whom, what to do next."""
    found = (
        near_spots(tables, inputs, params, place),
        matters_done(tables),
        how_sure(tables, inputs, params),
        who_is_missed(tables),
        what_next(tables, inputs, params),
    )
    return tuple(sentence for sentence in found if sentence is not None)


def setting(name: str) -> Claim:
    """A parameter as a number in a sentence."""
    return Claim("settings", name, "value")


def share_setting(name: str) -> Claim:
    """A share among the parameters as a percentage."""
    return Claim("settings", name, "value", decimals=0, kind="percent")


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
    if not frame.at[inputs.row, "persons"] > 0:
        return state(
            "No located resident lives in {place}, so nothing can be said about walks of {minutes} minutes.",
            tables, words=words, minutes=claims["minutes"],
        )  # fmt: skip
    if not frame.at[DISTRICT_ROW, "spots"] > 0:
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
            tables, **{name: claims[name] for name in ("listed", "limit", "ninety")},
        )  # fmt: skip
    if row["hardly"] > 0:
        return state(
            "A spot close by does not yet mean that the matter can be done there: of the {listed} matters that the "
            "list opens to nearby spots, {nearly_all} can be done at one within {limit} minutes' walk by at least "
            "{ninety} of residents, and {hardly} by fewer than {tenth}.",
            tables, hardly=Claim("matters_by_group", "all", "hardly"), tenth=share_setting("hardly_share"), **claims,
        )  # fmt: skip
    return state(
        "A spot close by does not yet mean that the matter can be done there: of the {listed} matters that the list "
        "opens to nearby spots, {nearly_all} can be done at one within {limit} minutes' walk by at least {ninety} of "
        "residents.",
        tables, **claims,
    )  # fmt: skip


def how_sure(tables: Tables, inputs: Inputs, params: Params) -> Statement | None:
    """The interval of the first share in plain words, and what a slow walker finds."""
    if not tables["by_subdistrict"].frame.at[inputs.row, "persons"] > 0:
        return None
    prefix = near_column(params).removesuffix("share")
    slow = f"remote_spot-{limit_name(min(params.walk_speeds_mps))}"
    claims = {
        "confidence": share_setting("confidence"),
        "lower": Claim("by_subdistrict", inputs.row, f"{prefix}lower"),
        "upper": Claim("by_subdistrict", inputs.row, f"{prefix}upper"),
        "minutes": setting("near_minutes"),
        "slow": Claim("scenarios", slow, f"{prefix}share"),
        "speed": Claim("scenarios", slow, "walk_speed_mps"),
    }
    if tables["exclusions"].frame.at["residents_not_located", "count"] > 0:
        return state(
            "How sure: with {confidence} confidence the share with a spot within {minutes} minutes lies between "
            "{lower} and {upper}; for somebody who walks at {speed} metres per second it is {slow}; {unlocated} "
            "residents whose homes could not be joined to a street are left out.",
            tables, unlocated=Claim("exclusions", "residents_not_located", "count"), **claims,
        )  # fmt: skip
    return state(
        "How sure: with {confidence} confidence the share with a spot within {minutes} minutes lies between {lower} "
        "and {upper}; for somebody who walks at {speed} metres per second it is {slow}.",
        tables, **claims,
    )  # fmt: skip


def who_is_missed(tables: Tables) -> Statement | None:
    """Who finds nothing open, and who is not visited."""
    moments = tables["hours_moments"].frame
    if moments["share"].isna().any():
        return None
    claims = {
        "evening": Claim("hours_moments", "evening-staffed", "share"),
        "hour": Claim("hours_moments", "evening-staffed", "hour"),
        "sunday": Claim("hours_moments", "sunday-staffed", "share"),
        "working": Claim("hours_moments", "working_hours-staffed", "share"),
    }
    group = _least_visited(tables)
    if group is None:
        return state(
            "Who is missed: people who work when the counters are open; on a weekday morning {working} of residents "
            "have a staffed point open near home, at {hour} o'clock in the evening {evening} and on Sunday {sunday}.",
            tables, **claims,
        )  # fmt: skip
    return state(
        "Who is missed: people who work when the counters are open (a staffed point is open near home for {working} "
        "of residents on a weekday morning, for {evening} at {hour} o'clock in the evening and for {sunday} on Sunday), "
        "and people who cannot come: of those on the home-visit lists {visited} were visited, in the group {group} "
        "{least}.",
        tables, words={"group": f"“{TARGET_LABELS[group].lower()}”"},
        visited=Claim("home_visits_by_group", "all", "share"),
        least=Claim("home_visits_by_group", group, "share"), **claims,
    )  # fmt: skip


def what_next(tables: Tables, inputs: Inputs, params: Params) -> Statement | None:
    """What the findings suggest doing first."""
    if "points_load" not in tables or not tables["points_load"].frame.at[inputs.row, "spots"] > 0:
        return _without_load(tables, inputs, params)
    frame = tables["points_load"].frame
    claims = {
        "unused": Claim("points_load", inputs.row, "unused"),
        "spots": Claim("points_load", inputs.row, "spots"),
        "overloaded": Claim("points_load", inputs.row, "overloaded"),
    }
    hardly = "matters_by_group" in tables and tables["matters_by_group"].frame.at["all", "hardly"] > 0
    if frame.at[inputs.row, "unused"] == 0:
        return state(
            "What to do next: all {spots} spots are used and {overloaded} are overloaded; equip the others for more "
            "matters before opening new ones.",
            tables, spots=claims["spots"], overloaded=claims["overloaded"],
        )  # fmt: skip
    if not hardly:
        return state(
            "What to do next: {unused} of {spots} spots handled no case while {overloaded} are overloaded; ask why "
            "before opening new ones, and move devices and staff hours to where people come.",
            tables, **claims,
        )  # fmt: skip
    return state(
        "What to do next: {unused} of {spots} spots handled no case while {overloaded} are overloaded, so more spots "
        "are not the first answer; equip existing ones for the {hardly} promised matters that hardly anybody can do "
        "nearby, and keep some of them open after work.",
        tables, hardly=Claim("matters_by_group", "all", "hardly"), **claims,
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
    if "home_visits_by_group" not in tables:
        return None
    shares = tables["home_visits_by_group"].frame["share"].dropna()
    groups = shares.drop("all", errors="ignore")
    return str(groups.idxmin()) if "all" in shares.index and len(groups) > 1 else None
