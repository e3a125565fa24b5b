"""Generator of the demonstration district: real units, synthetic everything else.

``python -m jingan_analysis.demo`` writes the folder ``data/districts/demo``. The units' names,
codes, areas, centroids and committee counts are published facts (``units.toml``,
``census.toml``); boundaries, streets, people, sites and events are made up by declared rules.
"""
