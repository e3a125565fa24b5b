"""Boundaries, the walking network, snapping and walking distances, all in a metric CRS."""
