"""The data dictionary: every table and column that a district can have, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jingan_analysis.contracts import CONTRACTS

if TYPE_CHECKING:
    from jingan_analysis.contracts import Column, Contract

OPENING: Final = """\
# Data dictionary

Every table that a district can have. A file may use a column's name or any of its three headers;
`headers` in `district.toml` maps any other. Written by `jingan dictionary`.
"""

COORDINATES: Final = {
    "point": "Points: `lon` and `lat`, or point shapes, in the datum that `district.toml` states.",
    "polygon": "Polygons, in longitude and latitude of the datum that `district.toml` states.",
    "line": "Lines, in longitude and latitude of the datum that `district.toml` states.",
}

HEAD: Final = """\
| column | English | 中文 | 日本語 | unit | needed | rule | meaning |
|---|---|---|---|---|---|---|---|
"""


def data_dictionary() -> str:
    """Write the data dictionary of all contracts in Markdown."""
    contents = "\n".join(f"- [{each.title.en}](#{name}) (`{name}`)" for name, each in CONTRACTS.items())
    sections = [OPENING, contents, "", *(_section(contract) for contract in CONTRACTS.values())]
    return "\n".join(sections).rstrip("\n") + "\n"


def _section(contract: Contract) -> str:
    title = contract.title
    lines = [
        f'<a id="{contract.name}"></a>',
        "",
        f"## `{contract.name}`: {title.en} · {title.zh} · {title.ja}",
        "",
        contract.description,
        "",
        f"- Key: {', '.join(f'`{name}`' for name in contract.key)}.",
    ]
    if contract.geometry:
        lines.append(f"- {COORDINATES[contract.geometry]}")
    if contract.person_level:
        lines.append("- Rows are people or households: messages never show their values.")
    lines += [f"- Rule: {rule.rule}." for rule in contract.rules]
    lines += ["", HEAD + "\n".join(_row(column) for column in contract.columns), ""]
    lines += [_choices(column) for column in contract.columns if column.choices]
    return "\n".join(lines)


def _row(column: Column) -> str:
    words = column.header
    needed = "yes" if column.required else "no"
    cells = (f"`{column.name}`", words.en, words.zh, words.ja, column.unit, needed, column.rule, column.description)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _choices(column: Column) -> str:
    words = "; ".join(
        f"`{choice.code}` ({choice.label.en} · {choice.label.zh} · {choice.label.ja})" for choice in column.choices
    )
    return f"Choices of `{column.name}`: {words}.\n"
