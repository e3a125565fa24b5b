"""All faults of a district in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.errors import InvalidParameter
from jingan_analysis.intake.config import CONFIG_FILE, DistrictConfig, published_paths, read_config
from jingan_analysis.intake.faults import Fault, FaultReport, Notice, Repair, in_order
from jingan_analysis.intake.published import published_claims
from jingan_analysis.intake.tables import UNITS_TABLE, Tables, table_order

if TYPE_CHECKING:
    from collections.abc import Callable


def check_district(path: str | Path, *, progress: Callable[[str], None] | None = None) -> FaultReport:
    """Check every table of a district and list all that is wrong.

    Parameters
    ----------
    path
        The district's folder.
    progress
        Called with the name of each table before it is read.

    Returns
    -------
    FaultReport
        All faults, repairs and notices; the files stay as they are.
    """
    folder = Path(path)
    reading = read_config(folder)
    if reading.config is None:
        return FaultReport(reading.faults)
    tables = Tables(folder, reading.config)
    faults = [*reading.faults, *_config_faults(folder, reading.config)]
    repairs: list[Repair] = []
    notices = _undeclared(reading.config)
    for name in table_order(reading.config):
        if progress is not None:
            progress(name)
        checked = tables.checked(name)
        faults += checked.faults
        repairs += checked.repairs
        notices += checked.notices
    notices += _units_without(tables)
    return FaultReport(in_order(faults), tuple(repairs), tuple(notices))


def _units_without(tables: Tables) -> list[Notice]:
    """Units in which nobody lives, or which have no committee: most often their code is wrong.

    A wrong code in the table of units shows as faults of the other tables, which are right. This notice names the unit.
    """
    units = tables.checked(UNITS_TABLE).frame if UNITS_TABLE in tables.config.tables else None
    codes = [] if units is None else units["subdistrict_code"].dropna().tolist()
    notices = []
    for name in ("committees", "demand_points"):
        rows = tables.checked(name).frame if name in tables.config.tables else None
        if rows is None or rows["subdistrict_code"].isna().all():
            continue
        named = set(rows["subdistrict_code"].dropna())
        absent = [str(code) for code in codes if code not in named]
        if not absent:
            continue
        strange = sorted(named - set(codes))
        hint = f"; {name} names {', '.join(strange)} instead: are these the same?" if strange else ""
        notices.append(Notice(UNITS_TABLE, f"no row of {name} names {', '.join(absent)}{hint}"))
    return notices


def _config_faults(folder: Path, config: DistrictConfig) -> list[Fault]:
    faults = []
    mend = "Correct the path, which starts at the district folder, or remove it."
    faults += [
        Fault(CONFIG_FILE, CONFIG_FILE, None, "published", path.name, "the file does not exist", mend)
        for path in published_paths(folder, config)
        if not path.is_file()
    ]
    try:
        published_claims(*(path for path in published_paths(folder, config) if path.is_file()))
    except InvalidParameter as error:
        faults += [
            Fault(CONFIG_FILE, CONFIG_FILE, None, "published", "", told, "Correct the file of published figures.")
            for told in str(error).splitlines()
        ]
    if not config.tables:
        mend = "Declare at least sub_districts, demand_points and population under [tables]."
        faults.append(Fault(CONFIG_FILE, CONFIG_FILE, None, "tables", "", "the district has no usable table", mend))
    return faults


def _undeclared(config: DistrictConfig) -> list[Notice]:
    absent = [name for name in CONTRACTS if name not in config.tables]
    if not absent:
        return []
    return [Notice(CONFIG_FILE, f"not declared, so studies that need them cannot run: {', '.join(absent)}")]
