"""A kernel of our own: this interpreter, with all its state inside one working folder."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jingan_analysis.reporting.limits import UNLIMITED, Limits
from jingan_analysis.reporting.process_group import ProcessGroup
from jingan_analysis.reporting.quiet_kernel import quiet

if TYPE_CHECKING:
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

KERNEL_NAME: Final = "jingan-report"

_ONE_THREAD: Final = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Linear algebra adds up in another order on another number of threads, and a report must have the same bytes."""

_PACKAGE_PARENT = Path(__file__).resolve().parents[2]
_STARTING: Final = threading.Lock()
"""One kernel starts at a time: two could choose the same ports."""


@contextmanager
def private_kernel(
    folder: Path, *, failure: Path, cache: Path, limits: Limits = UNLIMITED
) -> Iterator[type[AsyncKernelManager]]:
    """Manager of a kernel that runs this interpreter and writes nothing outside ``folder`` and ``cache``.

    The kernel does not depend on a kernelspec called ``python3``, which may belong to another
    interpreter. Nothing of this process is changed, so two kernels can run at a time. When the
    block ends, the kernel and whatever its cells started and left are ended.

    Parameters
    ----------
    folder
        Place for the state of Jupyter and IPython; thrown away after the run.
    failure
        File in which the kernel describes a failed cell.
    cache
        Place for matplotlib's list of fonts, which is worth keeping.
    limits
        The memory limit is set before the first cell.
    """
    places = {
        "IPYTHONDIR": folder / "ipython",
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "MPLCONFIGDIR": Path(os.environ.get("MPLCONFIGDIR", cache / "matplotlib")),
    }
    for place in places.values():
        place.mkdir(parents=True, exist_ok=True)
    _write_startup(folder / "ipython" / "profile_default" / "startup", failure, limits)
    spec = _kernel_spec({name: str(place) for name, place in places.items()})
    groups: list[ProcessGroup] = []
    try:
        yield _manager(spec, folder / "runtime", groups)
    finally:
        for group in groups:
            group.end()


def _manager(spec: KernelSpec, runtime: Path, groups: list[ProcessGroup]) -> type[AsyncKernelManager]:
    """A class of kernel managers that know this one kernel and note the processes that they start."""
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    class OneKernel(KernelSpecManager):
        def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
            return spec

    class PrivateManager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:  # noqa: ANN401
            super().__init__(kernel_spec_manager=OneKernel(), connection_file=str(runtime / "kernel.json"), **options)

        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]  # noqa: ANN401
            with _STARTING:
                await super().start_kernel(**options)
            process = getattr(self.provisioner, "process", None)
            if process is not None:
                groups.append(ProcessGroup(process))

        async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:  # type: ignore[override]
            for group in groups:
                group.end()  # with everything that its cells started, which Jupyter would not ask before it ends them
            await super().shutdown_kernel(now=now, restart=restart)

    return PrivateManager


def _kernel_spec(places: dict[str, str]) -> KernelSpec:
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec

    # The kernel must import the package that this process imported, wherever it was started.
    search = os.pathsep.join(filter(None, (str(_PACKAGE_PARENT), os.environ.get("PYTHONPATH", ""))))
    told = quiet(get_kernel_dict(extra_arguments=["--HistoryManager.enabled=False"]))
    own = {"PYTHONPATH": search, "PYDEVD_DISABLE_FILE_VALIDATION": "1", "JUPYTER_PLATFORM_DIRS": "1"}
    return KernelSpec(**{**told, "env": {**_ONE_THREAD, **places, **own}})


def _write_startup(folder: Path, failure: Path, limits: Limits) -> None:
    folder.mkdir(parents=True)
    lines = [
        "from jingan_analysis.reporting.failure import watch as _watch",
        f"_watch(get_ipython(), {str(failure)!r})",
        "del _watch",
    ]
    if limits.memory_mib is not None:
        lines += [
            "from jingan_analysis.reporting.limits import limit_memory as _limit",
            f"_limit({limits.memory_mib})",
            "del _limit",
        ]
    (folder / "00-watch.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
