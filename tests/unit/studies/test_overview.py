"""The register and the scoreboard of the overview, against plain loops, missing tables and changed claims."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from altered import Altered

from jingan_analysis.district import District, load_district
from jingan_analysis.errors import DistrictConfigError, InvalidParameter
from jingan_analysis.language import speaking
from jingan_analysis.studies import doorstep_loop, load_study, overview, run_study, study_names
from jingan_analysis.studies.doorstep_loop_log import loop_log
from jingan_analysis.studies.doorstep_loop_numbers import by_month as loop_by_month
from jingan_analysis.studies.indicators import Indicator, Measured, by_month, chart_of, sampled
from jingan_analysis.studies.overview_parts import parts_of_studies
from jingan_analysis.studies.overview_register import NOT_COMPUTED, REASONS, register, summary
from jingan_analysis.studies.overview_scoreboard import DIRECTIONS, _score, points_frame, scoreboard, scoreboard_frame
from jingan_analysis.vocabulary import LANGUAGES

ROOT = Path(__file__).parents[3]
INTERVIEW = ROOT / "data" / "published" / "interview.toml"
PERIOD = "2024-08"


@pytest.fixture(scope="module")
def params(demo: District) -> Any:
    return load_study("overview").parameters(demo, {"period": PERIOD})


@pytest.fixture(scope="module")
def entries(demo: District, params: Any) -> list:
    return register(demo, params)


@pytest.fixture(scope="module")
def scores(demo: District, params: Any) -> list:
    return scoreboard(demo, params)


@pytest.fixture(scope="module")
def result(demo: District) -> Any:
    return run_study("overview", demo, period=PERIOD)


def with_claims(district: Any, *paths: Path) -> Altered:
    """The district with other published figures."""
    changed = Altered(district)
    changed.published_paths = paths
    return changed


def raw_claims() -> list[dict[str, Any]]:
    return tomllib.loads(INTERVIEW.read_text(encoding="utf-8"))["claim"]


def days(text: pd.Series) -> pd.Series:
    return pd.to_datetime(text)


def naive_counts(district: District) -> dict[tuple[str, int], float]:
    """Counts by claim and position, from the tables as they are, with nothing of the package's arithmetic."""
    first, last = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-08-31")
    table = district.table
    cases, assessed = table("relief_cases"), table("need_assessments")
    inside = assessed[(assessed["assessed_on"] >= first) & (assessed["assessed_on"] <= last)]
    services = table("service_events")
    given = services[(services["done_on"] >= first) & (services["done_on"] <= last)]
    given = given[given["case_id"].isin(cases["case_id"])]
    months = sorted({day.month for day in inside["assessed_on"]} | {day.month for day in given["done_on"]})
    stock = table("bed_stock")
    stock = stock[stock["bed_type"] == "institution"]
    occupied = {}
    for name, chosen in {"before": stock["month"].str[:4] == "2023", "now": stock["month"] == "2024-08"}.items():
        part = stock[chosen]
        occupied[name] = 100 * part["occupied_bed_days"].sum() / part["usable_bed_days"].sum()
    requests = table("bed_requests")
    moved = requests[
        requests["green_channel"].fillna(value=False).astype(bool)
        & (requests["outcome"] == "moved")
        & (requests["ended_on"] <= last)
    ]
    canteens = table("canteens")
    own = canteens[canteens["subdistrict_code"].notna()]
    open_now = sum(
        not (pd.notna(row["opened_on"]) and row["opened_on"] > last)
        and not (pd.notna(row["closed_on"]) and row["closed_on"] < last)
        for _, row in own.iterrows()
    )
    meals = table("meals")
    year = meals[
        (meals["served_on"] > "2023-08-31") & (meals["served_on"] <= last) & meals["site_id"].isin(own["site_id"])
    ]
    points, counts = table("service_points"), table("case_counts")
    counts = counts[counts["month"].between("2024-01", "2024-08")]
    found = {
        ("F1", 0): table("stations")["subdistrict_code"].nunique(),
        ("F2", 0): len(table("projects")),
        ("F3", 0): table("resources")["resource_list_no"].nunique(),
        ("F3", 1): len(table("resources")),
        ("F4", 0): months[0],
        ("F4", 1): months[-1],
        ("F5", 0): inside["household_id"].nunique(),
        ("F6", 0): len(given),
        ("F7", 0): table("bed_stock")["bed_type"].nunique(),
        ("F9", 0): moved["person_id"].nunique(),
        ("F10", 0): occupied["before"],
        ("F10", 1): occupied["now"],
        ("F11", 0): open_now,
        ("F12", 0): year["elder_meals"].sum() + year["other_meals"].sum(),
        ("F13", 0): table("retrofit_works")["accepted_on"].le(last).sum(),
        ("F17", 0): len(set(table("matter_channels")["channel"]) & {"window", "nearby", "home_visit"}),
        ("F19", 0): 24 if set(points.loc[points["kind"] == "self_service_24h", "hours"]) == {"24/7"} else 0,
        ("F20", 0): table("matters")["group_no"].nunique(),
        ("F20", 1): len(table("matters")),
        ("F21", 0): (points["kind"] == "remote_spot").sum(),
        ("F22", 0): counts["cases"].sum(),
        ("F23", 0): counts["person_times"].sum(),
        ("F24", 0): len(set(table("visit_events")["activity"]) & {"discover", "judge", "visit", "follow_up"}),
    }
    return {place: float(count) for place, count in found.items()}


def naive_verdict(claim: dict[str, Any], value: float, count: float) -> str:
    if claim.get("precision") == "at_least":
        return "reproduced" if count >= value else "differs"
    step = claim.get("rounded_to", 0)
    return "reproduced" if abs(round(count) - value) <= step / 2 else "differs"


def test_statuses_are_those_of_a_plain_loop(demo, entries):
    """Every number that a loop over the raw tables gives has the verdict of the register."""
    claims = {claim["id"]: claim for claim in raw_claims()}
    lines = {
        (line.claim.id, line.position): line
        for line in entries
        if not (line.compared and line.compared.entry.every_unit)
    }
    counted = naive_counts(demo)
    # Homes that were adapted twice count once in the study: the loop may find a few more.
    for (name, position), count in counted.items():
        line = lines[name, position]
        if name == "F13":
            assert line.compared.data <= count
            continue
        assert line.compared.data == pytest.approx(count, abs=0.5), name
        assert line.verdict == naive_verdict(claims[name], claims[name]["values"][position], count), name


def test_every_value_of_every_claim_has_a_line(entries):
    told = {(line.claim.id, line.position) for line in entries}
    wanted = set()
    for claim in raw_claims():
        wanted |= {(claim["id"], position) for position in range(len(claim["values"]))} or {(claim["id"], None)}
    assert told == wanted
    assert len({line.name for line in entries}) == len(entries)


def test_what_cannot_be_computed_says_why(entries):
    """No definition of full coverage, no peers, slogans, no number: found from the file and the tables, not listed."""
    reasons = {line.name: line.reason for line in entries if line.verdict == NOT_COMPUTED}
    assert reasons == {
        "F8-1": "no_definition",
        "F14-1-rank": "no_others",
        "F18-1": "slogan",
        "F18-2": "slogan",
        "F26": "no_number",
    }


def test_statuses_add_up(entries):
    counts = summary(entries)["entries"]
    assert counts[["reproduced", "differs", NOT_COMPUTED]].sum() == counts["total"] == len(entries)
    assert counts.reindex(list(REASONS)).sum() == counts[NOT_COMPUTED]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> District:
    """A district that declares nothing but its names and published figures."""
    folder = tmp_path_factory.mktemp("bare") / "bare"
    folder.mkdir()
    (folder / "district.toml").write_text(
        f'key = "bare"\npublished = "{INTERVIEW}"\n'
        '[names]\nen = "Bare"\nzh = "空区"\nja = "空区"\n[geography]\nmetric_crs = "EPSG:4549"\n',
        encoding="utf-8",
    )
    return load_district(folder)


def test_a_district_without_tables_names_the_right_reason_for_each(bare):
    result = run_study("overview", bare, period=PERIOD)
    status = result.tables["register"].frame["status"]
    own = {"F8-1": "no_definition", "F18-1": "slogan", "F18-2": "slogan", "F26": "no_number"}
    assert status[list(own)].to_dict() == own
    assert set(status.drop(list(own))) == {"no_table"}
    assert set(result.tables["scoreboard"].frame["direction"]) == {"no_table"}
    assert result.tables["scoreboard"].frame["share"].isna().all()
    assert all(check.passed for check in result.checks)
    lacking = result.tables["lacking"].frame
    assert lacking.at["peer_retrofits", "entries"] == 1
    assert lacking.at["retrofit_works", "entries"] == 2
    assert lacking.at["projects", "entries"] >= 1
    assert "board" not in result.figures


def test_a_district_without_published_figures_has_a_scoreboard_only(demo, params):
    result = overview.run(with_claims(demo), params)
    assert "register" not in result.tables
    assert "verdicts" not in result.figures
    assert "scoreboard" in result.tables
    assert "No published figures" in result.headline.sentences[0].plain


@pytest.mark.parametrize(
    ("old", "new", "name", "verdict"),
    [
        ("values = [75]", "values = [76]", "F2-1-projects", "differs"),
        ("values = [43600]", "values = [43649]", "F22-1-cases", "reproduced"),  # within half a step of a hundred
        ("values = [43600]", "values = [43651]", "F22-1-cases", "differs"),
        ("values = [53800]", "values = [53000]", "F23-1-person_times", "reproduced"),  # a lower bound
        ("values = [53800]", "values = [53801]", "F23-1-person_times", "differs"),
        ("values = [51, 59]", "values = [51, 58]", "F10-2-occupancy_now", "differs"),
        ('as_of = "2023/2024"', 'as_of = "2022/2023"', "F10-2-occupancy_now", NOT_COMPUTED),
    ],
)
def test_a_changed_value_is_told(demo, params, tmp_path, old, new, name, verdict):
    text = INTERVIEW.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "interview.toml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    lines = {line.name: line for line in register(with_claims(demo, changed), params)}
    assert lines[name].verdict == verdict


def test_another_window_compares_only_what_has_no_date(demo):
    lines = {line.name: line for line in register(demo, load_study("overview").parameters(demo, {"period": "2024-07"}))}
    dated = {line.name for line in lines.values() if re.fullmatch(r"2024-.*", line.claim.as_of)}
    assert dated
    assert {lines[name].reason for name in dated} == {"window"}
    assert lines["F11-1-canteens"].verdict == "reproduced"
    assert lines["F1-1-stations"].reason == "window"  # dated by another claim of the same text


OWN = """
source_url = "https://example.org"
title = "t"
published_on = "2025-01-01"
dating = "d"
paragraphs_counted = "p"
[[claim]]
id = "G1"
statement = "Meals are served at 26 places, and people are glad."
values = [26, 9]
units = ["canteens", "of ten people"]
counted_as = ["canteens", ""]
as_of = ""
paragraph = 1
numerator = "n"
denominator = "d"
can_mean = "c"
cannot_mean = "x"
"""


def test_a_district_brings_files_of_its_own(demo, params, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(OWN, encoding="utf-8")
    lines = {line.name: line for line in register(with_claims(demo, INTERVIEW, own), params)}
    assert lines["G1-1-canteens"].verdict == "reproduced"
    assert lines["G1-2"].reason == "no_study"
    assert lines["F11-1-canteens"].verdict == "reproduced"
    alone = {line.name: line.verdict for line in register(with_claims(demo, own), params)}
    assert alone == {"G1-1-canteens": "reproduced", "G1-2": NOT_COMPUTED}


def test_faults_of_all_files_are_told_at_once(demo, params, tmp_path):
    first, second, third = (tmp_path / f"{name}.toml" for name in ("first", "second", "third"))
    first.write_text(
        OWN.replace('"canteens", ""', '"canteens"').replace("paragraph = 1", "paragraph = 0"), encoding="utf-8"
    )
    second.write_text("title ", encoding="utf-8")
    third.write_text(OWN, encoding="utf-8")
    with pytest.raises(InvalidParameter) as caught:
        register(with_claims(demo, first, second, third, third), params)
    told = str(caught.value)
    assert "first.toml is not valid" in told
    assert "paragraph" in told
    assert "second.toml cannot be read" in told
    assert "third.toml repeats G1" in told


def test_files_and_folders_of_claims(tmp_path, bare):
    folder = tmp_path / "district"
    (folder / "published").mkdir(parents=True)
    for name in ("b", "a"):
        (folder / "published" / f"{name}.toml").write_text(OWN.replace("G1", f"{name}1"), encoding="utf-8")
    text = (bare.path / "district.toml").read_text(encoding="utf-8")
    line = re.search(r"published = .*", text)[0]
    (folder / "district.toml").write_text(
        text.replace(line, f'published = ["published", "{INTERVIEW}"]'), encoding="utf-8"
    )
    assert [path.name for path in load_district(folder).published_paths] == ["a.toml", "b.toml", "interview.toml"]
    (folder / "district.toml").write_text(text.replace(line, 'published = ["x.toml", "y.toml"]'), encoding="utf-8")
    with pytest.raises(DistrictConfigError, match=r"'x.toml', 'y.toml'"):
        _ = load_district(folder).published_paths


def test_studies_are_found_by_the_names_of_their_modules():
    published, indicators = parts_of_studies("published"), parts_of_studies("indicators")
    assert {"relief_coverage", "doorstep_loop", "service_access"} <= set(published)
    assert set(indicators) <= set(study_names())
    names = [each.name for module in indicators.values() for each in module.INDICATORS]
    assert len(set(names)) == len(names)
    rows = [entry.row for module in published.values() for entry in module.COMPARABLE]
    assert len(set(rows)) == len(rows)  # what a file of claims says in counted_as is one count


def test_two_studies_do_not_count_one_number_differently(entries):
    numbers = [(line.claim.id, line.position, line.compared.entry.every_unit) for line in entries if line.compared]
    assert len(set(numbers)) >= len(numbers) - 1  # the claim on every sub-district has two counts


# Scoreboard


def naive_direction(shares: list[float], *, centre: float, limits: list[tuple[float, float]]) -> str:
    """The rules in plain loops, at the last known point: up, down, both or none."""
    known = [place for place, share in enumerate(shares) if not np.isnan(share)]
    values = [shares[place] for place in known]
    last = len(values) - 1
    found = set()
    for side, sign in (("up", 1), ("down", -1)):
        away = [sign * (value - centre) for value in values]
        reach = [sign * (limits[place][0 if side == "up" else 1] - centre) for place in known]
        upper = [(limits[place][0] - centre) * 2 / 3 for place in known]
        if away[last] > reach[last]:
            found.add(side)
        run = 0
        while run <= last and away[last - run] > 0:
            run += 1
        rises = 0
        while rises < last and sign * (values[last - rises] - values[last - rises - 1]) > 0:
            rises += 1
        near = [upper[place] < away[place] <= reach[place] for place in range(last + 1)]
        if run >= 7 or rises >= 5 or (near[last] and sum(near[-3:]) >= 2):
            found.add(side)
    return "both" if len(found) == 2 else next(iter(found), "none")


def test_arrows_follow_the_rules_in_plain_loops(scores):
    charted = [score for score in scores if score.chart is not None]
    assert len(charted) >= 6
    for score in charted:
        chart = score.chart
        limits = list(zip(chart.upper, chart.lower, strict=True))
        told = naive_direction(list(score.shares), centre=chart.centre[-1], limits=limits)
        assert score.direction.split("_")[0] == told, score.indicator.name


def indicator(**changes: Any) -> Indicator:
    return Indicator(**{"name": "x", "label": "X", "of": "all", "needs": (), **changes})


def scored(parts: list[float], wholes: list[float], params: Any, **changes: Any) -> Any:
    months = pd.period_range(end="2024-08", periods=len(parts), freq="M").astype(str)
    series = pd.DataFrame({"numerator": parts, "denominator": wholes}, index=months, dtype="float64")
    return _score("s", indicator(**changes), Measured(1, 2, series=series), (), params)


def test_a_steady_series_has_no_arrow_and_a_leap_has_one(params):
    steady = [50, 52, 49, 51, 50, 48, 51, 50, 52, 49, 50, 51]
    whole = [100] * 12
    assert scored(steady, whole, params).direction == "none"
    assert scored([*steady[:-1], 90], whole, params).direction == "up_better"
    assert scored([*steady[:-1], 90], whole, params, better="down").direction == "up_worse"
    assert scored([*steady[:-1], 12], whole, params).direction == "down_worse"
    assert scored([*steady[:-1], 90], whole, params, better="neither").direction == "up_neither"
    assert scored([*steady[:-2], 90, 50], whole, params).direction == "none"  # the leap is over


def test_months_that_cannot_be_computed_are_gaps(params):
    steady = [50, 52, 49, 51, 50, 48, 51, 50, 52, 90]
    score = scored([*steady, np.nan, np.nan], [100] * 12, params)
    assert score.direction == "up_better"  # at the latest point that can be computed
    row = scoreboard_frame([score]).loc["x"]
    assert row["latest"] == "2024-06"
    assert row["not_computed"] == 2
    assert points_frame([score])["signal"].to_list()[-2:] == ["not_computed"] * 2
    gap = points_frame([score]).iloc[-1]
    assert gap[["share", "mean", "low", "high"]].isna().all()  # limits of nobody counted would fill the chart


def test_too_little_to_say_is_said(params):
    assert scored([50], [100], params).direction == "short"
    assert scored([np.nan], [100], params).direction == "no_series"
    assert _score("s", indicator(), None, ("t",), params).direction == "no_table"
    assert _score("s", indicator(), Measured(1, 2), (), params).direction == "no_series"


def test_points_of_few_people_are_hidden_and_make_nothing(params):
    parts, whole = [50, 52, 49, 3, 51, 50, 48, 51, 97, 50, 52, 49], [100] * 12
    score = scored(parts, whole, params)
    assert list(np.flatnonzero(score.few)) == [3, 8]  # few who have it, and few who have it not
    assert np.isnan(score.shares.iloc[[3, 8]]).all()
    assert score.chart.centre[0] == pytest.approx(np.mean([part for part in parts if part not in (3, 97)]) / 100)
    assert not scored(parts, whole, params, people=False).few.any()
    assert points_frame([score])["signal"].iloc[3] == "few"
    assert scored([3] * 12, whole, params).direction == "few"  # hidden, which is not the same as not known


def test_one_hidden_month_takes_another_one_with_it(params):
    """The shares and the count of all would tell the one that is missing."""
    parts = [50, 52, 49, 3, 51, 50, 48, 51, 47, 50, 52, 49]
    assert list(np.flatnonzero(scored(parts, [100] * 12, params).few)) == [3, 8]  # the smallest of the others
    assert list(np.flatnonzero(scored([2, 3, 1, *parts[4:]], [100] * 11, params).few)) == [
        0,
        1,
        2,
        7,
    ]  # six are few, too
    assert not scored([50, 0, 49], [100, 100, 100], params).few.any()  # none is not few


def test_only_the_latest_months_are_charted(params):
    score = scored([50, 52] * 20, [100] * 40, params)
    assert len(score.points) == params.months_shown == 24
    assert score.points.index[0] == "2022-09"


def test_indicators_are_those_of_the_studies(demo, scores, params):
    """The same shares and signals as in the study's own tables, so that the two pages cannot disagree."""
    found = {score.indicator.name: score for score in scores}
    own = load_study("doorstep_loop").parameters(demo, {"period": PERIOD})
    assert isinstance(own, doorstep_loop.Params)
    months = loop_by_month(loop_log(demo, own.window.end), own)
    known = months["closed_signal"][months["closed_signal"] != "z"]
    assert found["loop_closed"].direction.removeprefix("up_").removeprefix("down_") == known.iloc[-1]
    np.testing.assert_allclose(found["loop_closed"].shares.dropna(), months["closed_share"].dropna())
    assert found["paired"].measured.numerator == 25_395
    assert set(DIRECTIONS) >= {score.direction for score in scores}


def test_a_series_by_month_counts_rows():
    dates = pd.Series(pd.to_datetime(["2024-01-31", "2024-01-01", "2024-03-15"]))
    frame = by_month(dates, [True, False, True], pd.Timestamp("2024-04-30"))
    assert frame.index.to_list() == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert frame["numerator"].to_list() == [1, 0, 1, 0]
    assert frame["denominator"].to_list() == [2, 0, 1, 0]
    assert chart_of(indicator(), by_month(dates[:0], [], pd.Timestamp("2024-04-30"))) is None
    assert np.isnan(sampled(0, 0, confidence=0.95).share)


# The page


def test_small_indicators_lose_their_whole_line(demo):
    """One count of the line may stand in the register: the other one would tell the few."""
    few = demo.table("retrofit_applications").head(9)
    shown = run_study_of(Altered(demo, retrofit_applications=few))
    board = shown.tables["scoreboard"]
    assert board.marks[("accepted", "numerator")] == board.marks[("accepted", "share")] == "c"
    assert np.isnan(board.number("accepted", "denominator"))
    register = shown.tables["register"]
    assert register.frame.at["F13-1-homes", "status"] == "few"
    assert register.marks["F13-1-homes", "data"] == register.marks["F13-1-homes", "difference"] == "c"
    assert shown.tables["verdicts"].number("few", "entries") == 1


def run_study_of(district: Any) -> Any:
    return overview.run(district, load_study("overview").parameters(district, {"period": PERIOD}))


def test_the_headline_is_the_register(result):
    frame = result.tables["verdicts"].frame
    numbers = [number.value for number in result.headline.sentences[0].numbers]
    assert numbers == [frame.at["total", "entries"], 26, *frame.loc[["reproduced", "differs", NOT_COMPUTED], "entries"]]
    assert all(check.passed for check in result.checks)
    assert set(result.tables["scoreboard"].frame["study"]) <= set(study_names())


def test_all_languages_state_the_same_numbers(demo, result):
    for language in LANGUAGES[1:]:
        other = run_study("overview", demo, period=PERIOD, language=language)
        told = {where: [number.value for number in text.numbers] for where, text in other.statements.items()}
        for where, text in result.statements.items():
            assert sorted(map(str, told[where])) == sorted(str(number.value) for number in text.numbers), where
        with speaking(language):
            assert not re.search(r"[A-Za-z]{4,}", " ".join(other.tables["meanings"].frame["numerator"]))


def test_one_sub_district_has_its_own_scoreboard_and_the_districts_register(demo, result):
    code = str(demo.table("sub_districts")["subdistrict_code"].iloc[0])
    shown = run_study("overview", demo, period=PERIOD, unit=code)
    pd.testing.assert_frame_equal(shown.tables["register"].frame, result.tables["register"].frame)
    own, whole = (each.tables["scoreboard"].frame["denominator"] for each in (shown, result))
    assert (own.dropna() < whole[own.dropna().index]).all()
