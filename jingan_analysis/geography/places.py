"""The door for places: unique names, finite positions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.errors import InvalidParameter


def checked_places(
    side: str, ids: NDArray[np.object_], xy: NDArray[np.float64]
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Identifiers and positions, shapes (n,) and (n, 2).

    Parameters
    ----------
    side
        ``origin`` or ``destination``, for messages.

    Raises
    ------
    InvalidParameter
        If ids repeat, shapes differ or a coordinate is not finite.
    """
    ids, xy = np.array(ids, dtype=object), np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    if len(ids) != len(xy):
        raise InvalidParameter(f"{side}_ids has {len(ids)} entries and {side}_xy has {len(xy)}; give one id a place")
    names, counts = np.unique(ids.astype(str), return_counts=True)
    if (counts > 1).any():
        repeated = names[counts > 1]
        raise InvalidParameter(f"{side}_ids repeats {len(repeated)} ids, {str(repeated[0])!r} first; make them unique")
    if not np.isfinite(xy).all():
        faulty = ~np.isfinite(xy).all(axis=1)
        raise InvalidParameter(
            f"{side}_xy has {faulty.sum()} places without finite coordinates (first at row {int(np.argmax(faulty))}); "
            "leave them out and count them first"
        )
    return ids, xy


def same_places(
    origin_xy: NDArray[np.float64], destination_xy: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of origins and destinations that stand at the same millimetre."""
    origins, destinations = (
        pd.DataFrame(np.rint(xy * 1000.0).astype(np.int64), columns=["x_mm", "y_mm"]).assign(row=np.arange(len(xy)))
        for xy in (origin_xy, destination_xy)
    )
    same = origins.merge(destinations, on=["x_mm", "y_mm"], suffixes=("_origin", "_destination"))
    return same["row_origin"].to_numpy(dtype=np.int64), same["row_destination"].to_numpy(dtype=np.int64)
