"""What other questions would choose: every choice of a report measured by the same yardsticks."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from jingan_analysis.errors import NoSiteAllowed
from jingan_analysis.models import siting

if TYPE_CHECKING:
    from jingan_analysis.studies.next_sites_situation import Floats, Mask, Situation


def choices(situation: Situation) -> pd.DataFrame:
    """One row a choice: ``now``, ``proposal``, a ``plan`` made by hand, and what other questions would choose.

    Returns
    -------
    DataFrame
        ``exchanged`` new sites that the proposal has not; ``covered`` people and their ``share``; share of the worst-off
        area; people near two sites or more, as a share; mean walk, where nobody counts for more than ``FAR`` times the
        limit, and the longest within that; people ``beyond`` it; and ``gap``, what is open of the choice's own proof.
    """
    found = {"now": (situation.stands, np.nan), "proposal": (situation.proposal.chosen, situation.proposal.gap)}
    if situation.planned is not None:
        found["plan"] = (situation.planned, np.nan)
    if situation.frontier is not None and len(situation.frontier.points) > 1:
        last = situation.frontier.points[-1]
        found["fairest"] = (last.chosen, 0.0 if last.proven else np.nan)
    if situation.least_regret is not None:
        found["regret"] = (situation.least_regret.chosen, situation.least_regret.gap)
    backup = siting.backup_coverage(situation.near, situation.weight, situation.rules, effort=situation.effort)
    found["backup"] = (backup.chosen, backup.gap)
    found |= _of_distance(situation)
    return pd.DataFrame.from_dict(
        {name: {**measured(situation, chosen), "gap": gap} for name, (chosen, gap) in found.items()}, orient="index"
    )


def _of_distance(situation: Situation) -> dict[str, tuple[Mask, float]]:
    """The p-median, and the p-centre of all whom some site could be in reach of."""
    here = np.flatnonzero(situation.weight > 0)
    if not len(here):
        return {}
    travel, weight = situation.travel_minutes[here], situation.weight[here]
    median = siting.p_median(situation.ways, situation.rules, effort=situation.effort)
    reachable = np.flatnonzero(np.diff(travel.indptr) > 0)
    found = {"median": (median.chosen, median.gap)}
    if not len(reachable):
        return found
    # So few sites may be allowed that none of their choices comes near to everybody: then there is no longest walk.
    with suppress(NoSiteAllowed):
        asked = siting.ways(csr_array(travel[reachable]), weight[reachable])
        centre = siting.p_centre(asked, situation.rules, effort=situation.effort)
        found["centre"] = (centre.chosen, centre.gap)
    return found


def measured(situation: Situation, chosen: Mask) -> dict[str, float]:
    """The yardsticks of one choice; see :func:`choices`."""
    people = situation.people_here
    total = float(people.sum())
    near = situation.near @ chosen.astype(np.int32)
    site, minutes = situation.ways.nearest(chosen)
    reached = (site != siting.NOWHERE) & (people > 0)
    share = (lambda amount: amount / total) if total > 0 else (lambda _: float("nan"))
    new = chosen & ~situation.stands
    return {
        "new": int(new.sum()),
        "exchanged": int((new & ~situation.proposal.chosen).sum()),
        "covered": float(people[near > 0].sum()),
        "share": share(float(people[near > 0].sum())),
        "worst": _worst(situation, people, near > 0),
        "twice": share(float(people[near > 1].sum())),
        "mean_walk": share(float(people @ minutes)),
        "longest_walk": float(minutes[reached].max()) if reached.any() else float("nan"),
        "beyond": float(people[~reached].sum()),
    }


def _worst(situation: Situation, people: Floats, having: Mask) -> float:
    area = situation.area
    here = area >= 0
    if not here.any():
        return float("nan")
    whole, part = np.bincount(area[here], people[here]), np.bincount(area[here], (people * having)[here])
    return float((part[whole > 0] / whole[whole > 0]).min()) if (whole > 0).any() else float("nan")
