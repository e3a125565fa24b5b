"""Display tables, their HTML and CSV, and the statements bound to their cells."""
