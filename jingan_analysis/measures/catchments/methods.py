"""The catchment methods that answer in supply per person, by name."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from jingan_analysis.errors import InvalidParameter, did_you_mean
from jingan_analysis.measures.catchments.account import Catchment, Pull, Setting
from jingan_analysis.measures.catchments.balanced import balanced_pull
from jingan_analysis.measures.catchments.modified import twice_weighed_pull
from jingan_analysis.measures.catchments.three_step import choice_pull, huff_pull, modified_huff_pull
from jingan_analysis.measures.catchments.two_step import nearness_pull

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike

    from jingan_analysis.geography.travel_costs import TravelCosts
    from jingan_analysis.measures.decay import Decay

CATCHMENT_METHODS: Final[Mapping[str, Callable[[Setting], Pull]]] = MappingProxyType(
    {
        "e2sfca": nearness_pull,
        "3sfca": choice_pull,
        "m2sfca": twice_weighed_pull,
        "huff": huff_pull,
        "mh3sfca": modified_huff_pull,
        "bfca": balanced_pull,
    }
)
"""What each method weighs pairs by; give it to :meth:`.account.Setting.floating`.

2SFCA is ``e2sfca`` with the uniform decay, KD2SFCA with the Epanechnikov kernel.
"""


def catchment(
    method: str,
    costs: TravelCosts,
    demand: ArrayLike,
    supply: ArrayLike,
    limit_mm: int,
    *,
    decay: Decay = "gaussian",
    outside: ArrayLike | None = None,
) -> Catchment:
    """Catchment by the name of its method; the same as calling the method's own function.

    Parameters and errors are those of :func:`.two_step.enhanced_two_step_catchment`.

    Raises
    ------
    InvalidParameter
        If there is no such method, or an input is wrong.
    """
    pull = catchment_method(method)
    setting = Setting.of(costs, demand, supply, limit_mm, decay, outside)
    return setting.floating(pull(setting))


def catchment_method(name: str) -> Callable[[Setting], Pull]:
    """The catchment method of that name.

    Raises
    ------
    InvalidParameter
        If there is none; the message names the nearest one.
    """
    if name not in CATCHMENT_METHODS:
        raise InvalidParameter(f"method={name!r} is not a known method.{did_you_mean(name, CATCHMENT_METHODS)}")
    return CATCHMENT_METHODS[name]
