"""Words of where next: kinds of site and premises, reasons, groups and choices."""

from __future__ import annotations

from jingan_analysis.language import mark, worded

SITE = {
    "canteens": mark("a canteen"),
    "stations": mark("a caring station"),
    "service_points": mark("a service point"),
}
SITES = {
    "canteens": mark("canteens"),
    "stations": mark("caring stations"),
    "service_points": mark("service points"),
}
SUPPLY = {
    "canteens": mark("Meals"),
    "stations": mark("Stations"),
    "service_points": mark("Service points"),
}
PREMISES = {
    "vacant": mark("Vacant"),
    "committee": mark("Committee premises"),
    "public": mark("Public building"),
    "commercial": mark("Commercial premises"),
    "other": mark("Other"),
}
REASONS = {
    "all": mark("All candidates"),
    "open": mark("May be chosen"),
    "ownership": mark("Ruled out: ownership or lease"),
    "fire_safety": mark("Ruled out: fire safety"),
    "kitchen": mark("Ruled out: no kitchen can be built"),
    "heritage": mark("Ruled out: protected building"),
    "demolition": mark("Ruled out: to be demolished"),
    "other": mark("Ruled out for another reason"),
    "suits_other": mark("Suits another kind of facility"),
    "too_small": mark("Known to be too small"),
    "not_step_free": mark("Known to have a step at the door"),
    "not_yet": mark("Not yet available on the last day"),
    "barred": mark("Barred by this report's parameters"),
    "elsewhere": mark("In another sub-district"),
}
STATUS = {"proposed": mark("Proposed"), "alternative": mark("In an alternative"), "possible": mark("Possible")}
GROUPS = {
    "counted": mark("All counted"),
    "aged_80_plus": mark("Aged 80 and over"),
    "living_alone": mark("Living alone"),
    "frail": mark("Frail"),
}
CHOICES = {
    "now": mark("As it is"),
    "proposal": mark("Proposal: most people near"),
    "plan": mark("Plan made by hand"),
    "fairest": mark("Fairest: worst-off area best"),
    "regret": mark("Least regret"),
    "backup": mark("Two near as many as can be"),
    "median": mark("Least walking in all"),
    "centre": mark("Shortest longest walk"),
}


def status() -> dict[str, str]:
    """What becomes of a candidate, in words."""
    return worded({**STATUS, **{name: REASONS[name] for name in REASONS if name not in ("all", "open")}})
