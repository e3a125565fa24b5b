"""The register of published claims: every number of every claim, what the data give, and if nothing, why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import pandas as pd

from jingan_analysis.intake.published import published_claims
from jingan_analysis.language import mark, spoken, tr
from jingan_analysis.studies.overview_parts import parameters_for, parts_of_studies
from jingan_analysis.studies.published_figures import AGREES as REPRODUCED_THERE
from jingan_analysis.studies.published_figures import agreement, compare, counted_for
from jingan_analysis.tables.formatting import format_day, format_month

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.intake.published import PublishedClaim
    from jingan_analysis.studies.overview import Params
    from jingan_analysis.studies.published_figures import Compared, Held

Reason = Literal[
    "", "no_table", "no_others", "no_record", "window", "few", "no_number", "no_definition", "slogan", "no_study"
]
"""Why an entry cannot be computed; those of :data:`Obstacle`, and of claims that no study compares."""
REASONS: Final[Mapping[str, str]] = {
    "no_definition": mark("no definition was published"),
    "no_others": mark("figures of other districts are not given"),
    "slogan": mark("a slogan that is not measured"),
    "no_number": mark("no number was published"),
    "window": mark("published for another window"),
    "no_table": mark("the district has no such table"),
    "no_record": mark("the tables hold nothing of it"),
    "few": mark("too few to be shown"),
    "no_study": mark("no study counts it"),
}
"""In the order in which the register's summary tells them."""
REPRODUCED, DIFFERS, NOT_COMPUTED = "reproduced", "differs", "cannot_be_computed"
VERDICTS: Final[Mapping[str, str]] = {
    REPRODUCED: mark("reproduced"),
    DIFFERS: mark("differs"),
    NOT_COMPUTED: mark("cannot be computed"),
}
_NOT_STATED: Final = "not stated"


@dataclass(frozen=True)
class Entry:
    """One line of the register.

    Attributes
    ----------
    claim
        The claim.
    position
        Which of its numbers; None for a claim without any.
    study
        Study that counts it; empty where none does.
    compared
        The number beside the count; None where no study counts it.
    reason
        Why it cannot be computed; empty where it can.
    """

    claim: PublishedClaim
    position: int | None
    study: str = ""
    compared: Compared | None = None
    reason: Reason = ""

    @property
    def verdict(self) -> str:
        """Reproduced, different, or not to be computed."""
        if self.reason or self.compared is None or self.compared.data is None:
            return NOT_COMPUTED
        agrees = agreement(self.claim, self.compared.published, self.compared.data)
        return REPRODUCED if agrees == REPRODUCED_THERE else DIFFERS

    @property
    def name(self) -> str:
        """Its row: the claim, which of its numbers, and what that is counted as."""
        number = "" if self.position is None else f"-{self.position + 1}"
        return f"{self.claim.id}{number}" + (f"-{self.compared.entry.row}" if self.compared is not None else "")


def register(district: District, params: Params) -> list[Entry]:
    """Every number of every published claim, in the order in which they were published; empty without any.

    Raises
    ------
    DistrictConfigError, InvalidParameter
        If a file of published figures is missing or breaks a rule; the message lists every fault.
    InvalidTable
        If a table that counts are made of is wrong.
    """
    claims = {claim.id: claim for claim in published_claims(*district.published_paths)}
    found: dict[tuple[str, int], list[Entry]] = {}
    for study, module in parts_of_studies("published").items() if claims else ():
        entries = list(counted_for(claims, module.COMPARABLE))
        held = _held(district, params, study, module.held) if entries else None
        for entry in entries:
            compared = compare(entry, claims, held, district)
            line = Entry(claims[entry.claim], entry.position, study, compared, compared.obstacle)
            found.setdefault((entry.claim, entry.position), []).append(line)
    return [line for claim in claims.values() for line in _lines(claim, found)]


def _held(district: District, params: Params, study: str, held: object) -> Held | None:
    units = len(district.table("sub_districts")) if district.has("sub_districts") else 0
    assert callable(held)
    counted: Held | None = held(district, parameters_for(study, district, params, unit=None), units)
    return counted


def _lines(claim: PublishedClaim, found: Mapping[tuple[str, int], list[Entry]]) -> Iterator[Entry]:
    """Lines of one claim: of each of its numbers, or one where it has none."""
    if not claim.values:  # noqa: PD011  # a tuple
        yield Entry(claim, None, reason="no_number")
    for position in range(len(claim.values)):
        lines = found.get((claim.id, position), [])
        if all(line.compared is not None and line.compared.entry.every_unit for line in lines):
            # Whether every sub-district has one says nothing of the number itself.
            yield Entry(claim, position, reason=_uncounted(claim))
        yield from lines


def _uncounted(claim: PublishedClaim) -> Reason:
    """Why no study counts a number."""
    if claim.numerator == _NOT_STATED:
        return "no_definition"
    return "slogan" if claim.precision == "ordinal" else "no_study"


def register_frame(entries: list[Entry]) -> pd.DataFrame:
    """The register as a frame, in the spoken language: one row an entry."""
    return pd.DataFrame({line.name: _row(line) for line in entries}).T.astype(
        dict.fromkeys(["published", "data", "difference"], "float64")
    )


def _row(line: Entry) -> dict[str, object]:
    words, compared = line.claim.words(spoken()), line.compared
    published = float("nan") if line.position is None else line.claim.values[line.position]  # noqa: PD011  # a tuple
    unit = "" if line.position is None else words.units[line.position]
    if compared is not None:
        published, unit = compared.published, compared.unit
    data = None if compared is None else compared.data
    return {
        "label": f"{line.claim.id} {tr(compared.entry.label) if compared is not None else unit}".strip(),
        "id": line.claim.id,
        "claim": words.statement,
        "published": published,
        "unit": unit,
        "as_of": _dated(line),
        "data": data,
        "difference": None if data is None else data - published,
        "status": line.reason or line.verdict,
        "study": line.study,
        "numerator": _told(words.numerator or line.claim.numerator),
        "denominator": _told(words.denominator or line.claim.denominator),
        "can_mean": words.can_mean,
        "cannot_mean": words.cannot_mean,
        "paragraph": line.claim.paragraph,
    }


def _dated(line: Entry) -> str:
    """Date or period of a number in words; of the years of a claim with as many numbers as years, that of the number."""
    dates = line.claim.as_of.split("/")
    if dates == [""]:
        return tr("not stated")
    if len(dates) == len(line.claim.values) and line.position is not None and len(dates[0]) == len("2024"):
        dates = [dates[line.position]]
    first, *last = map(_date, dates)
    return tr("{first} to {last}", first=first, last=last[0]) if last else first


def _date(text: str) -> str:
    """A year, month or day in words."""
    if len(text) == len("2024"):
        return text
    return format_month(text) if len(text) == len("2024-08") else format_day(date.fromisoformat(text))


def _told(text: str) -> str:
    """What the files say where there is nothing, in the spoken language."""
    return {"none": tr("none"), _NOT_STATED: tr("not stated")}.get(text, text)


def summary(entries: list[Entry]) -> pd.DataFrame:
    """Entries, and the claims behind them, by verdict and by reason; the last row is all of them.

    A claim with several numbers may stand in several rows; it counts once in the total.
    """
    kinds = {name: [line for line in entries if line.verdict == name] for name in VERDICTS}
    kinds |= {name: [line for line in entries if line.reason == name] for name in REASONS}
    kinds["total"] = entries
    rows = {
        name: {"entries": len(lines), "claims": len({line.claim.id for line in lines})}
        for name, lines in kinds.items()
        if lines or name not in REASONS
    }
    return pd.DataFrame.from_dict(rows, orient="index")
