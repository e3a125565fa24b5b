"""Parameters that all studies share, and how they are checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from jingan_analysis.errors import InvalidParameter, UnknownParameter, did_you_mean
from jingan_analysis.intake.parameters import parameter
from jingan_analysis.studies.period import Period
from jingan_analysis.vocabulary import PopulationBasis

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from jingan_analysis.district import District


class StudyParams(BaseModel):
    """Parameters of every study.

    Attributes
    ----------
    period
        ``YYYY-MM``: 1 January to the end of that month; ``YYYY``: the whole year.
    unit
        Code of the sub-district to report on; None reports on the whole district.
    basis
        Which population counts: residents or registered people.
    confidence
        Confidence level of intervals.
    minimum_cell
        Counts of people or households below this are suppressed.
    seed
        Seed of everything random.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    period: str
    unit: str | None = None
    basis: PopulationBasis = "resident"
    confidence: float = Field(default=parameter("confidence").value, gt=0.5, lt=1.0)
    minimum_cell: int = Field(default=int(parameter("minimum_cell").value), ge=1, le=100)
    seed: int = Field(default=20240831, ge=0)

    @field_validator("period")
    @classmethod
    def _readable_period(cls, text: str) -> str:
        return Period.parse(text).text

    @property
    def window(self) -> Period:
        """The period as dates."""
        return Period.parse(self.period)


def check_parameters(model: type[StudyParams], values: Mapping[str, Any]) -> StudyParams:
    """Validate values against a study's parameters; all faults at once.

    Raises
    ------
    UnknownParameter
        If a name is not a parameter of the study; the message names the nearest valid one.
    InvalidParameter
        If a value has the wrong type or is out of range.
    """
    unknown = [name for name in values if name not in model.model_fields]
    if unknown:
        raise UnknownParameter(
            " ".join(f"Unknown parameter {name!r}.{did_you_mean(name, model.model_fields)}" for name in unknown)
        )
    try:
        # JSON has no tuples and TOML no None: lax only about the container, strict about numbers and texts.
        return model.model_validate({name: _frozen(value) for name, value in values.items()})
    except ValidationError as error:
        faults = "; ".join(_told(fault) for fault in error.errors(include_url=False))
        raise InvalidParameter(f"Parameters are not valid: {faults}") from None


def study_parameters(model: type[StudyParams], district: District, values: Mapping[str, Any]) -> StudyParams:
    """Parameters for a district: the study's defaults, then the district's, then the given ones."""
    defaults = district.study_defaults(model.__module__.rpartition(".")[2])
    period = {} if district.config.default_period is None else {"period": district.config.default_period}
    return check_parameters(model, {**period, **defaults, **values})


def _told(fault: ErrorDetails) -> str:
    """One fault of a parameter, with its name and value once."""
    name = ".".join(map(str, fault["loc"]))
    if fault["type"] == "missing":
        return f"{name}: a value is required"
    message = fault["msg"].removeprefix("Value error, ")
    return message if message.startswith(f"{name}=") else f"{name}={fault.get('input')!r}: {message}"


def _frozen(value: Any) -> Any:  # noqa: ANN401
    return tuple(value) if isinstance(value, list) else value
