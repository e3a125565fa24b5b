from __future__ import annotations

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.intake.config import TableConfig
from jingan_analysis.intake.faults import Findings
from jingan_analysis.intake.headers import map_headers

MEALS = CONTRACTS["meals"]
COLUMNS = [column.name for column in MEALS.columns]


def mapped(words: list[str], name: str = "meals", **more) -> tuple[dict[str, str], Findings]:
    contract = CONTRACTS[name]
    findings = Findings(name, "file.csv", withhold=contract.person_level)
    table = TableConfig(file="file.csv", format="csv", **more)
    return map_headers(words, contract, table, findings), findings


def test_names_and_headers_in_three_languages_are_understood() -> None:
    for words in (
        COLUMNS,
        [column.header.en for column in MEALS.columns],
        [column.header.zh for column in MEALS.columns],
        [column.header.ja for column in MEALS.columns],
        [f"  {column.header.en.upper()} " for column in MEALS.columns],
        [column.name.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}) for column in MEALS.columns],
    ):
        found, findings = mapped(words)
        assert list(found) == COLUMNS
        assert list(found.values()) == words
        assert findings.faults == []


def test_a_missing_column_names_the_near_header() -> None:
    found, findings = mapped([*COLUMNS[:-1], "other_meal"])
    assert "other_meals" not in found
    assert len(findings.faults) == 1
    assert "'other_meal' is near" in findings.faults[0].mend
    assert findings.notices == [
        "column 'other_meal' is not in the contract and is ignored; did you mean 'other_meals'?"
    ]


def test_columns_that_nobody_needs_are_named_in_one_line() -> None:
    _, findings = mapped([*COLUMNS, "备注", "area_km2_utm51n"])
    assert findings.notices == ["not in the contract and ignored: '备注', 'area_km2_utm51n'"]


def test_the_districts_own_headers() -> None:
    found, findings = mapped([*COLUMNS[:-1], "散客餐"], headers={"散客餐": "other_meals"})
    assert found["other_meals"] == "散客餐"
    assert findings.faults == []
    _, findings = mapped(COLUMNS, headers={"散客餐": "other_meals"})
    assert "no header '散客餐'" in findings.faults[0].rule


def test_two_headers_of_one_column_and_a_constant_of_a_column_that_is_there() -> None:
    _, findings = mapped([*COLUMNS, "餐次"])
    assert "two columns of the file hold meal" in findings.faults[0].rule
    _, findings = mapped(COLUMNS, constants={"meal": "lunch"})
    assert "a constant" in findings.faults[0].rule


def test_a_file_about_people_without_headers_does_not_leak_its_first_row() -> None:
    _, findings = mapped(["h-4711", "王小明", "2024-01-01"], "relief_cases")
    said = " ".join([*findings.notices, *map(str, findings.faults)])
    assert "4711" not in said
    assert "王小明" not in said
    assert "3 column(s)" in said
