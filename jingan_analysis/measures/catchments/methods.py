"""The catchment methods that answer in supply per person, by name."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from jingan_analysis.measures.catchments.balanced import balanced_catchment
from jingan_analysis.measures.catchments.modified import modified_two_step_catchment
from jingan_analysis.measures.catchments.three_step import (
    huff_catchment,
    modified_huff_catchment,
    three_step_catchment,
)
from jingan_analysis.measures.catchments.two_step import enhanced_two_step_catchment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jingan_analysis.measures.catchments.account import Catchment

CATCHMENT_METHODS: Final[Mapping[str, Callable[..., Catchment]]] = MappingProxyType(
    {
        "e2sfca": enhanced_two_step_catchment,
        "3sfca": three_step_catchment,
        "m2sfca": modified_two_step_catchment,
        "huff": huff_catchment,
        "mh3sfca": modified_huff_catchment,
        "bfca": balanced_catchment,
    }
)
"""Each takes ``(costs, demand, supply, limit_mm, *, decay, outside)``.

2SFCA is ``e2sfca`` with the uniform decay, KD2SFCA with the Epanechnikov kernel.
"""
