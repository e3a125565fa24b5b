"""Why a number moved between two editions: code, parameters, revised data, new data.

Between two editions four things can change. They are changed one after the other, in this order, and the report is run
after each: what the number does at each step is that step's part, so the parts add up to the movement exactly.

- *code*: the package, its libraries and the notebook; the old data, parameters and period stay;
- *parameters*: then the new parameters;
- *revised data*: then the new data, still asked about the old period: what is now known of the same months;
- *new data*: then the new period: the months that came on top.

A step in which nothing changed needs no run and has no part. Where the old data are gone, the steps that need them are
told together and not apart.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from jingan_analysis.reporting.rerun import Conditions
from jingan_analysis.tables.claims import cell_id

Step = Literal["code", "parameters", "revised", "new"]
STEPS: Final[tuple[Step, ...]] = ("code", "parameters", "revised", "new")

Cells = Mapping[str, float]
"""Values of all tables of an edition by the identifier of their cell."""


@dataclass(frozen=True)
class Edition:
    """One published edition.

    Attributes
    ----------
    manifest
        Its particulars.
    cells
        Every number of its tables.
    """

    manifest: Mapping[str, Any]
    cells: Cells

    @property
    def headline_cells(self) -> list[str]:
        """Cells that the headline states, in reading order."""
        claims = self.manifest["claims"]
        return list(dict.fromkeys(claim["cell"] for claim in claims if claim["where"].startswith("headline")))


@dataclass(frozen=True)
class Part:
    """What one step, or several that cannot be told apart, did to a number."""

    steps: tuple[Step, ...]
    change: float | None


@dataclass(frozen=True)
class Movement:
    """One number of a headline in two editions.

    Attributes
    ----------
    cell
        Identifier of its table cell.
    before, after
        Its values; None where an edition does not give it (no such row, suppressed, not available).
    parts
        Their changes add up to ``after - before``; None where a step does not give the number.
    """

    cell: str
    before: float | None
    after: float | None
    parts: tuple[Part, ...]

    @property
    def change(self) -> float | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Change:
    """Everything that changed between two editions.

    Attributes
    ----------
    steps
        Steps in which something changed.
    movements
        Every number of either headline.
    """

    steps: tuple[Step, ...]
    movements: tuple[Movement, ...]


def changed_steps(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Step, ...]:
    """Which of the four things differ between two manifests."""
    differs: dict[Step, bool] = {
        "code": any(old[key] != new[key] for key in ("code_revision", "software")),
        "parameters": _without_period(old["parameters"]) != _without_period(new["parameters"]),
        "revised": old["inputs"] != new["inputs"],
        "new": old["period"] != new["period"],
    }
    return tuple(step for step in STEPS if differs[step])


def split(
    old: Edition,
    new: Edition,
    run: Callable[[Conditions], Cells],
    *,
    district: Path,
    old_district: Path | None = None,
) -> Change:
    """Split every movement of the headline into the parts of the steps.

    Parameters
    ----------
    run
        Runs the report under other conditions with the present code and returns its cells.
    district
        Folder of the data of the new edition.
    old_district
        Folder of the data of the old edition; None if they are gone. Needless where the data did not change.

    Raises
    ------
    ValueError
        If the editions are of different studies or units.
    """
    if any(old.manifest[key] != new.manifest[key] for key in ("study", "unit")):
        raise ValueError("two editions of one report are compared; these are of different studies or units")
    steps = changed_steps(old.manifest, new.manifest)
    before_data = old_district if "revised" in steps else district
    groups = _groups(steps, known=before_data is not None)
    stages = [old.cells]
    for number in range(1, len(groups)):
        done = tuple(step for group in groups[:number] for step in group)
        stages.append(run(_after(done, old, new, district, before_data)))
    if groups:
        stages.append(new.cells)
    cells = dict.fromkeys([*new.headline_cells, *old.headline_cells])
    return Change(steps, tuple(_movement(cell, groups, stages) for cell in cells))


def read_cells(folder: Path) -> dict[str, float]:
    """Every number of an edition's tables, by cell."""
    found: dict[str, float] = {}
    for path in sorted((folder / "tables").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found |= {
                    cell_id(path.stem, row["row"], column): float(text)
                    for column, text in row.items()
                    if column not in ("row", "label") and _is_number(text)
                }
    return found


def _groups(steps: tuple[Step, ...], *, known: bool) -> list[tuple[Step, ...]]:
    """Steps that can be run apart: without the old data, all up to the revision go together."""
    if known:
        return [(step,) for step in steps]
    together = tuple(step for step in steps if step != "new")
    return [group for group in (together, tuple(step for step in steps if step == "new")) if group]


def _after(done: tuple[Step, ...], old: Edition, new: Edition, district: Path, old_data: Path | None) -> Conditions:
    options = (new if "parameters" in done else old).manifest["options"]
    data = district if "revised" in done or old_data is None else old_data
    told = old.manifest
    # No number depends on the language: one is enough.
    return Conditions(told["study"], told["period"], told["unit"], options, ("en",), data)


def _movement(cell: str, groups: list[tuple[Step, ...]], stages: list[Cells]) -> Movement:
    values = [stage.get(cell) for stage in stages]
    parts = tuple(
        Part(group, None if before is None or after is None else after - before)
        for group, before, after in zip(groups, values[:-1], values[1:], strict=True)
    )
    return Movement(cell, values[0], values[-1], parts)


def _without_period(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if name != "period"}


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
