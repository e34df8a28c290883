"""Whole documents told in short: summaries and extractions, every line with its evidence."""
