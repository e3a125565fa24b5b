"""One module a question: ``Params`` and ``run(district, params) -> StudyResult``."""

from __future__ import annotations

from jingan_analysis.studies.result import StudyResult
from jingan_analysis.studies.study import Study, load_study, run_study, study_names

__all__ = ["Study", "StudyResult", "load_study", "run_study", "study_names"]
