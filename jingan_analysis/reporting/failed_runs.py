"""Notebooks of failed runs: kept for the one who has to mend them, without outputs, where nobody else can read."""

from __future__ import annotations

import copy
import datetime as dt
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.reporting.publication import WORK

if TYPE_CHECKING:
    from nbformat import NotebookNode

_KEPT: Final = 20
"""Failed runs that are kept; older ones go."""


def new_run_id() -> str:
    """Name of a run: when it began, and something that two runs of one second do not share."""
    return f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def failed_folder(out: Path, run_id: str) -> Path:
    """Where the failed notebooks of a run go."""
    return out / WORK / "failed" / run_id


def keep_failed(notebook: NotebookNode, folder: Path, study: str, told: Mapping[str, Any]) -> Path:
    """Keep a failed notebook without its outputs, and what may be told about the failure; readable by its owner only.

    Parameters
    ----------
    notebook
        The notebook as it was before the run: no output ever was in it.
    folder
        See :func:`failed_folder`.
    told
        The message without data, and the parameters.
    """
    import nbformat

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for private in (folder.parent, folder):
        private.chmod(0o700)
    bare = copy.deepcopy(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    path = _free(folder, study)
    _write_private(path, nbformat.writes(bare, version=4))  # type: ignore[no-untyped-call]
    _write_private(path.with_suffix(".json"), json.dumps({"study": study, **told}, ensure_ascii=False))
    for old in sorted(each for each in folder.parent.iterdir() if each.is_dir())[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return path


def _free(folder: Path, study: str) -> Path:
    """The first name that is not taken: one run can fail for several units of one study."""
    number, path = 1, folder / f"{study}.ipynb"
    while path.exists():
        number += 1
        path = folder / f"{study}-{number}.ipynb"
    return path


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
