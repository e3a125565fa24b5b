"""A typed table against its contract's schema: ranges, choices, keys and rules across columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandera.errors import SchemaErrors

from jingan_analysis.contracts.schema import CHOICE_CHECK, KEY_CHECK, RANGE_CHECK, RULE_CHECK, pandera_schema

if TYPE_CHECKING:
    from jingan_analysis.contracts import Contract
    from jingan_analysis.intake.faults import Findings


def check_rules(frame: pd.DataFrame, rows: NDArray[np.int64], contract: Contract, findings: Findings) -> None:
    """Record every row that breaks the contract's schema; ``rows`` are the row numbers of the file."""
    try:
        pandera_schema(contract, settled=False).validate(frame, lazy=True)
    except SchemaErrors as errors:
        broken = [(error.schema.name, error.check.name, error.check_output) for error in errors.schema_errors]
    else:
        return
    for column, check, holds in broken:
        for position in (~holds.to_numpy(dtype=bool)).nonzero()[0].tolist():
            _record(frame, position, int(rows[position]), column, check, contract, findings)


def _record(
    frame: pd.DataFrame, position: int, row: int, column: str, check: str, contract: Contract, findings: Findings
) -> None:
    if check == KEY_CHECK:
        value = ", ".join(_text(frame[name].iloc[position]) for name in contract.key)
        rule = f"the same {' + '.join(contract.key)} stands in an earlier row"
        findings.fault(
            rule, "Remove the repeated row, or correct its key.", row=row, column=contract.key[0], value=value
        )
    elif check.startswith(RULE_CHECK):
        broken = contract.rules[int(check.removeprefix(RULE_CHECK))]
        value = _text(frame[broken.column].iloc[position])
        findings.fault(broken.rule, _sentence(broken.mend), row=row, column=broken.column, value=value)
    elif check in {RANGE_CHECK, CHOICE_CHECK}:
        rule, mend = _range_words(contract, column)
        findings.fault(rule, mend, row=row, column=column, value=_text(frame[column].iloc[position]))


def _range_words(contract: Contract, name: str) -> tuple[str, str]:
    column = contract.column(name)
    unit = f" {column.unit}" if column.unit else ""
    if column.minimum is not None and column.maximum is not None:
        allowed = f"between {column.minimum:,.10g} and {column.maximum:,.10g}{unit}"
    elif column.minimum is not None:
        allowed = f"at least {column.minimum:,.10g}{unit}"
    else:
        allowed = f"at most {column.maximum:,.10g}{unit}"
    empty = ", or leave the cell empty if it is unknown" if column.nullable else ""
    return f"{name} must be {allowed}", f"Correct the value{empty}."


def _text(value: Any) -> str:  # noqa: ANN401 - any cell

    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return f"{value:g}" if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else str(value)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:].rstrip(".") + "."
