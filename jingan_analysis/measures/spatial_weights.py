"""Which areas are neighbours, and how much each counts: a sparse table with a digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.errors import InvalidParameter


@dataclass(frozen=True)
class SpatialWeights:
    """Neighbours of areas, whatever rule they come from: shared borders, k nearest, distance.

    Made by :meth:`from_pairs` or :meth:`from_sparse`, which check it.

    Attributes
    ----------
    ids
        Identifiers of the areas as text, in ascending order, shape (n,). An area without neighbours, an
        island, has its place here and in no pair.
    focal, neighbor
        Row numbers into the ids, shape (n_pairs,), int64; pairs are sorted, and a relation in both
        directions is two pairs.
    weight
        How much the neighbour counts, above 0, shape (n_pairs,).
    """

    ids: NDArray[np.object_]
    focal: NDArray[np.int64]
    neighbor: NDArray[np.int64]
    weight: NDArray[np.float64]

    @classmethod
    def from_pairs(
        cls, ids: ArrayLike, from_id: ArrayLike, to_id: ArrayLike, weight: ArrayLike | None = None
    ) -> SpatialWeights:
        """Weights from a table with one row a pair; without a weight, every neighbour counts 1.

        Raises
        ------
        InvalidParameter
            If ids repeat, a pair names an area that is not among the ids, joins an area to itself or
            repeats, the columns differ in length, or a weight is negative, infinite or NaN.
        """
        names = _texts("ids", ids)
        start, end = _texts("from_id", from_id), _texts("to_id", to_id)
        counts = np.ones(len(start)) if weight is None else np.asarray(weight, dtype=np.float64)
        if not len(start) == len(end) == len(counts) or counts.ndim != 1:
            raise InvalidParameter(
                f"from_id, to_id and weight have {len(start)}, {len(end)} and {counts.shape} entries; "
                "give one of each a pair"
            )
        if len(set(names)) < len(names):
            raise InvalidParameter(f"ids: {len(names) - len(set(names))} of {len(names)} repeat; name every area once")
        order = np.array(sorted(names), dtype=object)
        row = {name: number for number, name in enumerate(order)}
        unknown = [name for name in (*start, *end) if name not in row]
        if unknown:
            raise InvalidParameter(
                f"from_id and to_id name {len(set(unknown))} areas that are not among the ids, such as {unknown[0]!r}; "
                "give the ids of all areas, those without neighbours too"
            )
        focal, neighbor = (np.array([row[name] for name in column], dtype=np.int64) for column in (start, end))
        return cls(order, *_checked_pairs(focal, neighbor, counts, len(order)))

    @classmethod
    def from_sparse(cls, ids: ArrayLike, matrix: Any) -> SpatialWeights:  # noqa: ANN401 — any of scipy's sparse formats
        """Weights from a square sparse matrix whose rows and columns are in the order of the ids.

        Raises
        ------
        InvalidParameter
            If the matrix is not ids × ids, or the pairs are not allowed; see :meth:`from_pairs`.
        """
        names = np.array(_texts("ids", ids), dtype=object)
        if matrix.shape != (len(names), len(names)):
            raise InvalidParameter(f"matrix has shape {matrix.shape}; with {len(names)} ids give {(len(names),) * 2}")
        pairs = matrix.tocoo()
        return cls.from_pairs(names, names[pairs.row], names[pairs.col], pairs.data)

    @property
    def islands(self) -> tuple[str, ...]:
        """Areas without neighbours, in ascending order."""
        alone = np.ones(len(self.ids), dtype=np.bool_)
        alone[self.focal] = False
        return tuple(self.ids[alone])

    @cached_property
    def digest(self) -> str:
        """SHA-256 over ids, pairs and weights in ascending order: equal tables have equal digests."""
        pairs = [
            (self.ids[i], self.ids[j], float(w).hex())
            for i, j, w in zip(self.focal, self.neighbor, self.weight, strict=True)
        ]
        text = json.dumps([list(self.ids), pairs], ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).hexdigest()

    def rows_of(self, ids: ArrayLike) -> NDArray[np.int64]:
        """Row of every given id, shape (n,).

        Raises
        ------
        InvalidParameter
            If the given ids are not exactly the areas of the table.
        """
        names = _texts("ids", ids)
        if sorted(names) != list(self.ids):
            missing, more = set(self.ids) - set(names), set(names) - set(self.ids)
            raise InvalidParameter(
                f"ids: {len(missing)} areas of the weights are missing, {len(more)} are not in the weights, and "
                f"{len(names) - len(set(names))} repeat; give each area of the weights once"
            )
        row = {name: number for number, name in enumerate(self.ids)}
        return np.array([row[name] for name in names], dtype=np.int64)

    def to_frame(self) -> pd.DataFrame:
        """One row a pair: ``from_id``, ``to_id``, ``weight``; islands are in :attr:`islands`."""
        return pd.DataFrame({"from_id": self.ids[self.focal], "to_id": self.ids[self.neighbor], "weight": self.weight})


def _checked_pairs(
    focal: NDArray[np.int64], neighbor: NDArray[np.int64], weight: NDArray[np.float64], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    faults = {
        "are negative, infinite or NaN; give finite weights of 0 or more": ~(np.isfinite(weight) & (weight >= 0)),
        "join an area to itself; an area is not its own neighbour": focal == neighbor,
    }
    for fault, where in faults.items():
        if where.any():
            raise InvalidParameter(f"weights: {int(where.sum())} of {len(weight)} pairs {fault}")
    order = np.lexsort((neighbor, focal))
    # A weight of 0 is no neighbour.
    order = order[weight[order] > 0]
    key = focal[order] * n + neighbor[order]
    if (repeated := int((np.diff(key) == 0).sum())) > 0:
        raise InvalidParameter(f"weights: {repeated} of {len(weight)} pairs repeat; give every pair once")
    return focal[order], neighbor[order], weight[order]


def _texts(name: str, labels: ArrayLike) -> list[str]:
    found = np.asarray(labels)
    if found.ndim != 1:
        raise InvalidParameter(f"{name} has shape {found.shape}; give a list of labels")
    if pd.isna(found).any():
        raise InvalidParameter(
            f"{name}: {int(pd.isna(found).sum())} of {len(found)} labels are missing; name every area"
        )
    return [str(label) for label in found]
