"""Figures that somebody published, with what each can and cannot mean."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from jingan_analysis.errors import InvalidParameter, UnknownParameter, did_you_mean
from jingan_analysis.intake.hidden import VisibleText, VisibleWords

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from jingan_analysis.vocabulary import Language

Precision = Literal["exact", "rounded", "at_least", "ordinal", "none"]


class ClaimWords(BaseModel):
    """What a report says about a claim, in one language; see :class:`PublishedClaim` for each part."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    statement: VisibleWords
    units: tuple[VisibleText, ...] = Field(strict=False)
    can_mean: VisibleWords
    cannot_mean: VisibleWords
    numerator: VisibleText = ""
    denominator: VisibleText = ""


class PublishedClaim(ClaimWords):
    """One published claim, worded in English and, where the file has them, in Chinese and Japanese.

    Attributes
    ----------
    id
        Identifier, such as ``F5``.
    statement
        What was said, in our own words.
    values
        The numbers in it, in the order of the statement; empty if it has none.
    units
        Unit of each number.
    precision
        How the numbers are meant: ``exact``; ``rounded``; ``at_least``, a lower bound; ``ordinal``, a
        rank or a slogan that nothing can be computed from; ``none`` without numbers.
    rounded_to
        Step to which rounded numbers are rounded; None otherwise.
    as_of
        Date or period, ISO 8601 with ``/`` between first and last month; empty where not stated.
    paragraph
        Number of the paragraph in the source, counted as the file's head says.
    numerator, denominator
        What is counted, and out of what; ``not stated`` where the source does not say.
    can_mean, cannot_mean
        What may be concluded, and what may not.
    counted_as
        For each number the count of the data that it is held against, such as ``canteens``, empty for none; left out
        where studies name the claim themselves.
    zh, ja
        The same in Chinese and in Japanese; None where the file does not say it.
    """

    id: VisibleWords
    values: tuple[float, ...] = Field(strict=False)
    precision: Precision = "exact"
    rounded_to: float | None = Field(default=None, gt=0)
    as_of: str = Field(pattern=r"^$|^\d{4}(-\d{2}){0,2}(/\d{4}(-\d{2}){0,2})?$")
    paragraph: int = Field(ge=1)
    numerator: VisibleWords
    denominator: VisibleWords
    counted_as: tuple[VisibleText, ...] = Field(default=(), strict=False)
    zh: ClaimWords | None = None
    ja: ClaimWords | None = None

    @model_validator(mode="after")
    def _consistent(self) -> PublishedClaim:
        if any(len(self.values) != len(words.units) for words in (self, self.zh, self.ja) if words is not None):
            raise ValueError("give one unit for each value, in every language")
        if self.counted_as and len(self.counted_as) != len(self.values):
            raise ValueError("give one entry of counted_as for each value, or none at all")
        if (self.precision == "rounded") != (self.rounded_to is not None):
            raise ValueError("rounded_to belongs to precision 'rounded', and only to it")
        if (self.precision == "none") != (not self.values):
            raise ValueError("precision 'none' belongs to claims without values, and only to them")
        return self

    def words(self, language: Language) -> ClaimWords:
        """The claim in a language, in English where the file does not have it."""
        translated: dict[Language, ClaimWords | None] = {"zh": self.zh, "ja": self.ja}
        return translated.get(language) or self

    @property
    def value(self) -> float:
        """The number, where there is just one.

        Raises
        ------
        InvalidParameter
            If the claim has none or several.
        """
        if len(self.values) != 1:
            raise InvalidParameter(f"Claim {self.id} has {len(self.values)} values; use .values instead of .value")
        return self.values[0]

    @property
    def unit(self) -> str:
        """Unit of the only number; see :attr:`value`."""
        if len(self.units) != 1:
            raise InvalidParameter(f"Claim {self.id} has {len(self.units)} units; use .units instead of .unit")
        return self.units[0]


class _Interview(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    source_url: VisibleText
    title: VisibleText
    published_on: VisibleText
    dating: VisibleText
    paragraphs_counted: VisibleText
    claim: list[PublishedClaim]


def published_claims(*paths: Path) -> tuple[PublishedClaim, ...]:
    """Read the claims of published texts, one text a file, in the order of the files.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidParameter
        If a file is not TOML, breaks the rules or repeats an identifier, its own or one of another file; all faults of
        all files at once.
    """
    claims: list[PublishedClaim] = []
    faults: list[str] = []
    for path in paths:
        try:
            claims += _claims(path, {claim.id for claim in claims})
        except InvalidParameter as error:
            faults.append(str(error))
    if faults:
        raise InvalidParameter("\n".join(faults))
    return tuple(claims)


def _claims(path: Path, taken: AbstractSet[str]) -> list[PublishedClaim]:
    """Claims of one file, none of them named like one of another file."""
    try:
        interview = _Interview.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidParameter(f"{path.name} cannot be read: {error}") from None
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors(include_url=False)
        )
        raise InvalidParameter(f"{path.name} is not valid: {faults}") from None
    ids = [claim.id for claim in interview.claim]
    repeated = sorted({name for name in ids if ids.count(name) > 1 or name in taken})
    if repeated:
        raise InvalidParameter(f"{path.name} repeats {', '.join(repeated)}; give each claim its own id")
    return interview.claim


def published_claim(claims: Sequence[PublishedClaim], identifier: str) -> PublishedClaim:
    """Look up one claim.

    Raises
    ------
    UnknownParameter
        If there is none; the message names the nearest one.
    """
    known = {claim.id: claim for claim in claims}
    if identifier not in known:
        raise UnknownParameter(f"Unknown claim {identifier!r}.{did_you_mean(identifier, known)}")
    return known[identifier]
