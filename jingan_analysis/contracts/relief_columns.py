"""Columns and option sets that the tables on relief share."""

from __future__ import annotations

from jingan_analysis.contracts.column import Column, Words, choices

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
GRADES = choices(("high", "high", "高", "高"), ("medium", "medium", "中", "中"), ("low", "low", "低", "低"))
RELIEF_CATEGORIES = choices(
    ("minimum_living_allowance", "minimum living allowance", "低保", "最低生活保障"),
    ("extreme_hardship", "extreme hardship support", "特困供养", "特別困窮扶養"),
    ("low_income", "low income", "低收入困难", "低所得"),
    ("rigid_expenditure", "rigid-expenditure hardship", "刚性支出困难", "支出型困窮"),
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
PROVIDER = Column(
    "provider_id",
    "code",
    Words("Provider id", "提供方编号", "提供者ID"),
    "Who provides it; empty where it is not recorded.",
    required=False,
    nullable=True,
    references="providers.provider_id",
)
NEED_DIMENSION = Column(
    "need_dimension",
    "choice",
    Words("Need dimension", "需求维度", "ニーズ次元"),
    "The need it answers.",
    choices=NEED_DIMENSIONS,
)
