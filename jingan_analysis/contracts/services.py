"""Tables on community affairs services: points, matters, channels, cases, home visits."""

from __future__ import annotations

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import (
    CLOSED,
    COMMITTEE,
    HOURS,
    NAMES,
    OPENED,
    POINT,
    SUBDISTRICT,
    SUBDISTRICT_OR_OUTSIDE,
    not_before,
    one_name_at_least,
)
from jingan_analysis.contracts.contract import Contract, RowRule

CHANNELS = choices(
    ("window", "window at a centre", "窗口办", "総合処理"),
    ("nearby", "nearby spot", "就近办", "近場処理"),
    ("home_visit", "home visit", "上门办", "訪問処理"),
    ("self_service", "self-service machine", "自助办", "セルフサービス"),
    ("online", "online", "网上办", "オンライン"),
)
CHANNEL = Column(
    "channel",
    "choice",
    Words("Channel", "办理渠道", "窓口区分"),
    "Way in which the matter is handled.",
    choices=CHANNELS,
)
MATTER = Column(
    "matter_id", "code", Words("Matter id", "事项编号", "事項ID"), "Matter.", references="matters.matter_id"
)

SERVICE_POINTS = Contract(
    "service_points",
    Words("Service points", "服务点", "サービスポイント"),
    "Community affairs centres, remote service spots and self-service machines.",
    columns=(
        Column("point_id", "code", Words("Point id", "服务点编号", "ポイントID"), "Identifier of the point."),
        *NAMES,
        Column(
            "kind", "choice", Words("Kind", "类型", "種別"), "Kind of point.",
            choices=choices(
                ("centre", "community affairs centre", "社区事务受理服务中心", "コミュニティ事務受付サービスセンター"),
                ("remote_spot", "remote service spot", "远程服务点", "遠隔サービススポット"),
                ("self_service_24h", "24-hour self-service spot", "24小时自助服务点", "24時間セルフサービススポット"),
            ),
        ),
        SUBDISTRICT_OR_OUTSIDE,
        COMMITTEE,
        Column(
            "venue", "choice", Words("Venue", "场所", "場所"), "Where the point stands.", required=False, nullable=True,
            choices=choices(("committee", "committee premises", "居委会", "居民委員会"), ("building", "office building", "楼宇", "ビル"), ("park", "business park", "园区", "園区"), ("other", "other", "其他", "その他")),
        ),
        OPENED,
        CLOSED,
        *POINT,
        HOURS,
        Column("windows", "integer", Words("Windows", "窗口数", "窓口数"), "Service windows or terminals; empty means unknown.", unit="windows", required=False, nullable=True, minimum=0, maximum=500),
    ),
    key=("point_id",),
    geometry="point",
    rules=(one_name_at_least(), not_before("opened_on", "closed_on")),
)  # fmt: skip

MATTERS = Contract(
    "matters",
    Words("Matters", "办理事项", "取扱事項"),
    "The list of matters that can be handled, in groups.",
    columns=(
        Column("matter_id", "code", Words("Matter id", "事项编号", "事項ID"), "Identifier of the matter."),
        Column("group_no", "integer", Words("Group", "类别号", "グループ番号"), "Number of the group on the published list.", minimum=1, maximum=99),
        *NAMES,
        Column("list_version", "text", Words("List version", "清单版本", "リスト版"), "Version of the list.", required=False, nullable=True),
    ),
    key=("matter_id",),
    rules=(one_name_at_least(),),
)  # fmt: skip

MATTER_CHANNELS = Contract(
    "matter_channels",
    Words("Matters by channel", "事项办理渠道", "事項と窓口区分"),
    "Which channels the list opens for each matter.",
    columns=(MATTER, CHANNEL),
    key=("matter_id", "channel"),
)

POINT_MATTERS = Contract(
    "point_matters",
    Words("Matters at each point", "服务点可办事项", "ポイント別の取扱事項"),
    "Which matters each point can really handle: its devices and staff, not the list.",
    columns=(
        Column(
            "point_id",
            "code",
            Words("Point id", "服务点编号", "ポイントID"),
            "Service point.",
            references="service_points.point_id",
        ),
        MATTER,
    ),
    key=("point_id", "matter_id"),
)

CASE_COUNTS = Contract(
    "case_counts",
    Words("Cases handled", "办件量", "受付件数"),
    "Cases (件) and person-times (人次) by month, place, channel and matter. Two units, never added.",
    columns=(
        Column("month", "month", Words("Month", "月份", "月"), "Month of acceptance, YYYY-MM."),
        SUBDISTRICT,
        Column("point_id", "code", Words("Point id", "服务点编号", "ポイントID"), "Service point; empty for home visits and online.", nullable=True, references="service_points.point_id"),
        CHANNEL,
        MATTER,
        Column("cases", "integer", Words("Cases", "件数", "件数"), "Cases accepted.", unit="cases", minimum=0, maximum=1_000_000),
        Column("person_times", "integer", Words("Person-times", "人次", "延べ人数"), "Visits made for these cases.", unit="person-times", minimum=0, maximum=1_000_000),
    ),
    key=("month", "subdistrict_code", "point_id", "channel", "matter_id"),
)  # fmt: skip


def _no_more_than_finished(part: str) -> RowRule:
    return RowRule(
        part,
        f"{part} is not above finished_cases",
        "count finished cases only, and each once",
        lambda table: table[part].isna() | (table[part] <= table["finished_cases"]),
    )


CASE_RESULTS = Contract(
    "case_results",
    Words("Results of cases", "办件质量", "処理の結果"),
    "Cases finished by month, sub-district and channel: how many in the promised days, and how many without sending anybody back.",
    columns=(
        Column("month", "month", Words("Month", "月份", "月"), "Month in which the cases were finished, YYYY-MM."),
        SUBDISTRICT,
        CHANNEL,
        Column("finished_cases", "integer", Words("Finished", "办结件数", "完了件数"), "Cases finished in the month.", unit="cases", minimum=0, maximum=1_000_000),
        Column("on_time_cases", "integer", Words("On time", "按时办结件数", "期限内の件数"), "Finished in no more days than were promised for the matter; empty means not recorded.", unit="cases", nullable=True, minimum=0, maximum=1_000_000),
        Column("first_time_cases", "integer", Words("First time right", "一次办成件数", "一度で済んだ件数"), "Finished without sending the applicant back for documents; empty means not recorded.", unit="cases", nullable=True, minimum=0, maximum=1_000_000),
    ),
    key=("month", "subdistrict_code", "channel"),
    rules=(_no_more_than_finished("on_time_cases"), _no_more_than_finished("first_time_cases")),
)  # fmt: skip

HOME_VISIT_TARGETS = Contract(
    "home_visit_targets",
    Words("Home-visit targets", "上门服务对象", "訪問処理の対象者"),
    "People on the lists of those who cannot come, and how many of them got a home visit in the window.",
    columns=(
        SUBDISTRICT,
        Column(
            "target_group", "choice", Words("Group", "对象类别", "対象区分"), "Why they are listed; a person is counted in one group.",
            choices=choices(
                ("oldest_old", "aged 80 and over", "高龄", "高齢"),
                ("living_alone", "living alone", "独居", "独居"),
                ("care_dependent", "care-dependent", "失能", "要介護"),
                ("disabled", "with a disability", "残疾", "障害"),
                ("severe_illness", "severely ill", "重病", "重病"),
                ("other", "other", "其他", "その他"),
            ),
        ),
        Column("listed_persons", "integer", Words("Listed", "在册人数", "登録人数"), "People listed at the end of the window.", unit="persons", minimum=0, maximum=1_000_000),
        Column("served_persons", "integer", Words("Served", "服务人数", "訪問人数"), "Listed people with at least one home visit in the window.", unit="persons", minimum=0, maximum=1_000_000),
    ),
    key=("subdistrict_code", "target_group"),
    rules=(
        RowRule("served_persons", "served_persons is not above listed_persons", "count each person once, and only listed people",
                lambda table: table["served_persons"] <= table["listed_persons"]),
    ),
)  # fmt: skip

CONTRACTS = (SERVICE_POINTS, MATTERS, MATTER_CHANNELS, POINT_MATTERS, CASE_COUNTS, CASE_RESULTS, HOME_VISIT_TARGETS)
