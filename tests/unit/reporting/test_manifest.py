"""Provenance: what a run was made from."""

from __future__ import annotations

import json
import subprocess

import pytest

from jingan_analysis.reporting.manifest import REPORT_MIME, code_revision, package_versions, provenance


def test_particulars_are_json_and_carry_the_result(sample_result):
    made = provenance(sample_result(unit="310"))
    told = json.loads(json.dumps(made.particulars))
    assert told["headline"] == ["Of all older people, 61.2% live within ten minutes.", "In 宝山路街道 it is 50.0%."]
    assert told["parameters"] == {"basis": "resident", "minutes": [5, 10], "walk_speed_mps": 1.0}
    assert told["district"] == {
        "key": "demo",
        "names": {"en": "Sample", "zh": "示范区", "ja": "見本区"},
        "synthetic": True,
    }
    assert (told["unit"], told["unit_name"]) == ("310", "宝山路街道")
    assert told["inputs"] == {"population.parquet": "ab" * 32}


def test_every_number_of_every_sentence_is_a_claim(sample_result):
    result = sample_result()
    claims = provenance(result).particulars["claims"]
    assert [claim["where"] for claim in claims] == [
        "headline 1", "headline 2", "figure shares, title", "figure shares, alternative", "check 1", "note 1",
    ]  # fmt: skip
    assert {name: value for name, value in claims[0].items() if name != "source"} == {
        "where": "headline 1",
        "text": "61.2%",
        "value": 0.61234567,
        "unit": "% of persons",
        "decimals": 1,
        "cell": "cell-by_unit-total-share",
    }


def test_the_bundle_holds_page_and_particulars(sample_result):
    bundle = provenance(sample_result())._repr_mimebundle_()
    assert "0.61234567" in bundle[REPORT_MIME]["tables"]["by_unit"]
    assert bundle["text/html"].count("<h2>") == 1
    assert "walk_speed_mps" in bundle["text/html"]


def test_versions_name_installed_packages_only():
    versions = package_versions()
    assert {"numpy", "pandas", "papermill", "nbconvert"} <= set(versions)
    assert all(versions.values())


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True, capture_output=True)

    git("init", "-q")
    return tmp_path, git


def test_a_revision_is_told_with_its_changes(repository):
    folder, git = repository
    assert code_revision(folder) is None
    (folder / "jingan_analysis").mkdir()
    (folder / "jingan_analysis" / "a.py").write_text("1")
    git("add", ".")
    git("-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qm", "m")
    clean = code_revision(folder)
    assert clean is not None
    assert len(clean) == 40
    (folder / "elsewhere.txt").write_text("no code")
    assert code_revision(folder) == clean
    (folder / "jingan_analysis" / "a.py").write_text("2")
    assert code_revision(folder) == clean + "+changes"


def test_no_revision_outside_a_checkout(tmp_path):
    assert code_revision(tmp_path) is None
