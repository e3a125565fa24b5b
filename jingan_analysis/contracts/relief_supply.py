"""Tables on what relief has to offer: providers, projects, resources, stations, advisers and their training."""

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
from jingan_analysis.contracts.relief_columns import (
    GRADES,
    LAYER,
    NEED_DIMENSION,
    NEED_DIMENSIONS,
    PROJECT,
    PROVIDER,
    RELIEF_CATEGORIES,
)

SUBDISTRICT_OR_ALL = Column(
    "subdistrict_code", "code", Words("Sub-district code", "街镇代码", "街道・鎮コード"),
    "Only for households of this sub-district; empty means for the whole district.",
    required=False, nullable=True, references="sub_districts.subdistrict_code",
)  # fmt: skip

PROVIDERS = Contract(
    "providers",
    Words("Providers", "服务提供方", "サービス提供者"),
    "Who stands behind projects and resources.",
    columns=(
        Column("provider_id", "code", Words("Provider id", "提供方编号", "提供者ID"), "Identifier of the provider."),
        *NAMES,
        Column(
            "provider_type", "choice", Words("Type", "提供方类型", "提供者種別"), "Type of provider.",
            choices=choices(
                ("government", "government", "政府", "政府"),
                ("institution", "enterprise or institution", "企事业单位", "企業・事業単位"),
                ("foundation", "foundation", "基金会", "基金会"),
                ("charitable_firm", "charitable firm", "慈善企业", "慈善企業"),
                ("social_organisation", "social organisation", "社会组织", "社会組織"),
            ),
        ),
    ),
    key=("provider_id",),
    rules=(one_name_at_least(),),
)  # fmt: skip

PROJECTS = Contract(
    "projects",
    Words("Relief projects", "服务类救助项目清单", "サービス類救済プロジェクトリスト"),
    "The project list: kinds of service on offer. Its length is not a capacity.",
    columns=(
        Column("project_id", "code", Words("Project id", "项目编号", "プロジェクトID"), "Identifier of the project."),
        *NAMES,
        NEED_DIMENSION,
        LAYER,
        Column("annual_capacity_units", "integer", Words("Annual capacity (units)", "年度服务量", "年間供給量"), "Units of service a year; empty means unknown.", unit="services per year", required=False, nullable=True, minimum=0, maximum=1_000_000),
        PROVIDER,
    ),
    key=("project_id",),
    rules=(one_name_at_least(),),
)  # fmt: skip

PROJECT_ELIGIBILITY = Contract(
    "project_eligibility",
    Words("Who a project is for", "项目服务对象", "プロジェクトの対象"),
    "A row opens a project to households that match every filled cell; an empty cell matches all. A project without a row is open to everybody.",
    columns=(
        PROJECT,
        Column("grade", "choice", Words("Grade", "困难等级", "困難等級"), "Only for this grade; empty means for all.", required=False, nullable=True, choices=GRADES),
        Column("relief_category", "choice", Words("Category", "救助类别", "救済区分"), "Only for this category; empty means for all.", required=False, nullable=True, choices=RELIEF_CATEGORIES),
        SUBDISTRICT_OR_ALL,
    ),
    key=("project_id", "grade", "relief_category", "subdistrict_code"),
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
        Column("need_dimension", "choice", Words("Need dimension", "需求维度", "ニーズ次元"), "The need it answers; empty means that it is bound to none.", required=False, nullable=True, choices=NEED_DIMENSIONS),
        PROVIDER,
        Column("quantity_units", "integer", Words("Quantity (units)", "可用数量", "数量"), "Units of service that it can give in a year; empty means unknown.", unit="services per year", required=False, nullable=True, minimum=0, maximum=1_000_000),
        Column("valid_from", "date", Words("Valid from", "有效起始日期", "有効開始日"), "First day on offer; empty means before the records begin.", required=False, nullable=True),
        Column("valid_to", "date", Words("Valid to", "有效终止日期", "有効終了日"), "Last day on offer; empty means still on offer.", required=False, nullable=True),
        SUBDISTRICT_OR_ALL,
    ),
    key=("resource_id",),
    rules=(one_name_at_least(), not_before("valid_from", "valid_to")),
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

TRAINING_SESSIONS = Contract(
    "training_sessions",
    Words("Adviser training", "救助顾问培训", "顧問研修"),
    "Training of relief advisers, in three stages.",
    columns=(
        Column("session_id", "code", Words("Session id", "培训编号", "研修ID"), "Identifier of the session."),
        Column(
            "stage", "choice", Words("Stage", "培训阶段", "段階"), "Stage of training.",
            choices=choices(("primary", "primary", "初级", "初級"), ("intermediate", "intermediate", "中级", "中級"), ("advanced", "advanced", "高级", "上級")),
        ),
        Column("held_on", "date", Words("Held on", "培训日期", "実施日"), "Day of the session."),
        Column("hours", "number", Words("Hours", "学时", "時間数"), "Length; empty means not recorded.", unit="hours", required=False, nullable=True, minimum=0, maximum=200),
    ),
    key=("session_id",),
)  # fmt: skip

TRAINING_RECORDS = Contract(
    "training_records",
    Words("Training attended", "培训记录", "研修記録"),
    "One adviser in one session.",
    columns=(
        Column("adviser_id", "code", Words("Adviser id", "顾问编号", "顧問ID"), "Adviser.", references="advisers.adviser_id"),
        Column("session_id", "code", Words("Session id", "培训编号", "研修ID"), "Session.", references="training_sessions.session_id"),
        Column("attended", "boolean", Words("Attended", "是否参加", "出席"), "Whether the adviser was there."),
    ),
    key=("adviser_id", "session_id"),
    person_level=True,
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
    PROVIDERS,
    PROJECTS,
    PROJECT_ELIGIBILITY,
    RESOURCES,
    ADVISERS,
    TRAINING_SESSIONS,
    TRAINING_RECORDS,
    STATIONS,
)
