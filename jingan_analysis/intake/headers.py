"""Which column of a file is which column of the contract."""

from __future__ import annotations

import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jingan_analysis.contracts import Contract
    from jingan_analysis.intake.config import TableConfig
    from jingan_analysis.intake.faults import Findings

HALF_WIDTH: Final = {0x3000: " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}
"""Full-width letters, digits and signs to half-width ones."""


def folded(text: str) -> str:
    """A header or label without differences of case, width and blanks, and without what nobody sees."""
    seen = text if text.isascii() else "".join(each for each in text if unicodedata.category(each) != "Cf")
    return " ".join(seen.translate(HALF_WIDTH).split()).casefold()


def known_headers(contract: Contract) -> dict[str, str]:
    """Folded header → column: the column's name and its headers in three languages."""
    known: dict[str, str] = {}
    for column in contract.columns:
        for header in (column.name, column.header.en, column.header.zh, column.header.ja):
            known.setdefault(folded(header), column.name)
    return known


def map_headers(headers: Iterable[str], contract: Contract, table: TableConfig, findings: Findings) -> dict[str, str]:
    """Contract column → header of the file; what does not fit becomes a fault or a notice."""
    mapping = known_headers(contract) | {folded(header): column for header, column in table.headers.items()}
    found: dict[str, str] = {}
    extra: list[str] = []
    for header in headers:
        column = mapping.get(folded(header))
        if column is None:
            extra.append(header)
        elif column in found:
            mend = "Keep one of them, or map the other one away under 'headers' in district.toml."
            findings.fault(f"two columns of the file hold {column}", mend, column=column)
        elif column in table.constants:
            mend = "Remove the column from the file, or the constant from district.toml."
            findings.fault(f"{column} is in the file and a constant", mend, column=column)
        else:
            found[column] = header
    _missing(contract, table, found, extra, findings)
    _unfound(table, headers, findings)
    _list_extra(contract, found, extra, findings)
    return found


def _missing(
    contract: Contract, table: TableConfig, found: dict[str, str], extra: list[str], findings: Findings
) -> None:
    for column in contract.columns:
        if not column.required or column.name in found or column.name in table.constants:
            continue
        words = (column.name, column.header.en, column.header.zh, column.header.ja)
        near = _nearest(words, extra)
        hint = f" The header {near!r} is near: map it under 'headers' in district.toml." if near else ""
        mend = f"Add a column headed {column.name!r}, {column.header.zh!r} or {column.header.ja!r}.{hint}"
        findings.fault(f"the column is missing ({column.description.rstrip('.')})", mend, column=column.name)


def _unfound(table: TableConfig, headers: Iterable[str], findings: Findings) -> None:
    present = {folded(header) for header in headers}
    for header, column in table.headers.items():
        if folded(header) not in present:
            mend = "Correct the header under 'headers' in district.toml."
            findings.fault(
                f"the file has no header {header!r}, which district.toml maps to {column}", mend, column=column
            )


def _list_extra(contract: Contract, found: dict[str, str], extra: list[str], findings: Findings) -> None:
    """Name the columns that are ignored; in tables on people only those whose header cannot be a value."""
    absent = [column for column in contract.columns if column.name not in found]
    plain: list[str] = []
    for header in extra:
        near = _nearest((header,), [word for column in absent for word in (column.name, column.header.en)])
        if near:
            findings.notice(f"column {header!r} is not in the contract and is ignored; did you mean {near!r}?")
        else:
            plain.append(header)
    if plain and findings.withhold:
        findings.notice(f"{len(plain)} column(s) are not in the contract and are ignored")
    elif plain:
        findings.notice(f"not in the contract and ignored: {', '.join(map(repr, plain))}")


def _nearest(words: Iterable[str], candidates: Iterable[str]) -> str | None:
    by_folded = {folded(candidate): candidate for candidate in candidates}
    for word in words:
        if near := get_close_matches(folded(word), list(by_folded), n=1, cutoff=0.7):
            return by_folded[near[0]]
    return None
