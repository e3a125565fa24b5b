"""An empty district: ``district.toml`` with comments, and one workbook a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jingan_analysis.contracts import CONTRACTS, Words
from jingan_analysis.errors import JinganError, MissingTable, did_you_mean
from jingan_analysis.intake.config import CONFIG_FILE

if TYPE_CHECKING:
    from jingan_analysis.contracts import Contract
    from jingan_analysis.vocabulary import Language


class TemplateExists(JinganError, FileExistsError):
    """A template would overwrite a district that is already there."""


INTRODUCTION: Final = Words(
    "Fill in what is empty, then run: jingan check .",
    "请填写空白处，然后运行：jingan check .",
    "空欄を記入してから実行してください：jingan check .",
)
SYNTHETIC: Final = Words("true if the data are made up", "数据为虚构时写 true", "データが架空なら true")
NAMES: Final = Words("The district's name in the report languages", "报告语言中的区名", "レポート言語での区の名称")
CRS: Final = Words(
    "A projected CRS in metres that fits the district, for example EPSG:4549",
    "适合本区、以米为单位的投影坐标系，例如 EPSG:4549",
    "区に適したメートル単位の投影座標系、例 EPSG:4549",
)
BUFFER: Final = Words(
    "Points farther outside the border are faults", "超出边界该距离的点视为错误", "境界からこれより遠い点は誤りとする"
)
DETOUR: Final = Words("Walking distance over straight line", "步行距离与直线距离之比", "直線距離に対する徒歩距離の比")
SNAP: Final = Words("Longest walk from a place to the network", "地点到路网的最长距离", "地点から道路網までの最長距離")
DATUM: Final = Words(
    "Write WGS84, CGCS2000, GCJ02 (AMap, Tencent) or BD09 (Baidu)",
    "填写 WGS84、CGCS2000、GCJ02（高德、腾讯）或 BD09（百度）",
    "WGS84、CGCS2000、GCJ02（高徳、テンセント）、BD09（百度）のいずれかを記入",
)
SHAPES: Final = Words(
    "Export a layer of {kind}s from a GIS with these properties",
    "请从 GIS 导出图层（{kind}），属性如下",
    "GIS から次の属性を持つレイヤー（{kind}）を出力してください",
)
SOURCE: Final = Words("Where the table comes from", "数据来源", "データの出典")
LICENCE: Final = Words("Terms of use", "许可条件", "利用条件")
MODELLED: Final = Words(
    "If nobody observed these rows, say how they were modelled",
    "若数据并非实际观测，请说明建模方法",
    "実測でない場合は、推計の方法を記入",
)
REMOVE: Final = Words(
    "Remove the tables that the district does not have", "删除本区没有的表", "区にない表は削除してください"
)


def write_template(path: Path, language: Language, tables: Sequence[str] | None = None) -> Path:
    """Write an empty district folder, ready to be filled in.

    Parameters
    ----------
    path
        Folder to write; it must not hold a ``district.toml`` yet.
    language
        Language of headers, choices and comments.
    tables
        Names of the tables; all of them if not given.

    Returns
    -------
    Path
        The ``district.toml``.

    Raises
    ------
    TemplateExists
        If the folder holds one of the files already.
    MissingTable
        If there is no table of a given name.
    """
    from jingan_analysis.intake.template_sheets import write_workbook

    contracts = [_contract(name) for name in (CONTRACTS if tables is None else tables)]
    workbooks = {contract.name: path / f"{contract.name}.xlsx" for contract in contracts if _in_workbook(contract)}
    target = path / CONFIG_FILE
    for file in (target, *workbooks.values()):
        if file.exists():
            raise TemplateExists(f"path={str(path)!r} holds {file.name} already; name an empty folder")
    path.mkdir(parents=True, exist_ok=True)
    for name, file in workbooks.items():
        write_workbook(file, CONTRACTS[name], language)
    target.write_text(_config_text(contracts, language), encoding="utf-8", newline="\n")
    return target


def said(words: Words, language: Language) -> str:
    """A term in one language."""
    return str(getattr(words, language))


def _contract(name: str) -> Contract:
    if name not in CONTRACTS:
        raise MissingTable(f"there is no table {name!r}.{did_you_mean(name, CONTRACTS)}")
    return CONTRACTS[name]


def _in_workbook(contract: Contract) -> bool:
    return contract.geometry in {None, "point"}


def _config_text(contracts: Sequence[Contract], language: Language) -> str:
    def comment(words: Words) -> str:
        return f"# {said(words, language)}"

    head = [
        comment(INTRODUCTION),
        'key = "my-district"',
        f"synthetic = false  {comment(SYNTHETIC)}",
        "",
        f"[names]  {comment(NAMES)}",
        'en = ""',
        'zh = ""',
        'ja = ""',
        "",
        "[geography]",
        f'metric_crs = ""  {comment(CRS)}',
        f"buffer_m = 3000  {comment(BUFFER)}",
        f"detour_factor = 1.3  {comment(DETOUR)}",
        f"snap_cap_m = 200  {comment(SNAP)}",
        "",
        comment(REMOVE),
    ]
    return "\n".join([*head, *(_table_text(contract, language) for contract in contracts)]) + "\n"


def _table_text(contract: Contract, language: Language) -> str:
    table_format = "xlsx" if _in_workbook(contract) else "geojson"
    lines = ["", f"[tables.{contract.name}]  # {said(contract.title, language)}"]
    if table_format == "geojson":
        lines.append(f"# {said(SHAPES, language).format(kind=contract.geometry)}:")
        lines += [f"#   {column.name}: {said(column.header, language)} ({column.rule})" for column in contract.columns]
    lines += [f'file = "{contract.name}.{table_format}"', f'format = "{table_format}"']
    if contract.geometry:
        lines.append(f'datum = ""  # {said(DATUM, language)}')
    lines.append(f'source = ""  # {said(SOURCE, language)}')
    lines.append(f'licence = ""  # {said(LICENCE, language)}')
    lines.append(f'modelled = ""  # {said(MODELLED, language)}')
    return "\n".join(lines)
