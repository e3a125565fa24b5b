"""All faults of a district in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.intake.config import CONFIG_FILE, DistrictConfig, published_path, read_config
from jingan_analysis.intake.faults import Fault, FaultReport, Notice, Repair, in_order
from jingan_analysis.intake.tables import Tables, table_order

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
    return FaultReport(in_order(faults), tuple(repairs), tuple(notices))


def _config_faults(folder: Path, config: DistrictConfig) -> list[Fault]:
    faults = []
    published = published_path(folder, config)
    if published is not None and not published.is_file():
        mend = "Correct the path, which starts at the district folder, or remove it."
        faults.append(
            Fault(CONFIG_FILE, CONFIG_FILE, None, "published", str(config.published), "the file does not exist", mend)
        )
    if not config.tables:
        mend = "Declare at least sub_districts, demand_points and population under [tables]."
        faults.append(Fault(CONFIG_FILE, CONFIG_FILE, None, "tables", "", "the district has no usable table", mend))
    return faults


def _undeclared(config: DistrictConfig) -> list[Notice]:
    absent = [name for name in CONTRACTS if name not in config.tables]
    if not absent:
        return []
    return [Notice(CONFIG_FILE, f"not declared, so studies that need them cannot run: {', '.join(absent)}")]
