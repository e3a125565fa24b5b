"""Boundaries of units: valid, without overlap, without holes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from jingan_analysis.intake.faults import Findings

OVERLAP_M2: Final = 100.0
OVERLAP_SHARE: Final = 1e-4
"""Two units may overlap by the larger of 100 m2 and this share of the smaller unit: drawing noise."""

GAP_M2: Final = 1.0
"""A smaller hole between units is rounding of coordinates."""


def check_coverage(
    shapes: NDArray[np.object_],
    names: list[str],
    usable: NDArray[np.bool_],
    rows: NDArray[np.int64],
    findings: Findings,
) -> None:
    """Record invalid and overlapping polygons as faults, holes between them as a notice.

    Parameters
    ----------
    shapes
        Polygons in the metric CRS, shape (n,).
    names
        Code of each unit.
    usable
        Whether a shape passed the earlier checks, shape (n,).
    """
    sound = usable.copy()
    for position in usable.nonzero()[0].tolist():
        if not shapely.is_valid(shapes[position]):
            sound[position] = False
            reason = _place_free(str(shapely.is_valid_reason(shapes[position])))
            mend = "Redraw the boundary, or mend it in a GIS ('Fix geometries')."
            findings.fault(
                f"the polygon is invalid: {reason}",
                mend,
                row=int(rows[position]),
                column="geometry",
                value=names[position],
            )
    _overlaps(shapes, names, sound, rows, findings)
    _holes(shapes[sound], findings)


def _place_free(reason: str) -> str:
    return reason.partition("[")[0].strip()


def _overlaps(
    shapes: NDArray[np.object_],
    names: list[str],
    sound: NDArray[np.bool_],
    rows: NDArray[np.int64],
    findings: Findings,
) -> None:

    at = sound.nonzero()[0]
    left, right = shapely.STRtree(shapes[at]).query(shapes[at], predicate="intersects")
    for first, second in sorted(zip(at[left].tolist(), at[right].tolist(), strict=True)):
        if first >= second:
            continue
        shared = float(shapely.area(shapely.intersection(shapes[first], shapes[second])))
        smaller = min(float(shapely.area(shapes[first])), float(shapely.area(shapes[second])))
        if shared > max(OVERLAP_M2, OVERLAP_SHARE * smaller):
            rule = f"the polygon overlaps that of {names[first]} by {shared:,.0f} m2"
            mend = "Redraw the border between the two units, so that they share one line."
            findings.fault(rule, mend, row=int(rows[second]), column="geometry", value=names[second])


def _holes(shapes: NDArray[np.object_], findings: Findings) -> None:

    if not len(shapes):
        return
    rings = shapely.get_rings(shapely.get_parts(shapely.union_all(shapes)))
    polygons = shapely.polygons(rings)
    outlines = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(shapely.union_all(shapes))))
    gap = float(shapely.area(polygons).sum() - shapely.area(outlines).sum())
    holes = int((shapely.area(polygons) > GAP_M2).sum() - (shapely.area(outlines) > GAP_M2).sum())
    if gap > GAP_M2 and holes > 0:
        findings.notice(f"{holes} hole(s) between or inside the units, {gap:,.0f} m2 in all, belong to no unit")
