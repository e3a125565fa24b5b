"""Stocks and flows: what was there, what came, what went, and whether the account closes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter, LedgerDoesNotClose
from jingan_analysis.models.durations import whole_codes


@dataclass(frozen=True)
class StockAndFlow:
    """An account of k kinds over m months, in whole persons or beds.

    ``opening + inflow - outflow + residual`` is ``closing`` exactly.

    Attributes
    ----------
    opening, closing
        Counted stock at the beginning and at the end of each month, shape (m, k).
    inflow, outflow
        What came to and left each kind in each month, shape (m, k). A move within a kind is in both.
    net_outside
        Of it, what came from outside the k kinds less what left them, shape (m, k).
    residual
        What the flows leave unexplained, shape (m, k): above 0 where more was counted than the flows make.
    flow_matrix
        Flows of all months from source (row) to destination (column), shape (k + o, k + o).
    """

    opening: NDArray[np.int64]
    inflow: NDArray[np.int64]
    outflow: NDArray[np.int64]
    closing: NDArray[np.int64]
    net_outside: NDArray[np.int64]
    residual: NDArray[np.int64]
    flow_matrix: NDArray[np.int64]

    @property
    def closes(self) -> bool:
        """Whether no residual is left anywhere."""
        return not self.residual.any()


def stock_and_flow(stocks: ArrayLike, flows: ArrayLike) -> StockAndFlow:
    r"""Compare counted stocks with the flows between the counts.

    .. math:: r_{jm} = S_{j,m+1} - S_{jm} - \sum_i F_{ijm} + \sum_i F_{jim}

    Where
        S_jm   stock of kind j counted at the beginning of month m; F_ijm flow from i to j during it.

    A residual is a finding about the data: unrecorded moves, deaths recorded elsewhere, or counts on another day.

    Parameters
    ----------
    stocks
        Whole counts of each kind at the beginning of each month and at the end of the last, shape (m + 1, k).
    flows
        Whole flows of each month from source to destination, shape (m, k + o, k + o): first the k kinds, then the o
        places outside, such as home, death and elsewhere; see :func:`flows_by_month`.

    Raises
    ------
    InvalidParameter
        If a number is negative or not whole, or the shapes do not fit. All faults are told at once.
    LedgerDoesNotClose
        If flows within the kinds do not cancel, which would be a fault of this function.
    """
    faults: list[str] = []
    stock, flow = _whole(faults, "stocks", stocks, 2), _whole(faults, "flows", flows, 3)
    if not faults and (
        len(stock) != len(flow) + 1
        or flow.shape[1] != flow.shape[2]
        or flow.shape[1] < stock.shape[1]
        or not len(flow)
        or not stock.shape[1]
    ):
        faults.append(
            f"stocks has shape {stock.shape} and flows {flow.shape}; give (m + 1, k) and (m, k + o, k + o), m and k at "
            "least 1"
        )
    if faults:
        raise InvalidParameter("; ".join(faults))
    k = stock.shape[1]
    inflow, outflow = flow.sum(axis=1)[:, :k], flow.sum(axis=2)[:, :k]
    outside = flow[:, k:, :k].sum(axis=1) - flow[:, :k, k:].sum(axis=2)
    if np.any((inflow - outflow).sum(axis=1) != outside.sum(axis=1)):
        raise LedgerDoesNotClose("flows between the kinds do not cancel")
    residual = stock[1:] - stock[:-1] - inflow + outflow
    return StockAndFlow(stock[:-1], inflow, outflow, stock[1:], outside, residual, flow.sum(axis=0))


def _whole(faults: list[str], name: str, values: ArrayLike, dimensions: int) -> NDArray[np.int64]:
    counts = np.asarray(values)
    if counts.ndim != dimensions or counts.dtype.kind not in "iuf":
        faults.append(f"{name} has shape {counts.shape} and type {counts.dtype}; give counts with {dimensions} axes")
        return np.zeros((1,) * dimensions, dtype=np.int64)
    wrong = ~np.isfinite(counts) | (counts < 0) if counts.dtype.kind == "f" else counts < 0
    wrong |= np.floor(np.where(wrong, 0, counts)) != np.where(wrong, 0, counts)
    if wrong.any():
        faults.append(
            f"{name}: {int(wrong.sum())} of {counts.size} are no whole numbers of 0 or more; a count that is not known "
            "closes no account, so leave its month out"
        )
    return np.where(wrong, 0, counts).astype(np.int64)


def flows_by_month(
    months: ArrayLike, sources: ArrayLike, destinations: ArrayLike, *, number: int, kinds: int, outside: int
) -> NDArray[np.int64]:
    """Count moves by month, source and destination.

    Parameters
    ----------
    months
        Position of the month of each move, 0 to number - 1, shape (n,); n may be 0.
    sources, destinations
        Where it began and ended, shape (n,): 0 to kinds - 1, then the places outside up to kinds + outside - 1.
    number, kinds, outside
        How many months, kinds and places outside there are.

    Returns
    -------
    numpy.ndarray
        Shape (number, kinds + outside, kinds + outside).

    Raises
    ------
    InvalidParameter
        If a code is impossible, or a move begins and ends outside. All faults are told at once.
    """
    faults: list[str] = []
    n, places = np.size(np.asarray(months)), kinds + outside
    columns = []
    for name, values, size in (
        ("months", months, number),
        ("sources", sources, places),
        ("destinations", destinations, places),
    ):
        codes = whole_codes(faults, name, np.asarray(values, dtype=np.float64) if n == 0 else values, n, least=0)
        if np.any(codes >= size):
            faults.append(f"{name}: {int(np.sum(codes >= size))} of {n} are above {size - 1}")
        columns.append(codes)
    month, source, destination = columns
    past = (source >= kinds) & (destination >= kinds)
    if past.any() and not faults:
        faults.append(f"{int(past.sum())} of {n} moves begin and end outside the {kinds} kinds; leave them out")
    if faults:
        raise InvalidParameter("; ".join(faults))
    cell = (month * places + source) * places + destination
    return np.bincount(cell, minlength=number * places * places).reshape(number, places, places)
