"""What residents reach near home at each hour of the week: points that handle a matter, and are open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jingan_analysis.contracts.opening_hours import OpeningHours
from jingan_analysis.studies.service_access_matters import reached_matters

if TYPE_CHECKING:
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_matters import Offer


@dataclass(frozen=True)
class OpenMatters:
    """Matters that each home reaches, by the hours of the points that handle them.

    Points with the same hours are one entry: there are few patterns of hours and many points.

    Attributes
    ----------
    weekly
        Hours of which the points are open for the whole, shape (n_patterns, 7, 24).
    reached
        Whether each home has a point of the pattern within the limit that handles the matter,
        shape (n_patterns, n_origins, n_matters).
    """

    weekly: NDArray[np.bool_]
    reached: NDArray[np.bool_]

    @classmethod
    def of(cls, inputs: Inputs, offer: Offer, keep: NDArray[np.bool_], limit_mm: int) -> OpenMatters:
        """Find what homes reach at the kept points; points without stated hours count as closed."""
        texts = inputs.points["hours"]
        patterns = sorted(texts[keep].dropna().unique())
        shape = (inputs.costs.n_origins, offer.offers.shape[1])
        reached = [
            reached_matters(inputs, offer, keep & (texts == text).fillna(False).to_numpy(dtype=np.bool_), limit_mm)
            for text in patterns
        ]
        weekly = [OpeningHours.parse(text).weekly() for text in patterns]
        return cls(
            np.array(weekly, dtype=np.bool_).reshape(-1, 7, 24), np.array(reached, dtype=np.bool_).reshape(-1, *shape)
        )

    def some_hour(self, hours: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Matters that can be done in at least one of these hours; shape (n_origins, n_matters)."""
        return self._at(np.asarray(self.weekly[:, hours].any(axis=1)))

    def throughout(self, hours: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Matters that one and the same point handles in every one of these hours; shape (n_origins, n_matters)."""
        return self._at(np.asarray(self.weekly[:, hours].all(axis=1)))

    def at(self, weekday: int, hour: int) -> NDArray[np.bool_]:
        """Matters that can be done in one hour; shape (n_origins, n_matters)."""
        return self._at(self.weekly[:, weekday, hour])

    def alike(self) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
        """Hours in which the same points are open, and what can be done in them.

        Returns
        -------
        list of (ndarray, ndarray)
            A mask of hours, shape (7, 24), and the matters, shape (n_origins, n_matters); the masks
            make up the week.
        """
        flat = self.weekly.reshape(len(self.weekly), 7 * 24)
        states, number = np.unique(flat, axis=1, return_inverse=True)
        of_hour = np.asarray(number).reshape(7, 24)
        return [(of_hour == each, self._at(states[:, each])) for each in range(states.shape[1])]

    def _at(self, is_open: NDArray[np.bool_]) -> NDArray[np.bool_]:
        return np.asarray(self.reached[is_open].any(axis=0))
