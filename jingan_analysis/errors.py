"""The error tree.

Every error that the package raises on purpose is a :class:`JinganError` *and* a builtin, so
that callers can catch either. Messages name the argument, the value, what is allowed and the
next step; they never carry a row of a person-level table.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class JinganError(Exception):
    """Base of all errors raised on purpose by this package."""


class DistrictNotFound(JinganError, FileNotFoundError):
    """The district folder, or its ``district.toml``, does not exist."""


class DistrictConfigError(JinganError, ValueError):
    """``district.toml`` cannot be read or does not follow its schema."""


class InvalidTable(JinganError, ValueError):
    """A table breaks its contract; the message lists all faults of that table."""


class MissingTable(JinganError, LookupError):
    """A study needs a table that the district does not have."""


class UnknownStudy(JinganError, LookupError):
    """No study has that name."""


class UnknownParameter(JinganError, ValueError):
    """A study has no parameter of that name."""


class InvalidParameter(JinganError, ValueError):
    """A parameter's value has the wrong type or is outside its range."""


class UnknownUnit(JinganError, LookupError):
    """No sub-district has that code."""


class InvalidNetwork(JinganError, ValueError):
    """A walking network cannot be built from the given edges."""


class LedgerDoesNotClose(JinganError, ArithmeticError):
    """An account of people or meals does not add up; the result must not be used."""


class NoSiteAllowed(JinganError, ValueError):
    """No choice of sites keeps all rules; the message says what would have to give."""


class DidNotConverge(JinganError, ArithmeticError):
    """An iteration stopped before its result was exact enough; the result must not be used."""


class UnrenderableCharacter(JinganError, ValueError):
    """The report's font has no glyph for a character that the report shows."""


class InvalidFormula(JinganError, ValueError):
    """A formula of a method section that cannot be read."""


class ReportFailed(JinganError, RuntimeError):
    """A notebook cell failed; nothing was published.

    Attributes
    ----------
    logged
        The message without what an analyst wrote, for logs; None where the message has nothing of that kind.
    """

    def __init__(self, message: str, *, logged: str | None = None) -> None:
        super().__init__(message)
        self.logged = logged


class DataRefused(ReportFailed):
    """The district's data do not carry the study; nothing was published."""


class ReportBusy(JinganError, RuntimeError):
    """Another run is making the same report."""


class PublicationRefused(JinganError, RuntimeError):
    """A report holds what must not be published; nothing was published."""


class InvalidSchedule(JinganError, ValueError):
    """``reports.toml`` cannot be read, breaks its schema, or asks for what does not exist; lists all faults."""


class DisclosureRefused(PublicationRefused):
    """A study would show a small count of people or households."""


class ReportRefused(ReportFailed, PublicationRefused):
    """A notebook's result holds what must not be published; nothing was published."""


class UnknownEdition(JinganError, LookupError):
    """A report has no such edition."""


class InvalidReport(JinganError, ValueError):
    """A page is no report of this package, or cannot be verified."""


_MOST_NAMED = 70
"""Valid spellings that a message lists: all parameters, tables and columns, but not all sites of a district."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """Name the nearest valid spelling and all valid ones, or the first of very many: the tail of an error message."""
    names = sorted(known)
    nearest = get_close_matches(wrong, names, n=1, cutoff=0.5)
    hint = f" Did you mean {nearest[0]!r}?" if nearest else ""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{hint} Known: {', '.join(names[:_MOST_NAMED]) if names else 'none'}{more}."
