"""A kernel of our own: this interpreter, with all its state inside one working folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

KERNEL_NAME: Final = "jingan-report"

_PACKAGE_PARENT = Path(__file__).resolve().parents[2]


@contextmanager
def private_kernel(folder: Path, *, failure: Path, cache: Path) -> Iterator[str]:
    """Name of a kernel that runs this interpreter and writes nothing outside ``folder`` and ``cache``.

    The kernel does not depend on a kernelspec called ``python3``, which may belong to another
    interpreter. Jupyter reads its places from the environment, so that is changed for the time
    of the run and put back.

    Parameters
    ----------
    folder
        Place for the state of Jupyter and IPython; thrown away after the run.
    failure
        File in which the kernel describes a failed cell.
    cache
        Place for matplotlib's list of fonts, which is worth keeping.
    """
    _write_kernelspec(folder / "data" / "kernels" / KERNEL_NAME)
    _write_startup(folder / "ipython" / "profile_default" / "startup", failure)
    places = {
        "IPYTHONDIR": folder / "ipython",
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "MPLCONFIGDIR": Path(os.environ.get("MPLCONFIGDIR", cache / "matplotlib")),
    }
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    with _environment({**{name: str(place) for name, place in places.items()}, "JUPYTER_PLATFORM_DIRS": "1"}):
        yield KERNEL_NAME


def _write_kernelspec(folder: Path) -> None:
    from ipykernel.kernelspec import get_kernel_dict

    folder.mkdir(parents=True)
    # The kernel must import the package that this process imported, wherever it was started.
    search = os.pathsep.join(filter(None, (str(_PACKAGE_PARENT), os.environ.get("PYTHONPATH", ""))))
    spec = get_kernel_dict(extra_arguments=["--HistoryManager.enabled=False"])
    spec["env"] = {"PYTHONPATH": search, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def _write_startup(folder: Path, failure: Path) -> None:
    folder.mkdir(parents=True)
    lines = [
        "from jingan_analysis.reporting.failure import watch as _watch",
        f"_watch(get_ipython(), {str(failure)!r})",
        "del _watch",
    ]
    (folder / "00-watch.py").write_text("\n".join(lines) + "\n", encoding="utf-8")


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
