"""A published number, and the function that has to give it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "reference" / "known"


@dataclass(frozen=True)
class KnownAnswer:
    """One number from the literature.

    Attributes
    ----------
    method
        The method, in the field's words: ``Kaplan-Meier``.
    quantity
        Data set and quantity: ``lung: median survival of men, days``.
    expected
        The published number, with the digits that were published.
    compute
        Gives our number.
    tolerance
        Largest difference allowed: half a unit of the last published digit, unless a reason is given beside it.
    source
        Where the number was published.
    """

    method: str
    quantity: str
    expected: float
    compute: Callable[[], float]
    tolerance: float
    source: str

    def __str__(self) -> str:
        return f"{self.method}, {self.quantity}"


def known_answers() -> list[KnownAnswer]:
    """Every known answer: ``ANSWERS`` of each module in ``tests/reference/known``."""
    names = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
    return [answer for name in names for answer in import_module(f"known.{name}").ANSWERS]


def table(answers: list[KnownAnswer]) -> str:
    """The page of all known answers: expected, computed, difference."""
    lines = [
        "# Known answers",
        "",
        "Published numbers against those of this package; written by `make known`, held by `tests/reference/test_known_answers.py`.",
        "",
        "| method | data and quantity | published | computed | difference | source |",
        "|---|---|--:|--:|--:|---|",
    ]
    for answer in sorted(answers, key=lambda a: (a.method, a.quantity)):
        computed = answer.compute()
        # Six digits: what lies below differs from machine to machine.
        row = (
            answer.method,
            answer.quantity,
            f"{answer.expected:.10g}",
            f"{computed:.6f}",
            f"{computed - answer.expected:+z.6f}",
            answer.source,
        )
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (FOLDER.parents[2] / "docs" / "known_answers.md").write_text(table(known_answers()), encoding="utf-8")
