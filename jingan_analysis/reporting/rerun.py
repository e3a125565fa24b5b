"""Run a published report again, under its own conditions or others, without publishing anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jingan_analysis.reporting.cadence import read_day

if TYPE_CHECKING:
    from jingan_analysis.reporting.execution import Progress


@dataclass(frozen=True)
class Conditions:
    """What a run depends on, besides the code.

    Attributes
    ----------
    study, period, unit
        What is asked for.
    options
        Further parameters.
    languages
        Languages of the edition, the main one first.
    district
        Folder of the data.
    stale_after
        The last day on which the report is the newest that there should be; None where it says nothing of it.
    """

    study: str
    period: str
    unit: str | None
    options: Mapping[str, Any]
    languages: tuple[str, ...]
    district: Path
    stale_after: dt.date | None = None


def conditions_of(manifest: Mapping[str, Any], district: Path) -> Conditions:
    """The conditions that a manifest tells, on the data of a folder."""
    return Conditions(
        manifest["study"],
        manifest["period"],
        manifest["unit"],
        manifest["options"],
        tuple(manifest["languages"]),
        district,
        read_day(manifest["stale_after"]) if "stale_after" in manifest else None,
    )


def rerun(conditions: Conditions, *, out: Path, notebooks: Path, progress: Progress | None = None) -> Path:
    """The page of a new run; see :func:`jingan_analysis.reporting.runner.run_report` for what can be raised.

    Parameters
    ----------
    out
        A folder for this run alone.
    """
    from jingan_analysis.reporting.runner import run_report

    published = run_report(
        conditions.study,
        conditions.district,
        period=conditions.period,
        unit=conditions.unit,
        settings=conditions.options,
        languages=conditions.languages,
        stale_after=conditions.stale_after,
        out=out,
        notebooks=notebooks,
        progress=progress,
    )
    return published.report
