"""Words of the tables and figures on what is in reach of whom."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SupplyWords:
    """Words that captions share.

    Attributes
    ----------
    people
        Whom the report counts, such as ``residents aged 60 and over``.
    supply
        What is in reach, such as ``Meals``.
    per
        Its unit, such as ``per 100 people and day``.
    amount
        Unit of the supply itself, such as ``meals per day``.
    site, sites, limit
        What is walked to, one and several, and how far: ``a canteen``, ``canteens``, ``15 minutes at 1 m/s``.
    place
        The place reported on.
    """

    people: str
    supply: str
    per: str
    amount: str
    site: str
    sites: str
    limit: str
    place: str
