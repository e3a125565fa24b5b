"""The contracts hold together: what they refer to exists, and no header is ambiguous."""

from __future__ import annotations

import pandas as pd
import pytest

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.contracts.schema import dtype_of, pandera_schema
from jingan_analysis.intake.headers import folded

CASES = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))


@CASES
def test_keys_rules_and_references_name_columns_that_exist(contract) -> None:
    names = [column.name for column in contract.columns]
    assert len(set(names)) == len(names)
    assert set(contract.key) <= set(names)
    assert {rule.column for rule in contract.rules} <= set(names)
    for column in contract.columns:
        if column.references:
            table, _, target = column.references.partition(".")
            assert CONTRACTS[table].column(target).kind == column.kind


@CASES
def test_every_header_means_one_column(contract) -> None:
    meaning: dict[str, set[str]] = {}
    for column in contract.columns:
        for word in (column.name, column.header.en, column.header.zh, column.header.ja):
            meaning.setdefault(folded(word), set()).add(column.name)
    assert {word: names for word, names in meaning.items() if len(names) > 1} == {}


@CASES
def test_every_label_means_one_choice(contract) -> None:
    for column in contract.columns:
        meaning: dict[str, set[str]] = {}
        for choice in column.choices:
            for word in (choice.code, choice.label.en, choice.label.zh, choice.label.ja):
                meaning.setdefault(folded(word), set()).add(choice.code)
        assert {word: codes for word, codes in meaning.items() if len(codes) > 1} == {}, column.name


def test_point_tables_have_coordinates_and_a_unit() -> None:
    for contract in CONTRACTS.values():
        if contract.geometry == "point":
            assert {"lon", "lat", "subdistrict_code"} <= {column.name for column in contract.columns}


def matters(**changes: object) -> pd.DataFrame:
    columns = {
        "matter_id": ["m1", "m2"],
        "group_no": [1, 2],
        "name_en": ["A", "B"],
        "name_zh": None,
        "name_ja": None,
        "list_version": None,
    }
    frame = pd.DataFrame({**columns, **changes})
    return frame.astype({c.name: dtype_of(c) for c in CONTRACTS["matters"].columns})


def test_the_schema_takes_a_good_table() -> None:
    pandera_schema(CONTRACTS["matters"]).validate(matters(), lazy=True)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"matter_id": ["m1", "m1"]}, "matter_id"),
        ({"group_no": [0, 2]}, "group_no"),
        ({"matter_id": ["m1", None]}, "matter_id"),
        ({"name_en": ["A", None]}, "a name in at least one language"),
    ],
)
def test_the_schema_refuses(changes: dict, words: str) -> None:
    from pandera.errors import SchemaErrors

    with pytest.raises(SchemaErrors) as caught:
        pandera_schema(CONTRACTS["matters"]).validate(matters(**changes), lazy=True)
    assert words in str(caught.value)


def test_an_empty_cell_breaks_no_row_rule() -> None:
    targets = CONTRACTS["home_visit_targets"]
    frame = pd.DataFrame(
        {
            "subdistrict_code": ["a"],
            "target_group": ["other"],
            "listed_persons": pd.array([None], dtype="Int64"),
            "served_persons": pd.array([3], dtype="Int64"),
        }
    )
    pandera_schema(targets, settled=False).validate(frame, lazy=True)
