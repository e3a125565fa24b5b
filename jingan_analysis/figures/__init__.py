"""Figures from finished numbers: no arithmetic on data, marks on paper only.

One module a kind of figure: ``maps``, ``point_map``, ``intervals``, ``bars``, ``cascade``, ``lorenz``, ``lines``,
``heat``, ``scatter``, ``survival_curves``, ``control_chart``, ``funnel``, ``shrinkage``, ``flow_graph``. Each builder
takes finished numbers and words and returns one ``<svg>`` element.
"""
