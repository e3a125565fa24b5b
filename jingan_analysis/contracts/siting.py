"""The table on places where a new site could stand."""

from __future__ import annotations

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import COMMITTEE, NAMES, POINT, SUBDISTRICT, one_name_at_least
from jingan_analysis.contracts.contract import Contract

CANDIDATE_SITES = Contract(
    "candidate_sites",
    Words("Candidate sites", "候选场所", "候補地"),
    "Premises in the district where a new canteen, station or service spot could stand, also those that somebody ruled out, with the reason.",
    columns=(
        Column("site_id", "code", Words("Site id", "候选场所编号", "候補地ID"), "Identifier of the premises; none of a site that stands already."),
        *NAMES,
        Column(
            "premises", "choice", Words("Premises", "场所类别", "建物の種別"), "What the premises are now.",
            choices=choices(
                ("vacant", "vacant", "闲置用房", "空き物件"),
                ("committee", "committee premises", "居村委用房", "居民委員会の施設"),
                ("public", "public building", "公共用房", "公共施設"),
                ("commercial", "commercial premises", "商业用房", "商業施設"),
                ("other", "other", "其他", "その他"),
            ),
        ),
        SUBDISTRICT,
        COMMITTEE,
        *POINT,
        Column(
            "suits", "choice", Words("Suits", "适用类型", "用途"), "Kind of facility that it suits; empty for any.", required=False, nullable=True,
            choices=choices(("canteens", "canteen", "社区长者食堂", "高齢者食堂"), ("stations", "station", "暖心屋", "ステーション"), ("service_points", "service point", "服务点", "サービスポイント")),
        ),
        Column("floor_area_m2", "number", Words("Floor area (m2)", "建筑面积（平方米）", "床面積（平方メートル）"), "Floor area; empty means unknown.", unit="m2", required=False, nullable=True, minimum=0, maximum=100_000),
        Column("step_free", "boolean", Words("Step-free", "是否无障碍", "段差なし"), "Whether the premises can be entered without a step; empty means unknown.", required=False, nullable=True),
        Column("available_from", "date", Words("Available from", "可用日期", "利用可能日"), "First day on which works may begin; empty means now.", required=False, nullable=True),
        Column(
            "capacity_meals_per_day", "number", Words("Capacity (meals/day)", "日供餐能力（份）", "1日の供給能力（食）"),
            "Meals that a kitchen there could serve on an open day; empty means unknown, which is not zero.",
            unit="meals per day", required=False, nullable=True, minimum=0, maximum=50_000,
        ),
        Column("setup_cost_cny", "number", Words("Setting-up cost (CNY)", "建设费用（元）", "開設費用（元）"), "Cost of works and equipment, once; empty means unknown.", unit="CNY", required=False, nullable=True, minimum=0, maximum=1_000_000_000),
        Column(
            "ruled_out", "choice", Words("Ruled out", "排除原因", "除外の理由"), "Why somebody ruled the premises out; empty where nobody did.", required=False, nullable=True,
            choices=choices(
                ("ownership", "ownership or lease", "权属或租约", "所有権・賃貸借"),
                ("fire_safety", "fire safety", "消防安全", "防火"),
                ("kitchen", "no kitchen can be built", "无法设置厨房", "厨房を設けられない"),
                ("heritage", "protected building", "保护建筑", "保護建築"),
                ("demolition", "to be demolished", "列入征收拆除", "取り壊し予定"),
                ("other", "other", "其他", "その他"),
            ),
        ),
    ),
    key=("site_id",),
    geometry="point",
    rules=(one_name_at_least(),),
)  # fmt: skip

CONTRACTS = (CANDIDATE_SITES,)
