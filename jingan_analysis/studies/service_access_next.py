"""Which matters to open at which spots next: the pairs that bring the most cases near home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.models.enabling import Offering, best_enabling
from jingan_analysis.studies.service_access_matters import reached_matters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jingan_analysis.models.enabling import Enabling
    from jingan_analysis.studies.service_access import Params
    from jingan_analysis.studies.service_access_inputs import Inputs
    from jingan_analysis.studies.service_access_matters import Offer

NOW, ALL = "now", "all"


@dataclass(frozen=True)
class NextMatters:
    """What opening more matters at spots would bring.

    Attributes
    ----------
    steps
        One row for what is near now, for each number of pairs opened, and for all that the list allows: ``opened``,
        ``spots`` and ``matters`` of these pairs, the rate of a resident's case drawn at random that can be done within
        the walk that counts as near, ``most`` (no choice of as many pairs has a higher share) and ``gain`` in
        percentage points.
    pairs
        The pairs of the main number, the first one first: ``point_id``, ``spot``, ``subdistrict_code``, ``matter_id``, ``matter``,
        ``persons`` (residents near that spot who had the matter nowhere near), ``cases`` of the matter in the district,
        and ``gain`` in percentage points.
    """

    steps: pd.DataFrame
    pairs: pd.DataFrame


def next_matters(inputs: Inputs, offer: Offer, params: Params, cases: pd.Series | None) -> NextMatters | None:
    """Find the best pairs of spot and matter for each number of pairs; None where nothing can be gained.

    A matter can be opened at spots of the area reported on if the list opens it to nearby spots. Whoever has it within
    the walk that counts as near at any point, a centre or a neighbouring district's spot too, gains nothing.

    Parameters
    ----------
    cases
        Cases in the window by matter; all matters count alike where none is known.
    """
    problem = _Problem.of(inputs, offer, params, cases)
    worth = int((problem.offering.single_gain > 0).sum())
    if not worth:
        return None
    first = best_enabling(problem.offering, params.open_pairs)
    others = (best_enabling(problem.offering, number) for number in params.open_pairs_steps if number < worth)
    best = {len(found.site): found for found in (first, *others)}
    return NextMatters(_steps(problem, dict(sorted(best.items()))), _pairs(problem, first, cases))


@dataclass(frozen=True)
class _Problem:
    """The offering by groups of homes that are near the same points, and what it was made from."""

    inputs: Inputs
    offer: Offer
    offering: Offering
    group: NDArray[np.int64]

    @classmethod
    def of(cls, inputs: Inputs, offer: Offer, params: Params, cases: pd.Series | None) -> _Problem:
        limit = reach_mm(params.walk_speed_mps, params.near_minutes)
        costs = inputs.costs.within(limit)
        near = np.zeros((costs.n_origins, costs.n_destinations), dtype=np.bool_)
        near[costs.origin, costs.destination] = True
        kinds, first, group = np.unique(near, axis=0, return_index=True, return_inverse=True)
        here = inputs.people.in_area(inputs.row)
        people = np.bincount(group.ravel(), weights=np.where(here, inputs.people.located, 0.0), minlength=len(kinds))
        covered = reached_matters(inputs, offer, inputs.of_kind(None), limit)[first]
        own = inputs.points.index.isin(inputs.in_report(inputs.points).index) & inputs.of_kind("remote_spot")
        may_open = own[:, None] & offer.listed["nearby"].to_numpy()[None] & ~offer.offers
        known = None if cases is None else cases.reindex(offer.matters.index, fill_value=0).to_numpy(dtype=np.float64)
        frequency = known if known is not None and known.sum() > 0 else np.ones(len(offer.matters))
        offering = Offering(
            csr_array(kinds.astype(np.float64)), np.asarray(people, dtype=np.float64), frequency / frequency.sum(),
            covered, may_open,
        )  # fmt: skip
        return cls(inputs, offer, offering, group.ravel())

    def rate(self, covered: NDArray[np.bool_]) -> dict[str, float]:
        """The rate of a case drawn at random, if groups have those services near."""
        part = np.minimum(covered @ self.offering.frequency, 1.0)[self.group]
        return {str(name): float(value) for name, value in self.inputs.people.in_row(part, self.inputs.row).items()}

    def with_opened(self, opened: NDArray[np.bool_]) -> dict[str, float]:
        """The row of the steps for opened pairs, shape (s, m)."""
        new = np.asarray(self.offering.near @ opened.astype(np.float64)) > 0
        return {
            "opened": float(opened.sum()),
            "spots": float(opened.any(axis=1).sum()),
            "matters": float(opened.any(axis=0).sum()),
            **self.rate(self.offering.covered | new),
        }


def _steps(problem: _Problem, best: dict[int, Enabling]) -> pd.DataFrame:
    offering = problem.offering
    people = float(offering.people.sum())
    rows = {NOW: problem.with_opened(np.zeros_like(offering.may_open))}
    for number, found in best.items():
        opened = np.zeros_like(offering.may_open)
        opened[found.site, found.service] = True
        rows[f"{number}"] = problem.with_opened(opened)
        rows[f"{number}"]["most"] = rows[NOW]["share"] + max(found.bound, found.gain) / people
    rows[ALL] = problem.with_opened(offering.single_gain > 0)
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.assign(gain=100 * (frame["share"] - rows[NOW]["share"]))


def _pairs(problem: _Problem, found: Enabling, cases: pd.Series | None) -> pd.DataFrame:
    return pd.DataFrame(list(_rows(problem, found, cases))).set_axis(
        [f"{site}-{service}" for site, service in zip(found.site, found.service, strict=True)], axis=0
    )


def _rows(problem: _Problem, found: Enabling, cases: pd.Series | None) -> Iterator[dict[str, object]]:
    offering, points = problem.offering, problem.inputs.points
    for site, service, added in zip(found.site, found.service, found.added, strict=True):
        point, matter = points.iloc[site], problem.offer.matters.index[service]
        yield {
            "point_id": point["point_id"],
            "spot": problem.inputs.names[str(point["point_id"])],
            "subdistrict_code": point["subdistrict_code"],
            "matter_id": matter,
            "matter": f"{problem.offer.matters['name'].iloc[service]} ({matter})",
            "persons": added / offering.frequency[service],
            "cases": np.nan if cases is None else float(cases.get(matter, 0)),
            "gain": 100 * added / float(offering.people.sum()),
        }
