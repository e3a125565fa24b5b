"""Spatial availability: how much of the supply each place holds, for all its people together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from jingan_analysis.geography.travel_costs import TravelCosts
from jingan_analysis.measures.catchments.account import Catchment, Setting, share
from jingan_analysis.measures.decay import Decay

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False)
class Availability:
    """Supply that is available at each origin.

    Attributes
    ----------
    available
        Supply for all people of the origin, units per day, NaN where not known, shape (n_origins,).
    per_person
        The same for each of them, with the ledger; access is 0 where nobody lives.
    """

    available: NDArray[np.float64]
    per_person: Catchment

    def to_frame(self) -> pd.DataFrame:
        """One row an origin: ``available_per_day``, ``access_per_person`` and ``lower_bound``."""
        frame = self.per_person.to_frame()
        frame.insert(0, "available_per_day", self.available)
        return frame

    def plot(self, xy_m: ArrayLike, *, ax: Axes | None = None) -> Axes:
        """Draw a map of what each origin holds; see :meth:`Catchment.plot`."""
        from jingan_analysis.plotting import place_map

        states = {"certainly none": self.available == 0.0, "not known": np.isnan(self.available)}
        return place_map(xy_m, self.available, states=states, label="Supply available per day", ax=ax)

    def _repr_html_(self) -> str:
        """How JupyterLab shows the result: who holds some, who holds none, of whom it is not known."""
        from jingan_analysis.showing import Fact, share_text, shown

        n = len(self.available)
        facts = [
            Fact("Origins that hold some supply", share_text(int((self.available > 0.0).sum()), n)),
            Fact("Origins with certainly none", share_text(int((self.available == 0.0).sum()), n)),
            Fact("Origins of which it is not known", share_text(int(np.isnan(self.available).sum()), n)),
            Fact("Supply that they hold together", float(np.nansum(self.available)), "per day"),
        ]
        found = shown("Spatial availability of every origin", facts, self.to_frame())
        return found + self.per_person.ledger._repr_html_()


def spatial_availability(
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
    outside: ArrayLike | None = None,
) -> Availability:
    r"""Share out each site's supply by people and nearness, exactly once.

    .. math::

        V_i = \sum_j S_j \frac{F^p_{ij} F^c_{ij}}{\sum_k F^p_{kj} F^c_{kj}}, \qquad
        F^p_{ij} = \frac{P_i}{\sum_k P_k}, \qquad F^c_{ij} = \frac{f(d_{ij})}{\sum_k f(d_{kj})}

    Where
        P_i    persons at origin i; S_j supply of site j;
        d_ij   walking distance; f decay, 0 beyond the limit; sums over the origins k in the site's catchment;
        V_i    supply available at origin i; per person it equals E2SFCA, of which it is the constrained form.

    Parameters and errors are those of
    :func:`jingan_analysis.measures.catchments.two_step.enhanced_two_step_catchment`.

    Notes
    -----
    Soukhov, A., Paez, A., Higgins, C. D. and Mohamed, M. (2023), Introducing spatial availability, a
    singly-constrained measure of competitive accessibility, *PLoS ONE* 18(1).
    """
    setting = Setting.of(costs, demand, supply, limit_mm, decay, outside)
    persons = setting.at_origin(setting.persons)
    by_people = share(persons, setting.at_site(setting.over_origins(np.where(setting.weight > 0, persons, 0.0))))
    by_nearness = share(setting.weight, setting.at_site(setting.over_origins(setting.weight)))
    balanced = by_people * by_nearness
    part = share(balanced, setting.at_site(setting.over_origins(balanced)))
    held = np.nan_to_num(setting.at_site(setting.units)) * part
    attracted = setting.over_origins(persons * setting.weight)
    result = setting.result(setting.ratio(attracted), share(held, persons))
    available = setting.over_sites(held)
    available[np.isnan(result.access)] = np.nan
    return Availability(available, result)
