"""Floor 3: reach, floating catchments, rates with intervals, inequality; pure functions."""
