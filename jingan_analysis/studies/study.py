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
    """

    name: str
    title: str
    question: str
    Params: type[StudyParams]
    run: Callable[[District, Any], StudyResult]
    leads_to_others: bool = False

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
        name, module.TITLE, module.QUESTION, module.Params, module.run, getattr(module, "LEADS_TO_OTHERS", False)
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
    with speaking(language):
        return study.run(own, params)


def _is_study(name: str) -> bool:
    module = import_module(f"{_PACKAGE}.{name}")
    return hasattr(module, "Params") and hasattr(module, "run")
