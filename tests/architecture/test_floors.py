"""Imports only go down; see ARCHITECTURE.md."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "jingan_analysis"
FLOORS = {
    "errors": 0,
    "vocabulary": 0,
    "language": 0,
    "showing": 0,
    "plotting": 0,
    "contracts": 1,
    "intake": 1,
    "district": 1,
    "geography": 2,
    "measures": 3,
    "models": 4,
    "disclosure": 4,
    "figures": 5,
    "tables": 5,
    "studies": 6,
    "reporting": 7,
    "cli": 8,
    "__main__": 9,
    "__init__": 9,
}
OUTSIDE = {"demo"}
"""The generator of the demonstration district stands beside the house: nothing imports it."""


def imported_rooms(source: str) -> set[str]:
    """First-level names below the package that a source imports, wherever in the file."""
    rooms = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            path = node.module.split(".")
            if path[0] == "jingan_analysis":
                rooms |= {path[1]} if len(path) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            rooms |= {name.name.split(".")[1] for name in node.names if name.name.startswith("jingan_analysis.")}
    return rooms


def violations(room: str, source: str) -> list[str]:
    floor = FLOORS[room]
    return [
        f"{room} (floor {floor}) imports {target} (floor {FLOORS.get(target, 'none')})"
        for target in sorted(imported_rooms(source))
        if target in OUTSIDE or FLOORS.get(target, 99) > floor
    ]


def sources() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] not in OUTSIDE)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_only_go_down(path):
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert room in FLOORS, f"{room} has no floor: give it one here and in ARCHITECTURE.md"
    assert violations(room, path.read_text(encoding="utf-8")) == []


def test_no_relative_imports():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path


def test_only_floor_one_and_the_publisher_read_files():
    """Analysis floors take finished tables: a reader call there is a hidden input."""
    readers = {"read_csv", "read_parquet", "read_excel", "read_file", "open", "read_text", "read_bytes"}
    for path in sources():
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room not in {"geography", "measures", "models", "disclosure", "studies", "tables"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                assert name not in readers, f"{path.name}:{node.lineno} reads a file on floor {FLOORS[room]}"


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("measures", "from jingan_analysis.studies.result import StudyResult"),
        ("geography", "import jingan_analysis.measures.reach"),
        ("intake", "def f():\n    from jingan_analysis.geography import network"),
        ("studies", "from jingan_analysis.reporting import runner"),
        ("cli", "from jingan_analysis.demo import write"),
        ("tables", "from jingan_analysis import studies"),
    ],
)
def test_an_upward_import_is_found(room, source):
    assert violations(room, source)
