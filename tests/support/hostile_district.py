"""The demonstration district with payloads in every text that a district can bring."""

from __future__ import annotations

import csv
import json
import tomllib
import zlib
from pathlib import Path
from typing import Any

import pandas as pd

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.contracts.contract import Contract
from jingan_analysis.intake.headers import folded, known_headers

PAYLOADS = (
    '=HYPERLINK("http://evil.example","x")', "+cmd|'/C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1", "\r+1", "＝1+1", ' "=1', ";=1+1",
    "<script>window.pwned=1</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "</script><script>alert(2)</script>",
    '"><iframe src=//evil.example>', "'><b id=pwned>", '" onmouseover="alert(3)', "javascript:alert(4)", '<a href="javascript:alert(5)">x</a>',
    "</style><style>*{display:none}</style>", "</title></textarea></svg><marquee>", "<!-- comment", "--> ]]>", "<![CDATA[<object>", "</head><base href=//evil.example>",
    "&lt;script&gt;", "&#60;embed&#62;", "{{7*7}}", "{% raise %}", "{0.__class__}", "{share}", "{", "}}{", "%s %n %(x)s", "${7*7} #{7*7}",
    "$\\frac{1}{2}$", "$", "$$x_1^2$$ \\(y\\)", "**bold** [x](javascript:alert(6)) ![x](http://evil.example/x.png)", "# heading", "`code` ~~~", "\\0 \\u0041 \\N{BULLET}",
    "\u202eevil\u2066", "zero\u200bwidth\u2060\ufeff", "two\nlines\u2028three", "W" * 120, "長" * 60, "../../../etc/passwd", "C:\\CON NUL", "0" * 64,
    "content-security-policy-goes-here", "/* embedded font goes here */", "running head goes here", "/* colour schemes of the figures go here */",
)  # fmt: skip
"""Scripts, markup, templates, formulas, formulas of mathematics, and what the page's own making looks for."""

REFUSED = ("nul\x00", "escape\x1b[31m", "bell\x07", "\x9b31m")
"""Texts that never come in."""

UNDRAWABLE = ("\U0001f600", "\u05d0\u05d1\u05d2", "\u0627\u0644", "\ue000")
"""An emoji, Hebrew, Arabic, a private character: the font of the reports has none of them."""

KEPT_CODES = frozenset({"walking_network"})
"""Tables whose identifiers are never shown and too many to rewrite."""


class Planter:
    """Hands out payloads in turn and counts them."""

    def __init__(self) -> None:
        self.planted: list[str] = []

    def text(self, *, parts: int = 1) -> str:
        """The next text: some payloads and a number that makes it unique."""
        first = len(self.planted)
        self.planted += [PAYLOADS[(first + part) % len(PAYLOADS)] for part in range(parts)]
        return " ".join([*self.planted[first:], f"§{first}"])


def hostile_code(code: str) -> str:
    """The same payload for the same code, so that tables still refer to each other."""
    codes = [payload for payload in PAYLOADS if len(payload) < 60]
    return f"{codes[zlib.crc32(code.encode()) % len(codes)]}{code}"


def write_hostile_district(source: Path, folder: Path) -> Planter:
    """Copy a district of CSV, GeoJSON and Parquet files into ``folder``, every text in it a payload."""
    plant = Planter()
    config = tomllib.loads((source / "district.toml").read_text(encoding="utf-8"))
    folder.mkdir(parents=True)
    for name, table in config["tables"].items():
        _plant_table(source / table["file"], folder, CONTRACTS[name], table, plant)
        table |= {"source": plant.text(), "licence": plant.text(), "as_of": plant.text()}
        table.pop("encoding", None)
    config["tables"]["meals"]["modelled"] = plant.text()
    config["names"] = {language: plant.text(parts=2) for language in config["names"]}
    _settings_are_visible(config)
    _plant_published((source / config["published"]).resolve(), folder / "published.toml", plant)
    config["published"] = "published.toml"
    (folder / "district.toml").write_text(_toml(config), encoding="utf-8")
    return plant


def _plant_table(file: Path, folder: Path, contract: Contract, table: dict[str, Any], plant: Planter) -> None:
    known = known_headers(contract)
    if table["format"] == "geojson":
        content = json.loads(file.read_text(encoding="utf-8"))
        for feature in content["features"]:
            names = {header: known.get(folded(header)) for header in feature["properties"]}
            record = {
                header: _cell(contract, names[header], value, plant) for header, value in feature["properties"].items()
            }
            feature["properties"] = {
                **record,
                "</script><img src=x onerror=alert(7)>": {"<b>": plant.text()},
                plant.text(): 1,
            }
        (folder / file.name).write_text(json.dumps(content), encoding="utf-8")
    elif table["format"] == "csv":
        with file.open(encoding=table.get("encoding", "utf-8"), newline="") as stream:
            header, *records = list(csv.reader(stream))
        columns = [known[folded(each)] for each in header]
        rows = [
            [_cell(contract, column, cell, plant) for column, cell in zip(columns, record, strict=True)]
            for record in records
        ]
        extra = ["<svg onload=alert(8)>", '=HYPERLINK("http://evil.example")']
        renamed = f"<i>{plant.text()}</i>".replace("\n", " ").replace("\t", " ").replace("\r", " ")
        renamed = "".join(each for each in renamed if each.isprintable())
        table["headers"] = {renamed: columns[0]}
        with (folder / file.name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(
                [[renamed, *header[1:], *extra], *[[*row, plant.text(), plant.text()] for row in rows]]
            )
    else:
        _plant_parquet(file, folder / file.name, contract, known, plant)


def _plant_parquet(file: Path, target: Path, contract: Contract, known: dict[str, str], plant: Planter) -> None:
    import geopandas as gpd

    frame = gpd.read_parquet(file) if contract.geometry else pd.read_parquet(file)
    for header in frame.columns:
        column = known.get(folded(str(header)))
        if column is not None and contract.column(column).kind in {"code", "text"}:
            frame[header] = [
                _cell(contract, column, value, plant) if isinstance(value, str) else value for value in frame[header]
            ]
    frame["<img src=x onerror=alert(9)>"] = plant.text()
    frame.to_parquet(target)


def _cell(contract: Contract, column: str | None, value: Any, plant: Planter) -> Any:
    if column is None or value in {"", None}:
        return value
    kind = contract.column(column).kind
    if kind == "text":
        return plant.text(parts=3 if contract.name == "sub_districts" else 1)
    if kind == "code" and contract.name not in KEPT_CODES:
        return hostile_code(str(value))
    return value


def _settings_are_visible(config: dict[str, Any]) -> None:
    """Settings are written by hand: what nobody sees is a fault there, and tested as one."""
    for table in (*config["tables"].values(), config["names"]):
        for key, value in table.items():
            if isinstance(value, str):
                table[key] = "".join(each for each in value if each.isprintable())


_CLAIM_TEXTS = frozenset({"statement", "numerator", "denominator", "can_mean", "cannot_mean"})


def _plant_published(source: Path, target: Path, plant: Planter) -> None:
    content = tomllib.loads(source.read_text(encoding="utf-8"))
    for claim in content["claim"]:
        for words in (claim, *(value for value in claim.values() if isinstance(value, dict))):
            words |= {key: _seen(plant) for key in words if key in _CLAIM_TEXTS}
            words["units"] = [_seen(plant) for _ in words["units"]]
    for key in ("title", "published_on", "dating", "paragraphs_counted"):
        content[key] = _seen(plant)
    content["source_url"] = "javascript:alert(10)"
    target.write_text(_toml(content), encoding="utf-8")


def _seen(plant: Planter) -> str:
    return "".join(each for each in plant.text() if each.isprintable())


def _toml(content: dict[str, Any]) -> str:
    """Settings as TOML: what holds further names goes inline, which is valid wherever it stands."""
    return "\n".join(f"{json.dumps(key)} = {_value(value)}" for key, value in content.items()) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value)
