"""Tables on service-type social relief: households, cases, and what was done for them."""

from __future__ import annotations

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import COMMITTEE, SUBDISTRICT, not_before
from jingan_analysis.contracts.contract import Contract, RowRule
from jingan_analysis.contracts.relief_columns import (
    CASE,
    GRADES,
    HOUSEHOLD,
    LAYER,
    NEED_DIMENSION,
    NEED_DIMENSIONS,
    PROJECT,
    RELIEF_CATEGORIES,
)

HOUSEHOLDS = Contract(
    "households",
    Words("Households in difficulty", "困难家庭", "困難世帯"),
    "The register of households entitled to relief: the denominator of coverage.",
    columns=(
        Column("household_id", "code", Words("Household id", "家庭编号", "世帯ID"), "Pseudonym of the household."),
        SUBDISTRICT,
        COMMITTEE,
        Column("members", "integer", Words("Members", "家庭人数", "世帯人数"), "People in the household.", unit="persons", minimum=1, maximum=30),
        Column("relief_category", "choice", Words("Category", "救助类别", "救済区分"), "Category of relief.", choices=RELIEF_CATEGORIES),
        Column("relief_from", "date", Words("Entitled from", "救助起始日期", "対象開始日"), "First day of entitlement."),
        Column("relief_to", "date", Words("Entitled to", "救助终止日期", "対象終了日"), "Last day of entitlement; empty means still entitled.", required=False, nullable=True),
    ),
    key=("household_id",),
    person_level=True,
    rules=(not_before("relief_from", "relief_to"),),
)  # fmt: skip

RELIEF_CASES = Contract(
    "relief_cases",
    Words("Relief cases", "救助个案", "救済ケース"),
    "A household becomes known to service-type relief when a case is opened.",
    columns=(
        Column("case_id", "code", Words("Case id", "个案编号", "ケースID"), "Pseudonym of the case."),
        HOUSEHOLD,
        Column("opened_on", "date", Words("Opened on", "立案日期", "開始日"), "Day on which the case was opened."),
        Column(
            "discovery_source", "choice", Words("Discovery source", "发现来源", "発見経路"), "How the household became known.",
            choices=choices(
                ("window", "application at a window", "窗口申请", "窓口申請"),
                ("online", "online application", "线上申请", "オンライン申請"),
                ("adviser_visit", "adviser's visit", "救助顾问走访", "救済顧問の訪問"),
                ("committee", "committee report", "居委上报", "居民委員会の報告"),
                ("data_match", "data matching", "数据比对", "データ照合"),
                ("referral", "referral", "转介", "紹介"),
            ),
        ),
        Column("closed_on", "date", Words("Closed on", "结案日期", "終了日"), "Day on which the case was closed; empty means open.", required=False, nullable=True),
        Column("adviser_id", "code", Words("Adviser id", "顾问编号", "顧問ID"), "Adviser in charge of the case; empty means nobody, or not recorded.", required=False, nullable=True, references="advisers.adviser_id"),
    ),
    key=("case_id",),
    person_level=True,
    rules=(not_before("opened_on", "closed_on"),),
)  # fmt: skip

NEED_ASSESSMENTS = Contract(
    "need_assessments",
    Words("Need assessments", "需求评估", "ニーズ評価"),
    "One assessment of one household: ten scores from 0 (no difficulty) to 1, and a grade.",
    columns=(
        Column("assessment_id", "code", Words("Assessment id", "评估编号", "評価ID"), "Pseudonym of the assessment."),
        HOUSEHOLD,
        Column("assessed_on", "date", Words("Assessed on", "评估日期", "評価日"), "Day of the assessment."),
        *(
            Column(f"score_{choice.code}", "number", Words(f"Score: {choice.label.en}", f"{choice.label.zh}得分", f"{choice.label.ja}スコア"), f"Difficulty: {choice.label.en}.", unit="0-1", minimum=0, maximum=1)
            for choice in NEED_DIMENSIONS
        ),
        Column("grade", "choice", Words("Grade", "困难等级", "困難等級"), "Grade of difficulty.", choices=GRADES),
    ),
    key=("assessment_id",),
    person_level=True,
)  # fmt: skip

SERVICE_PLANS = Contract(
    "service_plans",
    Words("Service plans", "服务方案", "支援計画"),
    "A project agreed with a household.",
    columns=(
        Column("plan_id", "code", Words("Plan id", "方案编号", "計画ID"), "Pseudonym of the plan."),
        CASE,
        PROJECT,
        Column("agreed_on", "date", Words("Agreed on", "商定日期", "合意日"), "Day of the agreement."),
        LAYER,
        Column("planned_units", "integer", Words("Planned units", "计划次数", "計画回数"), "Units of service agreed.", unit="services", minimum=0, maximum=10_000),
    ),
    key=("plan_id",),
    person_level=True,
)  # fmt: skip

SERVICE_EVENTS = Contract(
    "service_events",
    Words("Service events", "服务记录", "サービス記録"),
    "One service given to one household.",
    columns=(
        Column("event_id", "code", Words("Event id", "服务编号", "サービスID"), "Pseudonym of the event."),
        CASE,
        PROJECT,
        Column("done_on", "date", Words("Done on", "服务日期", "実施日"), "Day of the service."),
        Column("minutes", "number", Words("Minutes", "时长（分钟）", "所要時間（分）"), "Length of the service; empty means not recorded.", unit="minutes", required=False, nullable=True, minimum=0, maximum=1_440),
    ),
    key=("event_id",),
    person_level=True,
)  # fmt: skip

NEED_REQUESTS = Contract(
    "need_requests",
    Words("Requests for help", "服务需求对接", "支援要請とマッチング"),
    "A household's request for help with one need, and the project or resource that it was matched with.",
    columns=(
        Column("request_id", "code", Words("Request id", "需求编号", "要請ID"), "Pseudonym of the request."),
        CASE,
        NEED_DIMENSION,
        Column("requested_on", "date", Words("Requested on", "提出日期", "要請日"), "Day of the request."),
        Column("requested_units", "integer", Words("Requested units", "需求次数", "要請回数"), "Units of service asked for.", unit="services", minimum=1, maximum=10_000),
        Column("project_id", "code", Words("Project id", "项目编号", "プロジェクトID"), "Project matched; empty where none was.", required=False, nullable=True, references="projects.project_id"),
        Column("resource_id", "code", Words("Resource id", "资源编号", "資源ID"), "Resource matched; empty where none was.", required=False, nullable=True, references="resources.resource_id"),
        Column("matched_on", "date", Words("Matched on", "对接日期", "マッチング日"), "Day of the match; empty means not matched yet.", required=False, nullable=True),
        Column("accepted", "boolean", Words("Accepted", "是否接受", "受諾"), "Whether the household accepted; empty means not matched, or not recorded.", required=False, nullable=True),
        Column("delivered_units", "integer", Words("Delivered units", "已提供次数", "提供回数"), "Units delivered so far.", unit="services", required=False, nullable=True, minimum=0, maximum=10_000),
    ),
    key=("request_id",),
    person_level=True,
    rules=(
        not_before("requested_on", "matched_on"),
        RowRule("matched_on", "a match names a project or a resource, and only a match does", "write the day of the match and what was matched, or leave both empty",
                lambda table: table["matched_on"].notna() == (table["project_id"].notna() | table["resource_id"].notna())),
        RowRule("resource_id", "a request is matched with a project or a resource, not with both", "split the request, or remove one of them",
                lambda table: table["project_id"].isna() | table["resource_id"].isna()),
        RowRule("delivered_units", "delivered_units is zero or empty where nothing was matched", "record the match, or remove the units",
                lambda table: table["matched_on"].notna() | (table["delivered_units"].fillna(0) == 0)),
    ),
)  # fmt: skip

CONTRACTS = (HOUSEHOLDS, RELIEF_CASES, NEED_ASSESSMENTS, SERVICE_PLANS, SERVICE_EVENTS, NEED_REQUESTS)
