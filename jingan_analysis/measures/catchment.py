"""The floating catchment that the studies use; the family is in :mod:`jingan_analysis.measures.catchments`."""

from jingan_analysis.measures.catchments.account import Catchment
from jingan_analysis.measures.catchments.ledger import LEDGER_TOLERANCE, Ledger
from jingan_analysis.measures.catchments.two_step import enhanced_two_step_catchment, two_step_catchment

__all__ = ["LEDGER_TOLERANCE", "Catchment", "Ledger", "enhanced_two_step_catchment", "two_step_catchment"]
