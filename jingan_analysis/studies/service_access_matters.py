"""Which matters can really be done near home: what points offer, against what the list promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from jingan_analysis.geography.travel_costs import reach_mm
from jingan_analysis.studies.service_access_inputs import Inputs
from jingan_analysis.studies.units import DISTRICT_ROW, place_names

if TYPE_CHECKING:
    from jingan_analysis.district import District
    from jingan_analysis.studies.service_access import Params

TABLES: Final = ("matters", "matter_channels", "point_matters")
CHANNEL_OF_KIND: Final = {"centre": "window", "remote_spot": "nearby", "self_service_24h": "self_service"}
ALL_GROUPS = "all"


@dataclass(frozen=True)
class Offer:
    """What each point really handles.

    Attributes
    ----------
    matters
        The list, indexed by matter.
    listed
        Whether the list opens a channel for a matter; index matters, one boolean column a channel.
    offers
        Whether a point handles a matter; shape (n_points, n_matters).
    from_list
        Kinds of points without any record of what they handle: the list is taken for them.
    silent_points
        Points without a record though others of their kind have one: they count as offering nothing.
    beyond_list
        Pairs of point and matter that the list does not open at that kind of point.
    """

    matters: pd.DataFrame
    listed: pd.DataFrame
    offers: NDArray[np.bool_]
    from_list: tuple[str, ...]
    silent_points: int
    beyond_list: int


def read_offer(district: District, inputs: Inputs) -> Offer | None:
    """Read what points offer; None where the district has no such tables."""
    if not all(district.has(table) for table in TABLES):
        return None
    matters = district.table("matters").sort_values(["group_no", "matter_id"], kind="stable").set_index("matter_id")
    matters["name"] = pd.Series(place_names(matters.reset_index(), "matter_id"))
    channels = district.table("matter_channels")
    listed = pd.crosstab(channels["matter_id"], channels["channel"]).gt(0)
    names = sorted({*CHANNEL_OF_KIND.values(), *listed.columns})
    listed = listed.reindex(index=matters.index, columns=names, fill_value=False)
    return _offer(inputs, matters, listed, district.table("point_matters"))


def _offer(inputs: Inputs, matters: pd.DataFrame, listed: pd.DataFrame, recorded: pd.DataFrame) -> Offer:
    kinds: NDArray[np.object_] = inputs.points["kind"].to_numpy(dtype=object)
    offers = np.zeros((len(inputs.points), len(matters)), dtype=np.bool_)
    row = pd.Index(inputs.points["point_id"]).get_indexer(pd.Index(recorded["point_id"]))
    column = matters.index.get_indexer(pd.Index(recorded["matter_id"]))
    known = (row >= 0) & (column >= 0)
    offers[row[known], column[known]] = True
    has_record: NDArray[np.bool_] = np.asarray(offers.any(axis=1), dtype=np.bool_)
    # A kind that nobody records is not a kind that offers nothing: centres are often left out of such lists.
    from_list = tuple(
        kind for kind in CHANNEL_OF_KIND if kind in kinds and not has_record[np.asarray(kinds == kind)].any()
    )
    for kind in from_list:
        offers[kinds == kind] = listed[CHANNEL_OF_KIND[kind]].to_numpy()
    silent = ~has_record & ~np.isin(kinds, np.asarray(from_list, dtype=object))
    in_report = inputs.points.index.isin(inputs.in_report(inputs.points).index)
    allowed = np.array([listed[CHANNEL_OF_KIND[kind]] for kind in kinds]).reshape(offers.shape)
    return Offer(matters, listed, offers, from_list, int((silent & in_report).sum()), int((offers & ~allowed).sum()))


def reached_matters(inputs: Inputs, offer: Offer, keep: NDArray[np.bool_], limit_mm: int) -> NDArray[np.bool_]:
    """Whether each home has a kept point within the limit that handles each matter.

    Returns
    -------
    ndarray
        Shape (n_origins, n_matters).
    """
    from scipy.sparse import csr_array

    costs = inputs.costs.within(limit_mm).to_destinations(keep)
    shape = (costs.n_origins, costs.n_destinations)
    near = csr_array((np.ones(len(costs.origin), dtype=np.float32), (costs.origin, costs.destination)), shape=shape)
    return np.asarray(near @ offer.offers.astype(np.float32)) > 0


def matters_frame(
    inputs: Inputs, offer: Offer, params: Params, cases: pd.Series | None
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """One row a matter: what the list says, who offers it, who can reach it.

    Parameters
    ----------
    cases
        Cases in the window by matter in the area reported on; None where they are not known.

    Returns
    -------
    DataFrame
        Columns ``group_no``, ``name``, ``listed_nearby``, ``points``, ``spots``, the rate for any point,
        ``spot_*`` the rate for nearby spots only, ``near_*`` the same within the shorter limit of "near",
        ``cases``, ``hardly`` (promised, but hardly anybody has a spot near home that handles it).
    ndarray
        Whether each home reaches each matter at any point, shape (n_origins, n_matters).
    """
    limit = reach_mm(params.walk_speed_mps, params.access_threshold_minutes)
    everywhere = reached_matters(inputs, offer, inputs.of_kind(None), limit)
    spots = inputs.of_kind("remote_spot")
    at_spots = reached_matters(inputs, offer, spots, limit)
    near_spots = reached_matters(inputs, offer, spots, reach_mm(params.walk_speed_mps, params.near_minutes))
    inside = inputs.points.index.isin(inputs.in_report(inputs.points).index)
    frame = offer.matters[["group_no", "name"]].copy()
    frame["listed_nearby"] = offer.listed["nearby"]
    frame["points"] = offer.offers[inside].sum(axis=0)
    frame["spots"] = offer.offers[inside & spots].sum(axis=0)
    frame = frame.join(_rates(inputs, everywhere, frame.index))
    for prefix, reached in (("spot_", at_spots), ("near_", near_spots)):
        frame = frame.join(_rates(inputs, reached, frame.index).drop(columns="denominator").add_prefix(prefix))
    frame["cases"] = np.nan if cases is None else cases.reindex(frame.index, fill_value=0).astype(np.float64)
    frame["hardly"] = frame["listed_nearby"] & (frame["near_share"] < params.hardly_share)
    return frame, everywhere


def _rates(inputs: Inputs, reached: NDArray[np.bool_], matters: pd.Index[str]) -> pd.DataFrame:
    rows = [inputs.people.in_row(column, inputs.row) for column in reached.T.astype(np.float64)]
    return pd.DataFrame(rows).set_axis(matters, axis=0)


def groups_frame(frame: pd.DataFrame, inputs: Inputs, everywhere: NDArray[np.bool_], params: Params) -> pd.DataFrame:
    """One row a group of the list, and all matters together.

    The rate is about a resident's case drawn at random: residents times matters, matters weighted by
    their cases in the window (all alike where no case is known).
    """
    weights = frame["cases"].fillna(0).to_numpy(dtype=np.float64)
    rows = {}
    for name, chosen in _groups(frame).items():
        part = frame[chosen]
        rows[name] = {
            "matters": len(part),
            "listed_nearby": part["listed_nearby"].sum(),
            "widely": (part["share"] >= params.widely_share).sum(),
            "nearly_all": (part["share"] >= params.nearly_all_share).sum(),
            "listed_widely": (part["listed_nearby"] & (part["share"] >= params.widely_share)).sum(),
            "spot_widely": (part["listed_nearby"] & (part["spot_share"] >= params.widely_share)).sum(),
            "spot_nearly_all": (part["listed_nearby"] & (part["spot_share"] >= params.nearly_all_share)).sum(),
            "hardly": part["hardly"].sum(),
            "cases": part["cases"].sum(min_count=1),
            **inputs.people.in_row(weighted_part(everywhere[:, chosen], weights[chosen]), inputs.row),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def offered_by_subdistrict(
    inputs: Inputs, offer: Offer, everywhere: NDArray[np.bool_], cases: pd.Series | None
) -> pd.DataFrame:
    """How many matters residents can do near home, by sub-district.

    Returns
    -------
    DataFrame
        ``matters_per_spot``: mean number of matters that a spot handles; the rate of a resident's case
        drawn at random, with the same weights in every sub-district.
    """
    weights = case_weights(offer, cases)
    spots = inputs.points[inputs.of_kind("remote_spot")]
    handled = pd.Series(offer.offers[inputs.of_kind("remote_spot")].sum(axis=1), index=spots.index)
    inside = spots["subdistrict_code"].notna()
    rows = inputs.people.by_unit(weighted_part(everywhere, weights))
    rows.insert(0, "spots", inputs.count_by_unit(spots))
    means = handled[inside].groupby(spots.loc[inside, "subdistrict_code"]).mean()
    rows.insert(1, "matters_per_spot", means.reindex(rows.index))
    rows.loc[DISTRICT_ROW, "matters_per_spot"] = handled[inside].mean()
    return rows


def promised_but_absent(frame: pd.DataFrame) -> pd.DataFrame:
    """Matters that the list opens to nearby spots and that hardly anybody can do at a near one, worst first."""
    return frame[frame["hardly"]].sort_values(["near_share", "cases"], ascending=[True, False], kind="stable")


def _groups(frame: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    numbers = frame["group_no"].to_numpy()
    groups = {f"{number}": numbers == number for number in sorted(frame["group_no"].unique())}
    return {**groups, ALL_GROUPS: np.ones(len(frame), dtype=np.bool_)}


def case_weights(offer: Offer, cases: pd.Series | None) -> NDArray[np.float64]:
    """Share of all cases that each matter makes; all matters alike where no case is known.

    Returns
    -------
    ndarray
        Shape (n_matters,); they add up to 1.
    """
    if cases is None:
        return _shares(np.zeros(len(offer.matters)))
    return _shares(cases.reindex(offer.matters.index, fill_value=0).to_numpy(dtype=np.float64))


def weighted_part(reached: NDArray[np.bool_], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Part of its cases that each home reaches; shape (n_origins,).

    Parameters
    ----------
    reached
        Whether each home reaches each matter, shape (n_origins, n_matters).
    weights
        Cases by matter, or any multiple of them; where there are none, all matters are alike.
    """
    # Rounding may lift a sum of weights just above one.
    return np.asarray(np.minimum(reached @ _shares(weights), 1.0))


def _shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return weights / weights.sum() if weights.sum() > 0 else np.full(len(weights), 1.0 / max(len(weights), 1))
