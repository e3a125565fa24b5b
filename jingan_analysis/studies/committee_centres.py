"""The home in the middle of each committee, which stands for the committee where nothing better is known."""

from __future__ import annotations

import numpy as np
import pandas as pd


def committee_centres(points: pd.DataFrame) -> pd.Series:
    """Demand point in the middle of each committee, by committee: its position."""
    inside = points.assign(position=np.arange(len(points))).dropna(subset=["committee_id"])
    middle = inside.groupby("committee_id")[["x_m", "y_m"]].transform("median")
    away = np.round(np.hypot(inside["x_m"] - middle["x_m"], inside["y_m"] - middle["y_m"]), 3)
    nearest = inside.assign(away=away).sort_values(["away", "position"], kind="stable")
    return nearest.drop_duplicates("committee_id").set_index("committee_id")["position"].sort_index()
