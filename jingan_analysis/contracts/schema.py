"""The pandera schema of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema

    from jingan_analysis.contracts.column import Column
    from jingan_analysis.contracts.contract import Contract, RowRule

KEY_CHECK: Final = "key"
RANGE_CHECK: Final = "range"
CHOICE_CHECK: Final = "choice"
RULE_CHECK: Final = "rule "


def pandera_schema(contract: Contract, *, settled: bool = True) -> DataFrameSchema:
    """The schema that a typed table of this contract follows; validate with ``lazy=True``.

    Parameters
    ----------
    contract
        The table's contract.
    settled
        False leaves out data types and emptiness, for a table in which some cells could not be
        read; intake reports those cells itself, and everything else through this schema.
    """
    import pandera.pandas as pa

    columns: dict[str, Any] = {column.name: _column(column, settled=settled) for column in contract.columns}
    if contract.geometry in {"polygon", "line"} and settled:
        from pandera.engines.geopandas_engine import Geometry

        columns["geometry"] = pa.Column(Geometry, nullable=False)
    return pa.DataFrameSchema(
        columns,
        checks=[_key_check(contract.key), *(_row_check(number, rule) for number, rule in enumerate(contract.rules))],
        name=contract.name,
        title=contract.title.en,
        description=contract.description,
    )


def dtype_of(column: Column) -> str:
    """The pandas data type of a column after intake."""
    if column.kind == "number":
        return "float64"
    if column.kind == "integer":
        return "Int64" if column.nullable else "int64"
    if column.kind == "boolean":
        return "boolean" if column.nullable else "bool"
    return "datetime64[s]" if column.kind == "date" else "str"


def _column(column: Column, *, settled: bool) -> Any:  # noqa: ANN401 - pandera is loaded late
    import pandera.pandas as pa

    checks = []
    if column.choices:
        checks.append(pa.Check.isin([choice.code for choice in column.choices], name=CHOICE_CHECK))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum, name=RANGE_CHECK))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum, name=RANGE_CHECK))
    return pa.Column(
        dtype_of(column) if settled else None,
        checks,
        nullable=column.nullable or not settled,
        description=column.description,
    )


def _key_check(key: tuple[str, ...]) -> Any:  # noqa: ANN401 - pandera is loaded late
    import pandera.pandas as pa

    def first_of_its_key(table: pd.DataFrame) -> pd.Series:
        return ~table.duplicated(list(key), keep="first")

    return pa.Check(first_of_its_key, name=KEY_CHECK, error=f"{', '.join(key)} identify a row")


def _row_check(number: int, rule: RowRule) -> Any:  # noqa: ANN401 - pandera is loaded late
    import pandera.pandas as pa

    def holds(table: pd.DataFrame) -> pd.Series:
        # A rule on an empty cell says nothing: the emptiness is reported, or allowed, elsewhere.
        return rule.holds(table).astype("boolean").fillna(value=True).astype(bool)

    return pa.Check(holds, name=f"{RULE_CHECK}{number}", error=rule.rule)
