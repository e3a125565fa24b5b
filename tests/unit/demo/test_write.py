"""The folder: the same bytes each time, within its size, readable by the package's own check."""

from __future__ import annotations

import tomllib

import pandas as pd
import pytest

from jingan_analysis.contracts import CONTRACTS
from jingan_analysis.demo.__main__ import main
from jingan_analysis.demo.write import write_district
from jingan_analysis.intake.check import check_district


def test_regenerating_gives_the_committed_bytes(folder, tables, tmp_path):
    write_district(tables, tmp_path)
    written = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    committed = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def test_the_command_writes_into_the_folder_it_is_given(tables, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("jingan_analysis.demo.__main__.build_tables", lambda: tables)
    assert main(["--out", str(tmp_path / "new" / "demo")]) == 0
    assert (tmp_path / "new" / "demo" / "district.toml").exists()
    assert " MB" in capsys.readouterr().out


def test_the_folder_is_small(folder):
    assert sum(file.stat().st_size for file in folder.iterdir() if file.is_file()) < 7_000_000


def test_every_contract_has_its_table(folder):
    config = tomllib.loads((folder / "district.toml").read_text(encoding="utf-8"))
    # Figures of other districts are left out, so that the demonstration states no rank.
    assert set(config["tables"]) == set(CONTRACTS) - {"peer_retrofits"}
    for row in config["tables"].values():
        assert (folder / row["file"]).is_file()
        assert row["source"].startswith("Synthetic demonstration data.")
        assert row["licence"]


def test_no_text_file_has_foreign_line_ends(folder):
    assert [file.name for file in folder.glob("*.csv") if b"\r" in file.read_bytes()] == []


def test_canteens_are_kept_with_chinese_headers_and_projects_in_an_old_encoding(folder):
    canteens = pd.read_csv(folder / "canteens.csv", dtype=str)
    assert list(canteens.columns[:2]) == ["助餐点编号", "英文名称"]
    with pytest.raises(UnicodeDecodeError):
        (folder / "projects.csv").read_bytes().decode("utf-8")
    assert "项目编号" in (folder / "projects.csv").read_bytes().decode("gb18030")


def test_sources_state_first_that_the_data_is_synthetic(folder):
    head = (folder / "SOURCES.md").read_text(encoding="utf-8")[:400]
    assert "synthetic demonstration data" in head


def test_the_check_finds_no_fault(folder):
    report = check_district(folder)
    assert report.ok, str(report)
