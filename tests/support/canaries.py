"""Made-up people who must never be seen: planted in every table on persons or households, and looked for everywhere."""

from __future__ import annotations

import base64
import csv
import json
import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

import pandas as pd
from stdnum.iso7064 import mod_11_2

from jingan_analysis.contracts import CONTRACTS

PERSON_TABLES = tuple(name for name, contract in CONTRACTS.items() if contract.person_level)
REGION_AND_YEAR = "6531991881"
"""Every canary's number begins so: a region, and a year of birth, that no one alive has."""

MARKS = (REGION_AND_YEAR, "19906660", "金丝雀", "Serinus", "1881-02-28", "1881/02/28", "六合弄")
"""Something of every planted value: numbers, telephones, names in two scripts, dates of birth, addresses."""

EXTRA = ("姓名", "name", "手机", "住址", "出生日期", "备注", "身份证号")


def identity(number: int) -> str:
    """A number with the right check digit for one canary."""
    body = f"{REGION_AND_YEAR}{1 + number // 1000 % 12:02}{1 + number // 12_000 % 28:02}{number % 1000:03}"
    return body + mod_11_2.calc_check_digit(body)


def person(number: int) -> list[str]:
    """What the extra columns say of one canary."""
    date = ("1881-02-28", "1881/02/28")[number % 2]
    return [
        f"金丝雀{number}", f"Serinus Canaria {number}", f"19906660{number % 1000:03}", f"六合弄{number}号", date,
        f"=Serinus, 金丝雀 {number}", identity(number),
    ]  # fmt: skip


def write_canary_district(source: Path, folder: Path) -> int:
    """Copy a district; identifiers and extra columns of all tables on people become canaries. Returns how many values."""
    shutil.copytree(source, folder)
    planted = 0
    hidden = {f"{name}.{CONTRACTS[name].key[0]}" for name in PERSON_TABLES}
    for name in PERSON_TABLES:
        file = next(folder.glob(f"{name}.*"))
        header, records = _read(file)
        columns = [CONTRACTS[name].column(column) for column in header]
        own = [
            n
            for n, column in enumerate(columns)
            if f"{name}.{column.name}" in hidden or column.references in hidden or column.name == "person_id"
        ]
        assert own
        for number, record in enumerate(records):
            for n in own:
                # Empty stays empty: nobody is named there.
                record[n] = record[n] and identity(int(re.sub(r"\D", "", record[n])))
            record += person(number)
        planted += len(records) * (len(own) + len(EXTRA))
        _write(file, [*header, *EXTRA], records)
    return planted


def _read(file: Path) -> tuple[list[str], list[list]]:
    if file.suffix == ".parquet":
        frame = pd.read_parquet(file).astype(object)
        return list(frame.columns), frame.where(frame.notna(), None).to_numpy().tolist()
    with file.open(encoding="utf-8", newline="") as stream:
        header, *records = csv.reader(stream)
    return header, records


def _write(file: Path, header: list[str], records: list[list]) -> None:
    if file.suffix == ".parquet":
        pd.DataFrame(records, columns=header).to_parquet(file, index=False, compression=None)
        return
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *records])


def forms(mark: str) -> Iterator[bytes]:
    """A text as bytes in every form in which it could get into a file."""
    yield from (mark.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030", "utf-32-le"))
    texts = (
        json.dumps(mark)[1:-1],
        quote(mark),
        escape(mark),
        ascii(mark)[1:-1],
        mark.encode().hex(),
        repr(mark.encode())[2:-1],
    )
    yield from (text.encode() for text in texts)
    yield from (
        "".join(write(char) for char in mark).encode()
        for write in (lambda c: f"&#{ord(c)};", lambda c: f"&#x{ord(c):x};")
    )
    yield "".join(chr(ord(char) + 0xFEE0) if char.isascii() else char for char in mark).encode()
    for shift in range(
        3
    ):  # in base64 a text looks otherwise at each of three places; the ends belong to its neighbours
        coded = base64.b64encode(b"x" * shift + mark.encode())
        inner = coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]
        if len(inner) >= 8:
            yield inner


FORMS = tuple(sorted({form for mark in MARKS for form in forms(mark)}))
_ANY = re.compile(b"|".join(map(re.escape, FORMS)))


def canaries_in(content: bytes) -> set[bytes]:
    """The forms of canaries in some bytes."""
    return set(_ANY.findall(content))


def canaries_below(*folders: Path) -> dict[str, set[bytes]]:
    """The same for every file below some folders, hidden ones as well, and for their names."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
            seen = canaries_in(content) | canaries_in(str(path).encode())
            if seen:
                found[str(path)] = seen
    return found
