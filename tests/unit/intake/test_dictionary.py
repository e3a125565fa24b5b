from __future__ import annotations

from pathlib import Path

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.intake.dictionary import data_dictionary


def test_every_column_choice_and_header_is_there() -> None:
    text = data_dictionary()
    for contract in CONTRACTS.values():
        section = text.split(f"## `{contract.name}`")[1].split("<a id=")[0]
        assert contract.description in section
        for column in contract.columns:
            row = next(line for line in section.splitlines() if line.startswith(f"| `{column.name}` |"))
            assert all(
                word in row for word in (column.header.en, column.header.zh, column.header.ja, column.description)
            )
            assert row.count("|") == 9
            assert all(f"`{choice.code}`" in section for choice in column.choices)


def test_the_document_is_up_to_date() -> None:
    document = Path(__file__).parents[3] / "docs" / "data_dictionary.md"
    assert document.read_text(encoding="utf-8") == data_dictionary(), "run: jingan dictionary > docs/data_dictionary.md"
