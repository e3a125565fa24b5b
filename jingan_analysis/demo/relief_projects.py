"""The project list, who provides it, whom it is for, and the resource lists."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.contracts import CONTRACTS, Choice
from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.units import read_data

_PROVIDERS = {"government": 4, "institution": 5, "foundation": 3, "charitable_firm": 4, "social_organisation": 8}
_LARGE_PROVIDER = "PV17"
"""A social organisation that stands behind every fourth project."""
_RESOURCE_NEED = {
    "funds": "income",
    "goods": "housing",
    "premises": "social_participation",
    "professional_service": "illness",
    "jobs": "employment",
    "volunteers": "social_participation",
}
_STATION_ONLY_TURN, _CATEGORY_ONLY_TURN = 3, 4
"""Turns within a need at which a project is open in units with a station only, or to two categories only."""


def choices_of(table: str, column: str) -> dict[str, Choice]:
    """Look up the choices of a contract's column, by code."""
    return {choice.code: choice for choice in CONTRACTS[table].column(column).choices}


def list_providers() -> pd.DataFrame:
    """Make the table ``providers``."""
    kinds = choices_of("providers", "provider_type")
    codes = [code for code, count in _PROVIDERS.items() for _ in range(count)]
    labels = [kinds[code].label for code in codes]
    return pd.DataFrame(
        {
            "provider_id": [f"PV{number + 1:02d}" for number in range(len(codes))],
            "name_en": [f"Provider {number + 1}: {label.en} (demo)" for number, label in enumerate(labels)],
            "name_zh": [f"{label.zh}{number + 1}（演示）" for number, label in enumerate(labels)],
            "name_ja": [f"{label.ja}{number + 1}（デモ）" for number, label in enumerate(labels)],
            "provider_type": codes,
        }
    )


def list_projects(providers: pd.DataFrame) -> pd.DataFrame:
    """Make the table ``projects``: many for some needs, few for others, with capacities as declared by need."""
    declared = read_data("relief.toml")
    needs, layers = choices_of("projects", "need_dimension"), choices_of("projects", "layer")
    deck = [layer for layer, row in declared["layers"].items() for _ in range(row["of_ten"])]
    random = stream("projects")
    ids = providers["provider_id"].to_numpy()
    rows: list[dict[str, Any]] = []
    for need, row in declared["needs"].items():
        for turn in range(row["projects"]):
            layer = deck[(3 * turn + len(rows)) % len(deck)]
            label, step = needs[need].label, layers[layer].label
            capacity = 10 * round(row["units_a_project"] * random.uniform(0.5, 1.5) / 10)
            rows.append(
                {
                    "project_id": f"P{len(rows) + 1:03d}",
                    "name_en": f"{label.en}: {step.en} project {turn + 1} (demo)",
                    "name_zh": f"{label.zh}·{step.zh}项目{turn + 1}（演示）",
                    "name_ja": f"{label.ja}・{step.ja}プロジェクト{turn + 1}（デモ）",
                    "need_dimension": need,
                    "layer": layer,
                    "annual_capacity_units": "" if turn % 6 == 5 else str(capacity),
                    "provider_id": _LARGE_PROVIDER if len(rows) % 4 == 1 else str(random.choice(ids)),
                }
            )
    return pd.DataFrame(rows)


def restrict_projects(projects: pd.DataFrame) -> pd.DataFrame:
    """Make the table ``project_eligibility``: by layer, by area, by category; the first of a need is open to all."""
    stations = [row["unit"] for row in read_data("relief.toml")["stations"]]
    rows: list[dict[str, str]] = []
    turns = projects.groupby("need_dimension").cumcount()
    for project, layer, turn in zip(projects["project_id"], projects["layer"], turns, strict=True):
        empty = {"project_id": project, "grade": "", "relief_category": "", "subdistrict_code": ""}
        if turn == 0:
            continue
        if turn % 5 == _STATION_ONLY_TURN:
            rows += [{**empty, "subdistrict_code": code} for code in stations]
        elif turn % 5 == _CATEGORY_ONLY_TURN:
            rows += [{**empty, "relief_category": kind} for kind in ("minimum_living_allowance", "extreme_hardship")]
        elif layer == "development":
            rows += [{**empty, "grade": grade} for grade in ("medium", "low")]
    return pd.DataFrame(rows)


def open_to(homes: pd.DataFrame, projects: pd.DataFrame, rules: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each home (row) may use each project (column)."""
    allowed = np.zeros((len(homes), len(projects)), dtype=bool)
    position = pd.Series(np.arange(len(projects)), index=projects["project_id"].to_numpy())
    allowed[:, ~projects["project_id"].isin(rules["project_id"]).to_numpy()] = True
    for rule in rules.to_dict("records"):
        fits = np.ones(len(homes), dtype=bool)
        for column in ("grade", "relief_category", "subdistrict_code"):
            if rule[column]:
                fits &= (homes[column] == rule[column]).to_numpy()
        allowed[:, position[rule["project_id"]]] |= fits
    return allowed


def list_resources(providers: pd.DataFrame) -> pd.DataFrame:
    """Make the table ``resources``: 67 entries in three lists whose names are not known."""
    kinds = choices_of("resources", "kind")
    random = stream("resources")
    ids = providers["provider_id"].to_numpy()
    stations = [row["unit"] for row in read_data("relief.toml")["stations"]]
    rows: list[dict[str, Any]] = []
    for position, size in enumerate(read_data("relief.toml")["resources"]["lists"]):
        for turn in range(size):
            code = list(kinds)[(turn * (position + 1) + position) % len(kinds)]
            label = kinds[code].label
            rows.append(
                {
                    "resource_id": f"R{len(rows) + 1:02d}",
                    "resource_list_no": position + 1,
                    "name_en": f"List {position + 1}, {label.en} {turn + 1} (demo)",
                    "name_zh": f"清单{position + 1}·{label.zh}{turn + 1}（演示）",
                    "name_ja": f"リスト{position + 1}・{label.ja}{turn + 1}（デモ）",
                    "kind": code,
                    "need_dimension": "" if turn % 4 == 3 else _RESOURCE_NEED[code],
                    "provider_id": str(random.choice(ids)),
                    "quantity_units": "" if turn % 5 == 2 else str(int(random.integers(2, 16)) * 10),
                    "valid_from": "",
                    "valid_to": "2024-03-31" if turn % 9 == 8 else "",
                    "subdistrict_code": stations[turn % 3] if turn % 7 == 5 else "",
                }
            )
    return pd.DataFrame(rows)
