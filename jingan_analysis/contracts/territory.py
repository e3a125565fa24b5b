"""Tables on the district itself: units, committees, people, streets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import (
    COMMITTEE,
    NAMES,
    POINT,
    SUBDISTRICT,
    SUBDISTRICT_OR_OUTSIDE,
    one_name_at_least,
)
from jingan_analysis.contracts.contract import Contract, RowRule

if TYPE_CHECKING:
    import pandas as pd

SUB_DISTRICTS = Contract(
    "sub_districts",
    Words("Sub-districts", "街镇", "街道・鎮"),
    "The administrative units of the district, with their boundaries. They neither overlap nor leave holes.",
    columns=(
        Column("subdistrict_code", "code", Words("Sub-district code", "街镇代码", "街道・鎮コード"), "Official code, kept as text."),
        *NAMES,
        Column(
            "kind", "choice", Words("Kind", "类型", "種別"), "Kind of unit.", required=False, nullable=True,
            choices=choices(("subdistrict", "sub-district", "街道", "街道"), ("town", "town", "镇", "鎮"), ("other", "other", "其他", "その他")),
        ),
        Column("area_km2", "number", Words("Area (km2)", "面积（平方公里）", "面積（平方キロ）"), "Stated area, where one is published.", unit="km2", required=False, nullable=True, minimum=0),
        Column("committee_count", "integer", Words("Committees", "居村委数", "居民委員会数"), "Stated number of committees.", unit="committees", required=False, nullable=True, minimum=0),
    ),
    key=("subdistrict_code",),
    geometry="polygon",
    rules=(one_name_at_least(),),
)  # fmt: skip

COMMITTEES = Contract(
    "committees",
    Words("Committees", "居村委", "居民委員会"),
    "Residents' and villagers' committees.",
    columns=(
        Column("committee_id", "code", Words("Committee id", "居村委代码", "居民委員会コード"), "Official code, kept as text."),
        SUBDISTRICT,
        *NAMES,
        Column(
            "kind", "choice", Words("Kind", "类型", "種別"), "Residents' or villagers' committee.", required=False, nullable=True,
            choices=choices(("residents", "residents' committee", "居委会", "居民委員会"), ("villagers", "villagers' committee", "村委会", "村民委員会")),
        ),
    ),
    key=("committee_id",),
    rules=(one_name_at_least(),),
)  # fmt: skip

DEMAND_POINTS = Contract(
    "demand_points",
    Words("Demand points", "需求点", "需要地点"),
    "Places where people live: compounds, grid cells or centroids. Points outside the district count as demand on its services near the edge, never as its residents.",
    columns=(
        Column("point_id", "code", Words("Point id", "需求点编号", "地点ID"), "Identifier of the place."),
        SUBDISTRICT_OR_OUTSIDE,
        COMMITTEE,
        *POINT,
    ),
    key=("point_id",),
    geometry="point",
)  # fmt: skip


def _ages_in_order(table: pd.DataFrame) -> pd.Series:
    return table["age_to_years"].isna() | (table["age_to_years"] >= table["age_from_years"])


POPULATION = Contract(
    "population",
    Words("Population", "人口", "人口"),
    "People at each demand point by basis, age band, living arrangement and frailty. Rows of one point and basis do not overlap; they add up to its population.",
    columns=(
        Column("point_id", "code", Words("Point id", "需求点编号", "地点ID"), "Demand point.", references="demand_points.point_id"),
        Column(
            "basis", "choice", Words("Basis", "统计口径", "人口区分"), "Resident (常住) or registered (户籍) population: two counts of one place that are never added.",
            choices=choices(("resident", "resident", "常住", "常住"), ("registered", "registered", "户籍", "戸籍")),
        ),
        Column("age_from_years", "integer", Words("Age from", "年龄起", "年齢（以上）"), "Youngest completed age of the band.", unit="years", minimum=0, maximum=130),
        Column("age_to_years", "integer", Words("Age to", "年龄止", "年齢（以下）"), "Oldest completed age of the band, inclusive; empty means no upper end.", unit="years", nullable=True, minimum=0, maximum=130),
        Column(
            "living_arrangement", "choice", Words("Living arrangement", "居住方式", "居住形態"), "With whom they live.", required=False, nullable=True,
            choices=choices(
                ("alone", "alone", "独居", "独居"),
                ("all_elderly", "all-elderly household", "纯老家庭", "高齢者のみ世帯"),
                ("with_others", "with others", "与他人同住", "同居"),
                ("institution", "institution", "机构", "施設"),
            ),
        ),
        Column(
            "frailty", "choice", Words("Frailty", "失能状况", "フレイル"), "Whether an assessment found them frail; empty means unknown.", required=False, nullable=True,
            choices=choices(("frail", "frail", "失能", "フレイル"), ("not_frail", "not frail", "非失能", "非フレイル")),
        ),
        Column("persons", "number", Words("Persons", "人数", "人数"), "Number of people.", unit="persons", minimum=0, maximum=1_000_000),
    ),
    key=("point_id", "basis", "age_from_years", "age_to_years", "living_arrangement", "frailty"),
    rules=(RowRule("age_to_years", "age_to_years is not below age_from_years", "swap the two ages", _ages_in_order),),
)  # fmt: skip

WALKING_NETWORK = Contract(
    "walking_network",
    Words("Walking network", "步行网络", "歩行ネットワーク"),
    "Edges of the walking network, split where ways meet.",
    columns=(
        Column("edge_id", "code", Words("Edge id", "路段编号", "区間ID"), "Identifier of the edge."),
        Column("from_node", "code", Words("From node", "起点", "起点"), "Node at the line's first vertex."),
        Column("to_node", "code", Words("To node", "终点", "終点"), "Node at the line's last vertex."),
        Column("length_m", "number", Words("Length (m)", "长度（米）", "長さ（m）"), "Walking length.", unit="metres", minimum=0, maximum=50_000),
        Column("way_kind", "text", Words("Way kind", "道路类型", "道路種別"), "Kind of way, in the source's words.", required=False, nullable=True),
        Column(
            "walk_direction", "choice", Words("Walk direction", "步行方向", "歩行方向"), "Directions in which people may walk; forward is from from_node to to_node, and empty means both.", required=False, nullable=True,
            choices=choices(("both", "both", "双向", "両方向"), ("forward", "forward", "正向", "順方向"), ("backward", "backward", "反向", "逆方向")),
        ),
        Column("stairs", "boolean", Words("Stairs", "是否台阶", "階段の有無"), "Whether the edge is a flight of stairs; empty means no.", required=False, nullable=True),
        Column("wait_s", "number", Words("Wait (s)", "等候（秒）", "待ち時間（秒）"), "Time that walkers wait on the edge, such as at a traffic light; empty means none.", unit="seconds", required=False, nullable=True, minimum=0, maximum=600),
        Column("closed", "boolean", Words("Closed", "是否关闭", "閉鎖の有無"), "Whether nobody may pass at present, as at a locked gate; empty means no.", required=False, nullable=True),
    ),
    key=("edge_id",),
    geometry="line",
)  # fmt: skip

CONTRACTS = (SUB_DISTRICTS, COMMITTEES, DEMAND_POINTS, POPULATION, WALKING_NETWORK)
