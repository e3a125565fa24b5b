"""Where the people are and where the supply goes: the account that every catchment closes."""

from __future__ import annotations

from math import fsum, isclose
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.language import mark, tr
from jingan_analysis.studies.result import Check
from jingan_analysis.tables.claims import Claim, state
from jingan_analysis.tables.supply_ledger import ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from jingan_analysis.measures.catchment import Catchment
    from jingan_analysis.studies.supply_near import SupplyNear
    from jingan_analysis.tables.claims import Text
    from jingan_analysis.tables.supply_words import SupplyWords
    from jingan_analysis.tables.table import Table


CLOSED = {
    "persons": mark(
        "The people with {supply} in reach, without, of whom it is not known, and outside add up to all {total}."
    ),
    "supply": mark(
        "The {supply} in reach of people and those that nobody can reach add up to all {total} of known size."
    ),
}
"""What a closed account says, by its column."""


def accounts(near: SupplyNear) -> pd.DataFrame:
    """Persons and supply by what is in reach, with their totals."""
    return accounts_of(near.catchment, near.persons, near.residents.inside, ~near.costs.origin_snapped)


def accounts_of(
    catchment: Catchment, persons: NDArray[np.float64], inside: NDArray[np.bool_], unsnapped: NDArray[np.bool_]
) -> pd.DataFrame:
    """The same of any catchment.

    Parameters
    ----------
    persons, inside, unsnapped
        People of each point, whether it lies in the district, and whether its walk is unknown, shape (n_points,).
    """
    access = catchment.access
    received = persons * np.nan_to_num(access)
    cases = {
        "inside_with": inside & (access > 0),
        "inside_without": inside & (access == 0),
        "inside_unknown": inside & np.isnan(access) & ~unsnapped,
        "inside_unsnapped": inside & unsnapped,
        "outside": ~inside,
    }
    rows = {name: {"persons": persons[here].sum(), "supply": received[here].sum()} for name, here in cases.items()}
    total = catchment.ledger
    rows["without_demand"] = {"persons": np.nan, "supply": total.supply_without_demand}
    rows["total"] = {"persons": total.demand_total, "supply": total.supply_total}
    return pd.DataFrame.from_dict(rows, orient="index")


def ledger_table(near: SupplyNear, words: SupplyWords) -> Table:
    """The account as a table."""
    return ledger(accounts(near), words)


def ledger_checks(exact: Mapping[str, Table], tables: Mapping[str, Table], supply: Text) -> list[Check]:
    """That both accounts close; what is empty is not checked.

    Parameters
    ----------
    exact, tables
        The tables as counted, and as they may be shown.
    supply
        What is in reach, within a sentence: ``meals``.
    """
    names = {
        "persons": tr("account of people closes"),
        "supply": tr("account of {supply} closes", supply=supply),
    }
    return [
        Check(
            names[column],
            _closes(exact["ledger"].frame[column]),
            state(sentence, tables, words={"supply": supply}, total=Claim("ledger", "total", column)),
        )
        for column, sentence in CLOSED.items()
        if exact["ledger"].number("total", column) > 0
    ]


def _closes(account: pd.Series) -> bool:
    parts = account.drop("total").dropna().to_numpy(dtype=np.float64)
    return isclose(fsum(parts), float(account["total"]), rel_tol=1e-9)
