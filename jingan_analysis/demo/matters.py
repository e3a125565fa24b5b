"""The illustrative list of matters and the channels it opens."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.demo.allocation import stream
from jingan_analysis.demo.units import read_data

CHANNELS = ("window", "nearby", "home_visit", "self_service", "online")


@dataclass(frozen=True)
class Matters:
    """The list.

    Attributes
    ----------
    table
        The table ``matters``.
    demand
        Relative frequency of each matter, (m,): a few make most of the cases.
    open_in
        For each channel, whether it is open for each matter, (m,).
    """

    table: pd.DataFrame
    demand: NDArray[np.float64]
    open_in: dict[str, NDArray[np.bool_]]

    def channels(self) -> pd.DataFrame:
        """Make the table ``matter_channels``."""
        ids = self.table["matter_id"].to_numpy()
        pieces = [pd.DataFrame({"matter_id": ids[self.open_in[name]], "channel": name}) for name in CHANNELS]
        order = {name: position for position, name in enumerate(CHANNELS)}
        table = pd.concat(pieces, ignore_index=True).assign(rank=lambda rows: rows["channel"].map(order))
        return table.sort_values(["matter_id", "rank"], ignore_index=True)[["matter_id", "channel"]]


def list_matters() -> Matters:
    """Subjects and actions, group by group; frequent matters are opened nearer to home more often."""
    declared = read_data("matters.toml")
    rows = []
    for group in declared["groups"]:
        titles = product(group["subjects"], declared["actions"])
        rows += [(group, subject, action) for subject, action in islice(titles, group["size"])]
    table = pd.DataFrame(
        {
            "matter_id": [f"M{number + 1:03d}" for number in range(len(rows))],
            "group_no": [group["no"] for group, _, _ in rows],
            "name_en": [f"{group['en']}: {subject['en']}, {action['en']} (demo)" for group, subject, action in rows],
            "name_zh": [f"{group['zh']}：{subject['zh']}{action['zh']}（演示）" for group, subject, action in rows],
            "name_ja": [f"{group['ja']}：{subject['ja']}{action['ja']}（デモ）" for group, subject, action in rows],
            "list_version": "demo-2024",
        }
    )
    random = stream("matters")
    demand = np.asarray((random.permutation(len(rows)) + 2.0) ** -1.15, dtype=np.float64)
    open_in = {"window": np.ones(len(rows), dtype=np.bool_)}
    for name, count in declared["channels"].items():
        score = np.log(demand) + random.normal(0.0, 1.0, len(rows))
        chosen = np.argsort(-np.round(score, 6), kind="stable")[:count]
        open_in[name] = np.isin(np.arange(len(rows)), chosen)
    return Matters(table, demand, open_in)
