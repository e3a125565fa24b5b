"""Tables on service-type social relief."""

from __future__ import annotations

from jingan_analysis.contracts.column import Column, Words, choices
from jingan_analysis.contracts.common import (
    COMMITTEE,
    HOURS,
    NAMES,
    OPENED,
    POINT,
    SUBDISTRICT,
    not_before,
    one_name_at_least,
)
from jingan_analysis.contracts.contract import Contract

NEED_DIMENSIONS = choices(
    ("income", "income", "收入困难", "収入"),
    ("housing", "housing", "住房困难", "住居"),
    ("illness", "illness", "疾病困难", "疾病"),
    ("disability", "disability", "残疾困难", "障害"),
    ("education", "education", "教育困难", "教育"),
    ("employment", "employment", "就业困难", "就労"),
    ("social_security", "social security", "社会保障困难", "社会保障"),
    ("social_participation", "social participation", "社会参与困难", "社会参加"),
    ("child_burden", "child-raising burden", "儿童养育负担", "子育て負担"),
    ("child_environment", "child's environment", "儿童成长环境", "子どもの環境"),
)
LAYERS = choices(
    ("safety_net", "safety net", "托底保障", "最低保障"),
    ("support", "help and support", "帮助支持", "支援"),
    ("development", "development", "发展提升", "自立・発展"),
    ("emergency", "emergency protection", "紧急保护", "緊急保護"),
)
LAYER = Column("layer", "choice", Words("Layer", "服务层次", "支援層"), "Layer of the response.", choices=LAYERS)
HOUSEHOLD = Column(
    "household_id",
    "code",
    Words("Household id", "家庭编号", "世帯ID"),
    "Household.",
    references="households.household_id",
)
CASE = Column("case_id", "code", Words("Case id", "个案编号", "ケースID"), "Case.", references="relief_cases.case_id")
PROJECT = Column(
    "project_id",
    "code",
    Words("Project id", "项目编号", "プロジェクトID"),
    "Project.",
    references="projects.project_id",
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
        Column(
            "relief_category", "choice", Words("Category", "救助类别", "救済区分"), "Category of relief.",
            choices=choices(
                ("minimum_living_allowance", "minimum living allowance", "低保", "最低生活保障"),
                ("extreme_hardship", "extreme hardship support", "特困供养", "特別困窮扶養"),
                ("low_income", "low income", "低收入困难", "低所得"),
                ("rigid_expenditure", "rigid-expenditure hardship", "刚性支出困难", "支出型困窮"),
            ),
        ),
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
        Column(
            "grade", "choice", Words("Grade", "困难等级", "困難等級"), "Grade of difficulty.",
            choices=choices(("high", "high", "高", "高"), ("medium", "medium", "中", "中"), ("low", "low", "低", "低")),
        ),
    ),
    key=("assessment_id",),
    person_level=True,
)  # fmt: skip

PROJECTS = Contract(
    "projects",
    Words("Relief projects", "服务类救助项目清单", "サービス類救済プロジェクトリスト"),
    "The project list: kinds of service on offer. Its length is not a capacity.",
    columns=(
        Column("project_id", "code", Words("Project id", "项目编号", "プロジェクトID"), "Identifier of the project."),
        *NAMES,
        Column("need_dimension", "choice", Words("Need dimension", "需求维度", "ニーズ次元"), "The need it answers.", choices=NEED_DIMENSIONS),
        LAYER,
        Column("annual_capacity_units", "integer", Words("Annual capacity (units)", "年度服务量", "年間供給量"), "Units of service a year; empty means unknown.", unit="services per year", required=False, nullable=True, minimum=0, maximum=1_000_000),
    ),
    key=("project_id",),
    rules=(one_name_at_least(),),
)  # fmt: skip

RESOURCES = Contract(
    "resources",
    Words("Relief resources", "救助资源清单", "救済資源リスト"),
    "The resource lists.",
    columns=(
        Column("resource_id", "code", Words("Resource id", "资源编号", "資源ID"), "Identifier of the resource."),
        Column("resource_list_no", "integer", Words("List number", "清单序号", "リスト番号"), "Which of the lists.", minimum=1, maximum=99),
        *NAMES,
        Column(
            "kind", "choice", Words("Kind", "资源类型", "資源種別"), "Kind of resource.",
            choices=choices(
                ("funds", "funds", "资金", "資金"),
                ("goods", "goods", "物资", "物資"),
                ("premises", "premises", "场地", "場所"),
                ("professional_service", "professional service", "专业服务", "専門サービス"),
                ("jobs", "jobs", "岗位", "就労先"),
                ("volunteers", "volunteers", "志愿", "ボランティア"),
            ),
        ),
    ),
    key=("resource_id",),
    rules=(one_name_at_least(),),
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

ADVISERS = Contract(
    "advisers",
    Words("Relief advisers", "救助顾问", "救済顧問"),
    "People who explain policy, link resources and care.",
    columns=(
        Column("adviser_id", "code", Words("Adviser id", "顾问编号", "顧問ID"), "Pseudonym of the adviser."),
        Column(
            "role", "choice", Words("Role", "角色", "役割"), "Role.",
            choices=choices(
                ("relief_officer", "relief officer", "救助所骨干", "救済所職員"),
                ("committee_cadre", "committee cadre", "居委会救助干部", "居民委員会職員"),
                ("social_worker", "social worker", "专业机构社工", "ソーシャルワーカー"),
                ("volunteer", "volunteer", "志愿者", "ボランティア"),
            ),
        ),
        SUBDISTRICT,
        COMMITTEE,
        Column("registered_on", "date", Words("Registered on", "注册日期", "登録日"), "First day as adviser."),
        Column("left_on", "date", Words("Left on", "离任日期", "退任日"), "Last day as adviser; empty means active.", required=False, nullable=True),
        Column("fte", "number", Words("Full-time equivalent", "全时当量", "常勤換算"), "Share of full-time work; empty means unknown.", unit="FTE", required=False, nullable=True, minimum=0, maximum=1),
    ),
    key=("adviser_id",),
    person_level=True,
    rules=(not_before("registered_on", "left_on"),),
)  # fmt: skip

STATIONS = Contract(
    "stations",
    Words("Relief stations", "社会救助服务站点", "社会救済拠点"),
    "Relief stations as physical places.",
    columns=(
        Column("station_id", "code", Words("Station id", "站点编号", "拠点ID"), "Identifier of the station."),
        *NAMES,
        SUBDISTRICT,
        OPENED,
        *POINT,
        HOURS,
    ),
    key=("station_id",),
    geometry="point",
    rules=(one_name_at_least(),),
)  # fmt: skip

CONTRACTS = (
    HOUSEHOLDS,
    RELIEF_CASES,
    NEED_ASSESSMENTS,
    PROJECTS,
    RESOURCES,
    SERVICE_PLANS,
    SERVICE_EVENTS,
    ADVISERS,
    STATIONS,
)
