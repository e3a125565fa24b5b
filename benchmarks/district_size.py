"""The studies of relief and of home visits on the demonstration district, on three and on ten times as much of it.

Rows on people and households are repeated with ids of their own, and what projects and resources can give is multiplied
with them. Units, committees, streets and homes stay: every unit is ten times as large, where a real district of that
size would have more units, too, so what grows within a unit shows at its worst. The copies are exact, and that hides
what other people would bring: no new values, no new combinations (groups of requests stay as many as they are, so the
assignment's own problem does not grow; its growth is measured in :mod:`benchmarks.assignment`), ties on every day and
every score, fewer small counts to suppress, and tighter intervals than ten times as many different people would give.
"""

from __future__ import annotations

import csv
import gc
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pandas as pd

from benchmarks.race import peak_of, resident_mb
from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.contracts.contract import Contract
from jingan_analysis.district import load_district
from jingan_analysis.intake.headers import folded, known_headers

DISTRICT = Path(__file__).parents[1] / "data" / "districts" / "demo"
STUDIES = ("relief_coverage", "relief_resources", "doorstep_loop")
TIMES, ROUNDS, PERIOD = (1, 3, 10), 5, "2024-08"
# Supply keeps pace with the people, else the larger district would be another question: one of scarcity.
SUPPLY = {"projects": "annual_capacity_units", "resources": "quantity_units"}


def run(times: tuple[int, ...] = TIMES) -> str:
    lines = [
        "### Growth with the district: a relief register, its records and its supply three and ten times as large",
        "",
        "Each study on the demonstration district and on copies with so many times its households, cases, requests,",
        "services, visits and advisers, each in a process of its own that takes turns with the district as it is.",
        "Ratios are of processor time, reading and study together, within one process: other work on the machine does",
        "not count. Memory starts with the study imported. The copies repeat rows exactly: they bring no new",
        "combinations, and the assignment has no more groups than before.",
        "",
        "| study | district | processor time, times 1× | memory above the start, times 1× | rows read | "
        "reading, processor s | study, processor s | both, wall s | MB above the start | peak MB |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as home:
        folders = {each: enlarged(DISTRICT, each, Path(home) / str(each)) for each in times}
        for study in STUDIES:
            found = {each: peak_of("benchmarks.district_size", study, folder) for each, folder in folders.items()}
            lines += [row(study, each, found[each], found[times[0]]) for each in times]
    return "\n".join(lines) + "\n"


def row(study: str, times: int, found: dict[str, float], single: dict[str, float]) -> str:
    cells = [
        study,
        f"{times}×",
        "1" if found is single else f"{found['times_single']:.3g}",
        f"{found['extra_mb'] / single['extra_mb']:.3g}",
        f"{found['rows']:,}",
        f"{found['reading']:.3g}",
        f"{found['study']:.3g}",
        f"{found['wall']:.3g}",
        f"{found['extra_mb']:.0f}",
        f"{found['peak_mb']:.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def enlarged(district: Path, times: int, home: Path) -> Path:
    """A copy of a district's folder within ``home``, with so many times its people and its supply."""
    config = load_district(district).config
    # The published figures lie outside the folder, so the copy stands as deep as the district does.
    folder = home / "districts" / district.name
    shutil.copytree(district, folder)
    if config.published is not None:
        published = (folder / config.published).resolve()
        published.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(district / config.published, published)
    for name, table in config.tables.items():
        contract = CONTRACTS[name]
        if not contract.person_level and name not in SUPPLY:
            continue
        path = folder / table.file
        if table.format == "parquet":
            repeated_parquet(contract, path, times)
            continue
        with path.open(encoding=table.encoding, newline="") as file:
            header, *rows = csv.reader(file)
        known = known_headers(contract)
        columns = [known[folded(each)] for each in header]
        more = repeated(contract, columns, rows, times) if contract.person_level else scaled(name, columns, rows, times)
        with path.open("w", encoding=table.encoding, newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *more])
    return folder


def repeated(contract: Contract, columns: list[str], rows: list[list[str]], times: int) -> Iterator[list[str]]:
    """The rows, and again with another end to every id that is of people, households or their records."""
    own = [is_repeated(contract, name) for name in columns]
    yield from rows
    for copy in range(2, times + 1):
        for cells in rows:
            yield [f"{cell}-{copy}" if mine and cell else cell for cell, mine in zip(cells, own, strict=True)]


def repeated_parquet(contract: Contract, path: Path, times: int) -> None:
    """Write the table so many times over itself, as :func:`repeated` does."""
    frame = pd.read_parquet(path)
    own = [name for name in frame.columns if is_repeated(contract, name)]
    copies = [
        frame,
        *(frame.assign(**{name: frame[name] + f"-{copy}" for name in own}) for copy in range(2, times + 1)),
    ]
    pd.concat(copies, ignore_index=True).to_parquet(path, index=False)


def is_repeated(contract: Contract, name: str) -> bool:
    column = contract.column(name)
    if column.kind != "code":
        return False
    return column.references is None or CONTRACTS[column.references.split(".")[0]].person_level


def scaled(table: str, columns: list[str], rows: list[list[str]], times: int) -> Iterator[list[str]]:
    """The rows with so many times the capacity; where it is unknown it stays so."""
    place = columns.index(SUPPLY[table])
    for cells in rows:
        capacity = cells[place]
        yield [*cells[:place], str(int(capacity) * times) if capacity else "", *cells[place + 1 :]]


def one(study: str, folder: str) -> None:
    import jingan_analysis as ja

    ja.load_study(study)
    start_mb = resident_mb()
    # What happens once in a process (compiled code, fonts) is no matter of size; and a run tells which tables it reads.
    tables = list(ja.run_study(study, ja.load_district(DISTRICT), period=PERIOD, language="en").sources)
    first = timed(study, folder, tables)
    # Later rounds would add what the first one has left behind.
    most = peak_mb()
    taken: dict[Path, list[dict[str, float]]] = {DISTRICT: [], Path(folder): []}
    for turn in range(ROUNDS):
        for each in list(taken)[:: 1 if turn % 2 else -1]:
            taken[each].append(timed(study, each, tables))
    single, middle = ({name: median(each[name] for each in rounds) for name in first} for rounds in taken.values())
    times_single = (middle["reading"] + middle["study"]) / (single["reading"] + single["study"])
    print(json.dumps({**middle, "times_single": times_single, "extra_mb": most - start_mb, "peak_mb": most}))


def timed(study: str, folder: str | Path, tables: list[str]) -> dict[str, float]:
    """Rows of the tables, processor seconds of reading them and of the study, and wall seconds of both."""
    import jingan_analysis as ja

    gc.collect()
    wall, start = time.perf_counter(), time.process_time()
    district = ja.load_district(folder)
    rows = sum(len(district.table(name)) for name in tables)
    read = time.process_time()
    ja.run_study(study, district, period=PERIOD, language="en")
    done = time.process_time()
    return {"rows": rows, "reading": read - start, "study": done - read, "wall": time.perf_counter() - wall}


def peak_mb() -> float:
    """Most resident megabytes of this process; ``ru_maxrss`` would count those of the one that started it, too."""
    line = next(each for each in Path("/proc/self/status").read_text().splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    import sys

    if len(sys.argv) > 1:
        one(sys.argv[1], sys.argv[2])
    else:
        print(run())
