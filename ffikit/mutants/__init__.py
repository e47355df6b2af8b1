"""Seeded errors: what the files of tests/mutants plant in a copy, and whether a test sees it."""
