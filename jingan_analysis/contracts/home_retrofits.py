"""Tables on homes adapted for old age: applications and their steps, who is in need, and falls before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import COMMITTEE, PERSON, SUBDISTRICT, not_before, told_together
from jingan_analysis.contracts.contract import Contract, RowRule

if TYPE_CHECKING:
    import pandas as pd

APPLICATION = Column(
    "app_id", "code", Words("Application id", "申请编号", "申請ID"), "Application.", references="retrofit_applications.app_id",
)  # fmt: skip
PRIORITY_GROUPS = choices(
    ("frail", "frail or disabled", "失能或残疾", "要介護・障害"),
    ("alone", "living alone", "独居", "独居"),
    ("low_income", "low income", "低收入", "低所得"),
    ("aged_80", "aged eighty and over", "八十岁及以上", "八十歳以上"),
)
"""Groups that come first; a household counts once, in the first of them that it belongs to."""
NO_PRIORITY = choices(("none", "no priority group", "非优先对象", "優先対象外"))
END_REASONS = choices(
    ("withdrawn", "withdrawn", "撤回", "取り下げ"),
    ("refused", "refused", "未批准", "不承認"),
    ("moved_away", "moved away", "迁出", "転出"),
    ("died", "died", "死亡", "死亡"),
)
YUAN = 10_000_000


def _subsidy_within_total() -> RowRule:
    def holds(table: pd.DataFrame) -> pd.Series:
        return table["subsidy_yuan"] <= table["total_yuan"]

    return RowRule(
        "subsidy_yuan",
        "subsidy_yuan is at most total_yuan",
        "check both amounts; a subsidy cannot be more than the works cost",
        holds,
    )


def _begun_before(first: str, second: str) -> RowRule:
    """A later step needs the one before it."""
    return RowRule(
        second,
        f"{second} is empty where {first} is",
        f"give {first}, or leave {second} empty until then",
        lambda table: table[second].isna() | table[first].notna(),
    )


RETROFIT_APPLICATIONS = Contract(
    "retrofit_applications",
    Words("Applications for adapting a home", "居家环境适老化改造申请", "高齢者向け住宅改修の申請"),
    "One application of one household to have its home adapted. An application that came to its goal or is still open has neither end nor reason.",
    columns=(
        Column("app_id", "code", Words("Application id", "申请编号", "申請ID"), "Pseudonym of the application."),
        Column("home_id", "code", Words("Home id", "住户编号", "世帯ID"), "Pseudonym of the household's home."),
        PERSON,
        SUBDISTRICT,
        COMMITTEE,
        Column("applied_on", "date", Words("Applied on", "申请日期", "申請日"), "Day of the application."),
        Column(
            "channel", "choice", Words("Channel", "申请渠道", "申請経路"), "How the application was made; empty means unknown.",
            required=False, nullable=True,
            choices=choices(
                ("sub_district", "service centre of the sub-district", "街镇服务中心", "街道・鎮のセンター"),
                ("committee", "residents' committee", "居村委", "居民委員会"),
                ("online", "online", "网上", "オンライン"),
                ("hospital", "hospital or health centre", "医院或卫生服务中心", "病院・衛生センター"),
            ),
        ),
        Column(
            "priority_group", "choice", Words("Priority group", "优先对象类别", "優先区分"),
            "First priority group that the household belongs to.", choices=(*PRIORITY_GROUPS, *NO_PRIORITY),
        ),
        Column("ended_on", "date", Words("Ended on", "终止日期", "終了日"), "Day on which an application ended without acceptance; empty otherwise.", nullable=True),
        Column("end_reason", "choice", Words("Reason of end", "终止原因", "終了理由"), "Why it ended without acceptance; empty otherwise.", nullable=True, choices=END_REASONS),
    ),
    key=("app_id",),
    person_level=True,
    rules=(not_before("applied_on", "ended_on"), told_together("end_reason", "ended_on", "the reason")),
)  # fmt: skip

RETROFIT_ASSESSMENTS = Contract(
    "retrofit_assessments",
    Words("Assessments of homes", "居家环境评估", "住環境の評価"),
    "The assessment of a home after an application.",
    columns=(
        APPLICATION,
        Column("assessed_on", "date", Words("Assessed on", "评估日期", "評価日"), "Day of the assessment."),
        Column("risk_items", "integer", Words("Risks found", "风险项数", "リスク項目数"), "Risks found in the home; empty means not noted.", unit="items", required=False, nullable=True, minimum=0, maximum=200),
    ),
    key=("app_id",),
    person_level=True,
)  # fmt: skip

RETROFIT_CONTRACTS = Contract(
    "retrofit_contracts",
    Words("Contracts on adapting a home", "适老化改造合同", "住宅改修の契約"),
    "The contract that follows an assessment, with what the works cost and what of it is paid for the household.",
    columns=(
        APPLICATION,
        Column("signed_on", "date", Words("Signed on", "签约日期", "契約日"), "Day of the contract."),
        Column(
            "package", "choice", Words("Package", "改造套餐", "改修パッケージ"), "Package chosen.",
            choices=choices(
                ("basic", "basic", "基础型", "基本"),
                ("standard", "standard", "标准型", "標準"),
                ("extended", "extended", "提升型", "拡張"),
            ),
        ),
        Column("total_yuan", "number", Words("Total cost", "改造总价", "総費用"), "What the works cost.", unit="yuan", minimum=0, maximum=YUAN),
        Column("subsidy_yuan", "number", Words("Subsidy", "补贴金额", "補助額"), "What of it is paid from public funds.", unit="yuan", minimum=0, maximum=YUAN),
    ),
    key=("app_id",),
    person_level=True,
    rules=(_subsidy_within_total(),),
)  # fmt: skip

RETROFIT_WORKS = Contract(
    "retrofit_works",
    Words("Works in homes", "适老化改造施工与验收", "住宅改修の工事と検収"),
    "The works in a home, from their beginning to acceptance. Days that are still to come are empty.",
    columns=(
        APPLICATION,
        Column("started_on", "date", Words("Works begun on", "开工日期", "着工日"), "First day of the works."),
        Column("finished_on", "date", Words("Works finished on", "完工日期", "完工日"), "Last day of the works; empty while they last.", nullable=True),
        Column("accepted_on", "date", Words("Accepted on", "验收日期", "検収日"), "Day on which the works were accepted; empty means not yet.", nullable=True),
        Column("items_done", "integer", Words("Items done", "改造项数", "改修項目数"), "Items adapted; empty means not noted.", unit="items", required=False, nullable=True, minimum=0, maximum=200),
    ),
    key=("app_id",),
    person_level=True,
    rules=(
        not_before("started_on", "finished_on"),
        not_before("finished_on", "accepted_on"),
        _begun_before("finished_on", "accepted_on"),
    ),
)  # fmt: skip

RETROFIT_NEED = Contract(
    "retrofit_need",
    Words("Households whose homes need adapting", "适老化改造需求户数", "住宅改修が必要な世帯"),
    "Households in need by sub-district and priority group, those whose homes were adapted since included. Each counts once, in its first group. A row that is missing is not known, which is not zero.",
    columns=(
        SUBDISTRICT,
        Column("priority_group", "choice", Words("Priority group", "优先对象类别", "優先区分"), "Priority group.", choices=PRIORITY_GROUPS),
        Column("households", "integer", Words("Households", "户数", "世帯数"), "Households in need.", unit="households", minimum=0, maximum=10_000_000),
    ),
    key=("subdistrict_code", "priority_group"),
)  # fmt: skip

FALL_OBSERVATION = Contract(
    "fall_observation",
    Words("People watched for falls", "跌倒监测对象", "転倒の観察対象者"),
    "Who is watched for falls and from when to when, whether or not they fell. A person has one row.",
    columns=(
        PERSON,
        Column("birth_month", "month", Words("Month of birth", "出生年月", "生年月"), "Month of birth, YYYY-MM."),
        Column("observed_from", "date", Words("Observed from", "监测起始日期", "観察開始日"), "First day of the watch."),
        Column("observed_to", "date", Words("Observed to", "监测截止日期", "観察終了日"), "Last day of the watch: that of a death or a move where one ended it; empty means still watched.", nullable=True),
    ),
    key=("person_id",),
    person_level=True,
    rules=(not_before("observed_from", "observed_to"),),
)  # fmt: skip

FALL_EVENTS = Contract(
    "fall_events",
    Words("Falls", "跌倒记录", "転倒記録"),
    "Falls of people who are watched. Falls of one person on one day in one kind of place count as one.",
    columns=(
        PERSON,
        Column("fell_on", "date", Words("Fell on", "跌倒日期", "転倒日"), "Day of the fall."),
        Column(
            "place", "choice", Words("Place", "跌倒地点", "転倒場所"), "Where the fall happened.",
            choices=choices(("home", "at home", "家中", "自宅"), ("elsewhere", "elsewhere", "家外", "自宅以外")),
        ),
        Column("injury", "boolean", Words("Injury", "是否受伤", "負傷"), "Whether the fall injured; empty means unknown.", required=False, nullable=True),
    ),
    key=("person_id", "fell_on", "place"),
    person_level=True,
)  # fmt: skip

PEER_RETROFITS = Contract(
    "peer_retrofits",
    Words("Homes adapted in other districts", "其他区适老化改造户数", "他区の住宅改修世帯数"),
    "Households whose homes were adapted in other central districts, cumulative, so that a rank can be checked. Without it no rank is printed.",
    columns=(
        Column("place", "code", Words("Place", "地区", "地域"), "Name or code of the district."),
        Column("as_of", "date", Words("As of", "截止日期", "基準日"), "Day up to which households are counted."),
        Column("households", "integer", Words("Households", "户数", "世帯数"), "Households so far.", unit="households", minimum=0, maximum=10_000_000),
    ),
    key=("place", "as_of"),
)  # fmt: skip

CONTRACTS = (
    RETROFIT_APPLICATIONS,
    RETROFIT_ASSESSMENTS,
    RETROFIT_CONTRACTS,
    RETROFIT_WORKS,
    RETROFIT_NEED,
    FALL_OBSERVATION,
    FALL_EVENTS,
    PEER_RETROFITS,
)
