"""Floating catchments: supply per head when facilities are shared with everybody in reach. One method a file."""
