"""Nothing in the package knows a district: a district is a folder of data."""

import re
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "jingan_analysis"
UNITS = PACKAGE / "demo" / "units.toml"
TEXT = {".py", ".j2", ".json", ".toml", ".css", ".js", ".po"}


def forbidden_words() -> list[str]:
    """Names of the home district and of its units, and its code."""
    units = tomllib.loads(UNITS.read_text(encoding="utf-8"))
    names = set()

    def collect(value: object, key: str = "") -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                collect(inner, name)
        elif isinstance(value, list):
            for inner in value:
                collect(inner, key)
        elif isinstance(value, str) and any(part in key for part in ("name", "zh", "ja", "en")):
            names.add(value)

    collect(units)
    return sorted(
        {"Jing'an", "Jing’an", "Jingan ", "静安", "静隣", "静邻", "310106", *(n for n in names if len(n) >= 3)}
    )


def findings(text: str) -> list[str]:
    # The package's own name is not the district's.
    cleaned = re.sub(r"jingan[_-]analysis", "", text)
    return [word for word in forbidden_words() if word in cleaned]


def files() -> list[Path]:
    return sorted(
        path for path in PACKAGE.rglob("*") if path.suffix in TEXT and path.relative_to(PACKAGE).parts[0] != "demo"
    )


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_package_names_no_district(path):
    assert findings(path.read_text(encoding="utf-8")) == []


def test_a_district_name_is_found():
    assert "静安" in findings("title = '静安区'")
    assert findings("if code.startswith('310106'):")


def test_the_list_of_words_has_all_units():
    assert len(forbidden_words()) > 40
