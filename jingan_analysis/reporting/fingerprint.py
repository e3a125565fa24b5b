"""What a report is made from, in digests: equal fingerprints mean that there is nothing to do."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.intake.config import CONFIG_FILE, load_config, published_paths
from jingan_analysis.reporting.manifest import code_revision, package_versions

if TYPE_CHECKING:
    from jingan_analysis.reporting.runner import Request

_PACKAGE: Final = Path(__file__).resolve().parents[1]
PARTS: Final = ("code", "packages", "notebook", "data", "parameters")
"""What a fingerprint consists of, each with a digest of its own, so that a difference has a name."""


def surroundings(district: Path) -> dict[str, str]:
    """Digest of each part that all reports on a district share: code, packages and data.

    All files of the district count, whether a study reads them or not: which it reads is known afterwards only.
    """
    return {
        "code": _sum({"revision": code_revision(), "files": code_digests()}),
        "packages": _sum({"python": platform.python_version(), **package_versions()}),
        "data": _sum(district_digests(district)),
    }


def request_fingerprint(request: Request, around: Mapping[str, str] | None = None) -> dict[str, str]:
    """Digest of each part that a report is made from.

    Parameters
    ----------
    around
        The district's :func:`surroundings` if they are known already.
    """
    asked = {
        "study": request.study,
        "period": request.period,
        "unit": request.unit,
        "options": dict(request.options),
        "languages": list(request.languages),
    }
    return {
        **(surroundings(request.district) if around is None else around),
        "notebook": _digest(request.notebook),
        "parameters": _sum({**asked, **request.dated}),
    }


def published_fingerprint(target: Path) -> Mapping[str, str]:
    """Fingerprint of the report that is published in a folder; empty where there is none, or where it is damaged."""
    manifest = _latest_manifest(target)
    languages = manifest.get("languages", [])[1:]  # pages in other languages lie below, each with its own manifest
    pages = {target: manifest, **{target / language: _latest_manifest(target / language) for language in languages}}
    if not all(_whole(folder, told) for folder, told in pages.items()):
        return {}
    told: Mapping[str, str] = manifest.get("fingerprint", {})
    return told


def _whole(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether every file of a page is there as it was published."""
    outputs = manifest.get("outputs", {})
    return bool(manifest) and all(_digest(folder / name) == digest for name, digest in outputs.items())


def differing(published: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the parts that differ."""
    return tuple(name for name in PARTS if published.get(name) != now.get(name))


def district_digests(folder: Path) -> dict[str, str]:
    """SHA-256 of ``district.toml``, of each file that it names, and of the project's own numbers, by name.

    A file that is missing has a word in place of a digest: that it comes or goes is a difference.
    """
    config = load_config(folder)
    found = {name: _digest(folder / name) for name in (CONFIG_FILE, *sorted(t.file for t in config.tables.values()))}
    found |= {f"published figures/{path.name}": _digest(path) for path in published_paths(folder, config)}
    numbers = sorted((_PACKAGE.parent / "data" / "parameters").glob("*.toml"))
    return found | {f"parameters/{path.name}": _digest(path) for path in numbers}


def code_digests(package: Path = _PACKAGE) -> dict[str, str]:
    """SHA-256 of every file of the package, compiled code left out: changes that are in no commit count, too."""
    return {path.relative_to(package).as_posix(): _digest(path) for path in _sources(package)}


def _sources(package: Path) -> Iterator[Path]:
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".pyc", ".nbi", ".nbc"}:
            yield path


def _latest_manifest(target: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _digest(path: Path) -> str:
    try:
        state = path.stat()
    except OSError:
        return "missing"
    return _digest_of(path, state.st_mtime_ns, state.st_size, state.st_ino)


@lru_cache(maxsize=4_096)
def _digest_of(path: Path, modified: int, size: int, inode: int) -> str:  # noqa: ARG001  (a changed file is another key)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sum(part: Any) -> str:  # noqa: ANN401
    return hashlib.sha256(json.dumps(part, sort_keys=True, default=str).encode()).hexdigest()
