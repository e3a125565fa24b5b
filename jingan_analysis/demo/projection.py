"""Between WGS 84 degrees and the metric frame of the demonstration district."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

METRIC_CRS = "EPSG:4549"
DECIMALS = 7
"""Decimals of a written degree: about a centimetre."""


@cache
def _transformer(*, inverse: bool) -> Transformer:
    ends = (METRIC_CRS, "EPSG:4326") if inverse else ("EPSG:4326", METRIC_CRS)
    return Transformer.from_crs(*ends, always_xy=True)


def to_metres(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres (n, 2) from degrees (n, 2)."""
    x, y = _transformer(inverse=False).transform(lonlat[:, 0], lonlat[:, 1])
    return np.column_stack([x, y])


def to_degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees (n, 2), rounded as they will be written, from metres (n, 2)."""
    lon, lat = _transformer(inverse=True).transform(xy[:, 0], xy[:, 1])
    return np.round(np.column_stack([lon, lat]), DECIMALS)


def settle(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres (n, 2) of the point that will be written: what a reader of the folder will see."""
    return to_metres(to_degrees(xy))
