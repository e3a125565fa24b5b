"""Needs found by assessments, and whether a service of the same dimension answered them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from jingan_analysis.contracts.relief_columns import NEED_DIMENSIONS
from jingan_analysis.studies.rate_columns import published_counts, with_shares

if TYPE_CHECKING:
    from jingan_analysis.disclosure.suppression import Marks
    from jingan_analysis.studies.relief_coverage_records import Records

DIMENSIONS = tuple(choice.code for choice in NEED_DIMENSIONS)
TOTAL = "total"


def needs_found(records: Records, assessed: pd.Index, threshold: float) -> pd.DataFrame:
    """One row a household and dimension with a need: ``found_on``, the first assessment that found it.

    A need is a score at or above the threshold. Assessments of other households do not count.
    """
    table = records.assessments[records.assessments["household_id"].isin(assessed)]
    scores = table.melt(["household_id", "day"], [f"score_{code}" for code in DIMENSIONS], "dimension", "score")
    found = scores[scores["score"] >= threshold]
    first = found.groupby(["household_id", "dimension"], as_index=False)["day"].min()
    return pd.DataFrame(
        {
            "household_id": first["household_id"],
            "dimension": first["dimension"].str.removeprefix("score_"),
            "found_on": first["day"],
        }
    )


def needs_met(found: pd.DataFrame, records: Records, projects: pd.DataFrame) -> pd.Series:
    """Whether each need found had a service by a project of its dimension on that day or later."""
    dimension = records.events["project_id"].map(projects.set_index("project_id")["need_dimension"])
    last = (
        records.events.assign(dimension=dimension).groupby(["household_id", "dimension"], as_index=False)["day"].max()
    )
    joined = found.merge(last, on=["household_id", "dimension"], how="left")
    return pd.Series((joined["day"] >= joined["found_on"]).to_numpy(dtype=bool), index=found.index)


def by_need(
    found: pd.DataFrame, met: pd.Series | None, n_assessed: int, *, confidence: float, minimum_cell: int
) -> tuple[pd.DataFrame, Marks]:
    """Needs found among assessed households and needs met, by dimension; the total counts needs.

    Parameters
    ----------
    met
        None where the project list is missing, so that nobody can tell: then marked not available.
    """
    parts = {"found": "assessed", "met": "found"}
    frame = pd.DataFrame({"assessed": n_assessed, "found": _by_dimension(found)})
    frame["met"] = 0 if met is None else _by_dimension(found[met])
    frame.loc[TOTAL] = [n_assessed * len(DIMENSIONS), len(found), 0 if met is None else int(met.sum())]
    frame = with_shares(frame, parts, confidence=confidence)
    frame["unmet"] = frame["found"] - frame["met"]
    frame, marks = published_counts(
        frame, minimum_cell=minimum_cell, total_row=TOTAL, whole_by_part=parts, derived={"met": ["unmet"]}
    )
    # The ten dimensions of one household are not ten households: a share of all of them says nothing.
    blank = [(TOTAL, name) for name in ("found_share", "found_lower", "found_upper")]
    frame.loc[TOTAL, [name for _, name in blank]] = np.nan
    marks |= dict.fromkeys(blank, "z")
    if met is None:
        unknown = ["met", "met_share", "met_lower", "met_upper", "unmet"]
        frame[unknown] = np.nan
        marks |= {(row, name): "x" for row in frame.index for name in unknown}
    return frame.drop(columns="assessed"), {cell: mark for cell, mark in marks.items() if cell[1] != "assessed"}


def projects_by_need(
    projects: pd.DataFrame, records: Records, needs: pd.DataFrame, marks: Marks
) -> tuple[pd.DataFrame, Marks]:
    """The project list against the needs found: kinds on the list, stated capacity, services in the window.

    Parameters
    ----------
    needs, marks
        Frame and marks of :func:`by_need`, whose household counts are shown again.
    """
    of_dimension = projects.groupby("need_dimension")
    capacity = of_dimension["annual_capacity_units"]
    in_window = records.in_window(records.events)
    served = in_window["project_id"].map(projects.set_index("project_id")["need_dimension"]).value_counts()
    frame = pd.DataFrame(
        {
            "projects": of_dimension.size(),
            "capacity": capacity.sum(min_count=1).astype("float64"),
            "unknown_capacity": capacity.apply(lambda values: int(values.isna().sum())),
            "services": served,
        }
    ).reindex(list(DIMENSIONS))
    frame[["projects", "unknown_capacity", "services"]] = frame[["projects", "unknown_capacity", "services"]].fillna(0)
    frame.loc[TOTAL] = frame.sum()
    frame["found"] = needs["found"]
    frame["unmet"] = needs["unmet"]
    own: Marks = {(str(row), "capacity"): "x" for row in frame.index[frame["capacity"].isna()]}
    return frame, own | {cell: mark for cell, mark in marks.items() if cell[1] in ("found", "unmet")}


def resources_by_list(resources: pd.DataFrame) -> pd.DataFrame:
    """Entries and kinds of each resource list."""
    by_list = resources.groupby(resources["resource_list_no"].astype(str))
    frame = pd.DataFrame({"entries": by_list.size(), "kinds": by_list["kind"].nunique()})
    frame.loc[TOTAL] = [len(resources), resources["kind"].nunique()]
    return frame


def _by_dimension(found: pd.DataFrame) -> pd.Series:
    return found["dimension"].value_counts().reindex(list(DIMENSIONS), fill_value=0)
