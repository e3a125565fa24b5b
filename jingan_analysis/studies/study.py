"""Finding and running studies: one module a question, found by its name."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from jingan_analysis.errors import InvalidParameter, UnknownStudy, did_you_mean
from jingan_analysis.language import speaking
from jingan_analysis.studies.parameters import StudyParams, study_parameters
from jingan_analysis.studies.units import district_units
from jingan_analysis.vocabulary import LANGUAGES, Language

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.result import StudyResult

_PACKAGE = "jingan_analysis.studies"


@dataclass(frozen=True)
class Study:
    """One study.

    Attributes
    ----------
    name
        Name of its module and of its notebook.
    title, question
        As shown on the report.
    Params
        Its parameters.
    run
        Takes a district and parameters, returns the result.
    leads_to_others
        Whether its page leads to the reports of other studies: it is made after them.
    refuses_unit
        Takes a district and says why its data tell nothing of a sub-district, None where they do; a study whose records
        always carry the sub-district has no such function.
    """

    name: str
    title: str
    question: str
    Params: type[StudyParams]
    run: Callable[[District, Any], StudyResult]
    leads_to_others: bool = False
    refuses_unit: Callable[[District], str | None] | None = None

    def unit_refused(self, district: District) -> str | None:
        """Why there is no report on a sub-district of this district; None where there is one."""
        return None if self.refuses_unit is None else self.refuses_unit(district)

    def require_unit(self, district: District, unit: str | None) -> None:
        """Check that the study can report on a sub-district; None, the whole district, always passes.

        Raises
        ------
        UnknownUnit
            If the district has no such sub-district.
        InvalidParameter
            If the district's data tell the study nothing of sub-districts; the message says what is missing.
        """
        if unit is None:
            return
        district_units(district).require(unit)
        reason = self.unit_refused(district)
        if reason is not None:
            raise InvalidParameter(
                f"unit={unit!r}: {self.name} has no report on a sub-district of {district.key!r}: {reason}"
            )

    def parameters(self, district: District, values: Mapping[str, Any]) -> StudyParams:
        """Validated parameters for a district; see :func:`study_parameters`."""
        return study_parameters(self.Params, district, values)


def study_names() -> tuple[str, ...]:
    """Names of all studies: the modules of this package that have ``Params`` and ``run``."""
    names = (module.name for module in pkgutil.iter_modules(import_module(_PACKAGE).__path__))
    return tuple(sorted(name for name in names if _is_study(name)))


def load_study(name: str) -> Study:
    """The study of that name.

    Raises
    ------
    UnknownStudy
        If there is none; the message names the nearest one.
    """
    # Only the study that is asked for is imported: a broken one must not take the others down.
    if not name.isidentifier() or find_spec(f"{_PACKAGE}.{name}") is None or not _is_study(name):
        raise UnknownStudy(f"Unknown study {name!r}.{did_you_mean(name, study_names())}")
    module = import_module(f"{_PACKAGE}.{name}")
    return Study(
        name,
        module.TITLE,
        module.QUESTION,
        module.Params,
        module.run,
        getattr(module, "LEADS_TO_OTHERS", False),
        getattr(module, "refuses_unit", None),
    )


def run_study(name: str, district: District, *, language: Language = "en", **values: Any) -> StudyResult:  # noqa: ANN401
    """Run a study on a district; unnamed parameters take the district's or the study's defaults.

    Parameters
    ----------
    language
        The language of every word of the result; no number depends on it.

    Raises
    ------
    UnknownStudy, UnknownParameter, InvalidParameter
        If a name, a value or the language is wrong; nothing has run then.
    MissingTable, InvalidTable
        If the district's data do not carry the study.
    """
    if language not in LANGUAGES:
        raise InvalidParameter(f"language={language!r} is not known; use one of {', '.join(LANGUAGES)}")
    study = load_study(name)
    # The inputs and sources of a result are its own, not those of every study of a session.
    own = district.unread()
    params = study.parameters(own, values)
    if study.refuses_unit is not None:
        study.require_unit(own, params.unit)
    with speaking(language):
        return study.run(own, params)


def _is_study(name: str) -> bool:
    module = import_module(f"{_PACKAGE}.{name}")
    return hasattr(module, "Params") and hasattr(module, "run")
