"""Small problems of siting, and the best choice found by trying all of them."""

from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import strategies as st

from jingan_analysis.models.siting import SiteRules

UNITS = 3


@st.composite
def site_rules(draw, sites: int) -> SiteRules:
    """Rules of every kind, also such that no choice keeps."""
    numbers = np.random.default_rng(draw(st.integers(0, 100_000)))
    wanted = {
        name: draw(st.booleans()) for name in ("standing", "most_new", "budget", "least", "most", "forced", "barred")
    }
    values: dict[str, object] = {}
    if wanted["standing"]:
        standing = numbers.random(sites) < 0.4
        values |= {"standing": standing, "may_close": standing & (numbers.random(sites) < 0.6)}
        values |= {"most_closed": draw(st.sampled_from([None, 0, 1, 2])), "moves": draw(st.booleans())}
    if wanted["most_new"]:
        values["most_new"] = draw(st.integers(0, 3))
    if wanted["budget"]:
        values |= {"cost": numbers.integers(0, 5, sites).astype(float), "budget": float(draw(st.integers(0, 12)))}
    if wanted["least"] or wanted["most"]:
        values["unit"] = numbers.integers(-1, UNITS, sites)
        if wanted["least"]:
            values["least_in_unit"] = numbers.integers(0, 2, UNITS)
        if wanted["most"]:
            values["most_in_unit"] = numbers.integers(1, 3, UNITS)
    forced = numbers.random(sites) < 0.2
    if wanted["forced"]:
        values["forced"] = forced
    if wanted["barred"]:
        barred = numbers.random(sites) < 0.2
        values["barred"] = barred & ~forced if wanted["forced"] else barred
    return SiteRules(sites, **values)


@st.composite
def coverings(draw) -> tuple[np.ndarray, np.ndarray, SiteRules]:
    """Who is near which site, people, and rules."""
    groups, sites = draw(st.integers(1, 9)), draw(st.integers(1, 6))
    numbers = np.random.default_rng(draw(st.integers(0, 100_000)))
    return numbers.random((groups, sites)) < 0.35, numbers.integers(0, 4, groups).astype(float), draw(site_rules(sites))


def villages(seed=0, groups=200, sites=25, reach=1.8) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Homes and sites strewn over a square: who is near which site, people, and unit by strip."""
    numbers = np.random.default_rng(seed)
    homes, places = numbers.random((groups, 2)) * 10, numbers.random((sites, 2)) * 10
    near = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1)) <= reach
    return near, numbers.integers(1, 100, groups).astype(float), (homes[:, 0] // 2.5).astype(int)


def kept_by_reading(rules: SiteRules, chosen: np.ndarray) -> bool:
    """Whether a choice keeps the rules, as their docstring says it, site by site."""
    new = closed = 0
    spent, inside = 0.0, dict.fromkeys(range(UNITS), 0)
    for site, open_ in enumerate(chosen):
        if (rules.forced[site] and not open_) or (rules.barred[site] and open_):
            return False
        if rules.standing[site] and not open_:
            closed += 1
            if not (rules.may_close[site] or rules.barred[site]):
                return False
        new += bool(open_ and not rules.standing[site])
        if open_ and rules.cost is not None:
            spent += rules.cost[site]
        if open_ and rules.unit is not None and rules.unit[site] >= 0:
            inside[int(rules.unit[site])] += 1
    if rules.most_closed is not None and closed > rules.most_closed:
        return False
    if rules.most_new is not None and new > rules.most_new + (closed if rules.moves else 0):
        return False
    if rules.budget is not None and spent > rules.budget:
        return False
    least = rules.least_in_unit if rules.least_in_unit is not None else [0] * UNITS
    most = rules.most_in_unit if rules.most_in_unit is not None else [len(chosen)] * UNITS
    return all(least[unit] <= count <= most[unit] for unit, count in inside.items())


def allowed_choices(rules: SiteRules) -> list[np.ndarray]:
    """Every choice that keeps the rules."""
    choices = (np.array(bits, dtype=bool) for bits in product([False, True], repeat=rules.sites))
    return [chosen for chosen in choices if kept_by_reading(rules, chosen)]
