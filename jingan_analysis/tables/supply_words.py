"""Words of the tables and figures on what is in reach of whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jingan_analysis.language import tr

if TYPE_CHECKING:
    from jingan_analysis.tables.claims import Text


@dataclass(frozen=True)
class SupplyWords:
    """Words that captions share, in the spoken language.

    Attributes
    ----------
    people
        Whom the report counts, within a sentence, such as ``residents aged 60 and over``.
    supply
        What is in reach, as a heading, such as ``Meals``.
    per
        Its unit, such as ``per 100 people and day``.
    amount
        Unit of the supply itself, such as ``meals per day``.
    site, sites, limit
        What is walked to, one and several, and how far: ``a canteen``, ``canteens``, ``15 minutes at 1 m/s``.
    place
        The place reported on.
    """

    people: Text
    supply: str
    per: Text
    amount: Text
    site: str
    sites: str
    limit: Text
    place: Text

    @property
    def noun(self) -> str:
        """The supply within a sentence: ``meals``."""
        return self.supply[:1].lower() + self.supply[1:]

    @property
    def in_reach(self) -> str:
        """The supply in reach, within a sentence: ``meals in reach``."""
        return tr("{supply} in reach", supply=self.noun)

    @property
    def phrases(self) -> dict[str, Text]:
        """All words by the name of their placeholder in a sentence."""
        return {
            "people": self.people,
            "supply": self.noun,
            "in_reach": self.in_reach,
            "per": self.per,
            "site": self.site,
            "sites": self.sites,
            "limit": self.limit,
            "place": self.place,
        }
