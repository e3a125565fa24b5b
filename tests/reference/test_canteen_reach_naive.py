"""Canteen reach on the demonstration district: every number of every table against plain loops over its files.

The naive side (``naive_walks``, ``naive_canteen_reach``) shares nothing with the package but the input files:
its own reading, datum, snapping, search, catchments, intervals and sums.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np
import pytest

import jingan_analysis as ja

REPORTS = {
    "district": {},
    # Another count of people, one unit, and a line that some counts of frail people fall below.
    "unit": {"basis": "registered", "unit": "310106014000", "minimum_cell": 100},
}


@dataclass(frozen=True)
class Report:
    """One report, the naive tables by its side, and the cells that must be suppressed."""

    options: dict
    result: ja.StudyResult
    naive: dict
    suppressed: dict

    def place(self):
        return self.options.get("unit", "district")


@pytest.fixture(scope="module")
def ground(canteen_ground):
    return canteen_ground


@pytest.fixture(scope="module")
def naive_tables(ground, naive_canteen_reach):
    """The naive tables of each report."""
    return {name: naive_canteen_reach.tables(ground, **options) for name, options in REPORTS.items()}


@pytest.fixture(scope="module", params=REPORTS)
def report(request, canteen_report, naive_tables):
    options, naive = REPORTS[request.param], naive_tables[request.param]
    return Report(options, canteen_report(**options).result, naive, suppressed_cells(naive, options))


TESTED_APART = {
    "access_clusters": {"p_value", "q_value"},
    "canteens": {"scheduled_days", "utilisation_scheduled", "utilisation_peak"},
}
"""Columns that hang on random permutations, see the test on clusters; and on use, see ``IN_USE``."""


ROWS_APART = {
    "settings": {
        *("crossings_tried", "peak_day_share", "regular_meals_per_year", "minutes_per_sitting", "lunch_minutes"),
        *("fewest_days_of_a_kind", "meal_help_need_share", "elder_share_compared", "kitchen_capacity_compared"),
    },
    "exclusions": {
        *("diners_other_year", "diners_elsewhere", "diners_age_unknown", "diners_younger", "diners_two_homes"),
        *("diners_home_unknown", "areas_closed", "committee_unknown", "lunch_outside_hours"),
    },
}
"""How many links are tried follows from the search for them, which has tests of its own; so has what is told of use."""

IN_USE = {
    *("delivery", "delivery_groups", "penetration", "diner_meals", "meals_by_kind", "meal_shares", "meals_by_week"),
    *(
        "capacity_use",
        "days_by_kind",
        "meals_model",
        "meals_model_checks",
        "sittings",
        "sittings_by_length",
        "standards",
    ),
}
"""Tables on the use of canteens: see ``unit/studies/test_canteen_use`` and ``test_planted_canteens``."""

TESTED_ELSEWHERE = {"why_here", "openings", "uncertainty", *IN_USE}
"""Tables on what is not there or not known, see ``test_shortfall_naive`` and ``test_uncertainty_naive``, and on use."""


SHARES = {
    "by_subdistrict": ("share_5", "share_10", "share_15", "share_own", "share_near_border"),
    "walkers_by_subdistrict": (),
    "meals_access": ("none_share", "low_share", "unknown_share"),
}
"""Shares of all older people by sub-district, which stand for a count that is not printed; none named is all."""


def suppressed_cells(naive, options):
    """Cells by table that small counts ask for, from the naive counts alone."""
    least, focus = options.get("minimum_cell", 10), options.get("unit", "district")

    def small(count):
        return 0 < count < least

    frail = naive["far_and_frail"]
    far = {row for row, n in frail.items() if small(n["frail_far"]) or (n["frail_far"] and small(rest(n)))}
    whole = {row for row, n in frail.items() if small(n["frail_persons"])}
    columns = {"frail_persons": whole, "frail_far": far}
    for column, hidden in columns.items():
        if len(hidden) == 1 and "district" not in hidden:  # the total would give it away
            others = [row for row in frail if row not in hidden | {"district"} and frail[row][column] > 0]
            hidden.add(min(others, key=lambda row: (frail[row][column], list(frail).index(row))))
    cells = {(row, column) for column, hidden in columns.items() for row in hidden}
    cells |= {(row, column) for row in far | whole for column in ("share", "lower", "upper")}
    parts = ("reached", "not_reached", "unsnapped")
    groups = set()
    for row, n in naive["groups"].items():
        # One part gives the others away, and so does what it leaves of the whole.
        telling = any(small(n[part]) or (n[part] and small(n["persons"] - n[part])) for part in parts)
        elsewhere = row == "frail" and focus in far | whole
        if small(n["persons"]) or (row == "frail" and focus in whole):
            groups.add((row, "persons"))
        if small(n["persons"]) or telling or elsewhere:
            groups |= {(row, column) for column in (*parts, "share", "lower", "upper")}
    older = {row: n["older_persons"] for row, n in naive["by_subdistrict"].items()}
    telling = {
        table: {
            (row, column)
            for row, n in naive.get(table, {}).items()
            for column in columns or n
            if n[column] and (small(round(n[column] * older[row])) or small(round((1 - n[column]) * older[row])))
        }
        for table, columns in SHARES.items()
    }
    return {"far_and_frail": cells, "groups": groups, **telling}


def rest(frail):
    return frail["frail_persons"] - frail["frail_far"]


def compare(report, name):
    """Compare every number of a table; the columns compared."""
    table, naive = report.result.tables[name], report.naive[name]
    suppressed = report.suppressed.get(name, set())
    assert set(table.frame.index) - ROWS_APART.get(name, set()) == set(naive)
    assert {cell for cell, mark in table.marks.items() if mark == "c"} == suppressed
    columns = {column for row in naive.values() for column in row}
    for row, numbers in naive.items():
        assert set(numbers) == columns
        for column, expected in numbers.items():
            cell = table.frame.at[row, column]
            if (row, column) in suppressed:
                assert math.isnan(cell), (row, column)
            elif expected is None:
                assert math.isnan(cell) and table.marks[row, column] in {"x", "z"}, (row, column)
            else:
                assert (row, column) not in table.marks
                assert cell == pytest.approx(expected, rel=1e-9, abs=1e-12), (row, column)
    return columns


@pytest.mark.slow
def test_every_number_of_every_table_agrees(report):
    assert set(report.naive) == set(report.result.tables) - TESTED_ELSEWHERE
    for name, table in report.result.tables.items():
        if name in TESTED_ELSEWHERE:
            continue
        compared = compare(report, name)
        compared |= TESTED_APART.get(name, set())
        # A column that is new here must be computed again there.
        assert compared == set(table.frame.select_dtypes("number").columns), name
        in_the_file_only = {"scheduled_days"} & compared
        assert compared - in_the_file_only == {column.name for column in table.columns if column.kind != "text"}, name


@pytest.mark.slow
def test_texts_of_the_tables_belong_to_their_numbers(report, ground):
    tables = report.result.tables
    unit_of = {site["id"]: ground.names.get(site["unit"]) for site in ground.sites}
    for site, text in tables["canteens"].frame["subdistrict"].items():
        assert text == unit_of[site]
    assert set(tables["published"].frame["status"]) == {"agrees"}
    named = {"canteens": "canteens", "people": "persons", "meals": "meals"}
    for row, unit in tables["exclusions"].frame["unit"].drop(list(ROWS_APART["exclusions"])).items():
        what = row.split("_")[0] if row.startswith("meals") else row.split("_")[1].replace("sites", "canteens")
        expected = {"capacity": "canteens"}.get(what, named.get(what))
        assert unit == (expected if row not in {"meals_outside", "meals_elsewhere"} else "rows"), row
    assert set(tables["by_subdistrict"].frame.index[:-1]) == set(ground.names)
    for name in ("by_subdistrict", "far_and_frail", "meals_access"):
        table = tables[name]
        assert table.total_row == table.frame.index[-1] == "district"
        for code, label in ground.names.items():
            assert table.row_labels[code].startswith(label)


@pytest.mark.slow
def test_clusters_follow_from_permutations(report, ground):
    if "access_clusters" not in report.result.tables:
        pytest.skip("one sub-district has no neighbours to compare")
    frame = report.result.tables["access_clusters"].frame
    units = frame.drop("district")
    draws, random = 3000, np.random.default_rng(1)
    value = (units["access"] - units["access"].mean()).to_dict()
    for code, p_value in units["p_value"].items():
        others = [other for other in value if other != code]
        near = len(ground.neighbours[code])
        drawn = np.array([random.permutation([value[other] for other in others])[:near].mean() for _ in range(draws)])
        seen = np.mean([value[other] for other in ground.neighbours[code]])
        tail = min((drawn >= seen).mean(), (drawn <= seen).mean())
        assert p_value == pytest.approx(min(1.0, 2 * tail), abs=0.05), code
    ranked = units["p_value"].sort_values(ascending=False)
    q_value, smallest = {}, 1.0
    for place, (code, p_value) in enumerate(ranked.items()):
        smallest = min(smallest, p_value * len(ranked) / (len(ranked) - place))
        q_value[code] = smallest
    assert units["q_value"].to_dict() == pytest.approx(q_value)
    assert (units["cluster"] == "not significant").equals(units["q_value"] > 0.05)
    assert 0 < frame.at["district", "p_value"] <= 1


CELL = re.compile(r"cell-(?P<table>[a-z_]+)-(?P<row>.+)-(?P<column>[a-z0-9_]+)")


def shown(value, kind, decimals):
    """A number as a report prints it."""
    if kind == "setting":
        return f"{value:g}" if value < 1000 else str(value)
    return f"{100 * value:,.{decimals}f}%" if kind == "percent" else f"{value:,.{decimals}f}"


@pytest.mark.slow
def test_every_number_of_every_statement_agrees(report):
    result = report.result
    statements = [
        *result.headline,
        *result.notes,
        *(check.detail for check in result.checks),
        *(text for figure in result.figures.values() for text in (figure.title, figure.alternative)),
    ]
    numbers = [number for statement in statements for number in statement.numbers]
    assert len(numbers) > 30
    for number in numbers:
        cell = CELL.fullmatch(number.cell_id)
        table = result.tables[cell["table"]]
        if cell["table"] in TESTED_ELSEWHERE or cell["row"] in ROWS_APART.get(cell["table"], ()):
            expected = table.frame.at[cell["row"], cell["column"]]
        else:
            row = next(row for row in report.naive[cell["table"]] if row.replace(" ", "_") == cell["row"])
            expected = report.naive[cell["table"]][row][cell["column"]]
        assert number.value == pytest.approx(expected, rel=1e-9, abs=1e-12)
        kind = "percent" if number.text.endswith("%") else table.column(cell["column"]).kind
        assert number.text == shown(expected, kind, number.decimals), number
    for statement in statements:
        assert not re.search(r"\d", statement.template), "a number that is no cell of a table"


@pytest.mark.slow
def test_words_of_the_headline_agree_with_the_naive_numbers(report, ground):
    naive, place = report.naive, report.place()
    sentences = [sentence.plain for sentence in report.result.headline]
    assert 3 <= len(sentences) <= 5
    main = naive["by_subdistrict"][place]
    spread = naive["scenarios"]["1.3-15"]["share"] - naive["scenarios"]["0.8-15"]["share"]
    assert sentences[1].startswith("How fast people walk matters more") == (spread > main["upper"] - main["lower"])
    delivery = report.result.tables["delivery"].frame
    neither = delivery["neither"].drop("district")
    if place == "district":
        worst = ground.names[neither.idxmax()]
        assert f"reached by neither, more of them in {worst} than anywhere else" in sentences[2]
        assert f"people of {worst} whom neither reaches" in sentences[-1]
    else:
        assert delivery.loc[place, "neither"] == 0
        assert "nobody whose home is known is reached by neither" in sentences[2]
        if main["share"] >= 0.95:
            assert sentences[-1].startswith("Distance is not the main barrier here")


@pytest.mark.slow
def test_the_second_report_suppresses_something(naive_tables):
    """Otherwise the comparison of marks above would compare nothing."""
    cells = suppressed_cells(naive_tables["unit"], REPORTS["unit"])
    assert cells["far_and_frail"]
    assert cells["groups"]
