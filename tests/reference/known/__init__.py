"""Published numbers, one module a method: see ``tests/support/known_answers.py``."""
