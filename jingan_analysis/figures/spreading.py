"""Keeping direct labels apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def spread(wanted: Sequence[float], *, distance: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, at least ``distance`` apart and inside the limits.

    Neighbours that are too close share out the shift: groups are merged and centred on the mean of what
    their members wanted (pool adjacent violators). Order is kept. If the limits leave too little room, the
    labels fill it evenly.
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    if not order:
        return []
    step = min(distance, (high - low) / (len(order) - 1)) if len(order) > 1 else distance
    groups: list[tuple[float, int]] = []  # centre of the group, number of members
    for index in order:
        groups.append((min(max(wanted[index], low), high), 1))
        while len(groups) > 1 and _bottom(groups[-1], step) - _top(groups[-2], step) < step - 1e-9:
            (second, many), (first, few) = groups.pop(), groups.pop()
            centre = (first * few + second * many) / (few + many)
            half = (few + many - 1) / 2 * step
            groups.append((min(max(centre, low + half), high - half), few + many))
    placed = [0.0] * len(order)
    rank = 0
    for centre, members in groups:
        for member in range(members):
            placed[order[rank]] = centre + (member - (members - 1) / 2) * step
            rank += 1
    return placed


def _bottom(group: tuple[float, int], step: float) -> float:
    return group[0] - (group[1] - 1) / 2 * step


def _top(group: tuple[float, int], step: float) -> float:
    return group[0] + (group[1] - 1) / 2 * step


def overlap(first: tuple[float, float, float, float], second: tuple[float, float, float, float]) -> bool:
    """Whether two boxes (left, top, right, bottom) share area."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]
